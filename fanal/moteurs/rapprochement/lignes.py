"""What the lake holds without a usable product code: the question, in integers, for every engine."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir


def par_libelle(lignes: "ir.Table", etablissements: Iterable[int], invalides: Iterable[int]) -> "ir.Table":
    """For each label of these establishments: `libelle`, `code` (0 or 1), `lignes`, `montant` (cents).

    `code` says whether the lines have a usable product code; *invalides*: the codes of products whose key is
    wrong. Year-end rebates are left out: they name no product.
    """
    import ibis

    from fanal.moteurs.consolidation.contexte import parmi
    from fanal.moteurs.lac.schema import TYPES_LIGNE

    kept = lignes.filter(
        parmi(lignes.etablissement, etablissements), lignes.type_ligne != TYPES_LIGNE.index("remise")
    )
    usable = kept.produit.notnull()
    wrong = sorted(set(invalides))
    if wrong:
        usable = usable & ~parmi(kept.produit, wrong).fill_null(False)
    told = kept.select(
        libelle=kept.libelle, code=ibis.ifelse(usable, 1, 0).cast("int8"), montant=kept.montant_ht
    )
    return told.group_by("libelle", "code").aggregate(
        lignes=told.count().cast("int64"), montant=told.montant.sum().cast("int64")
    )
