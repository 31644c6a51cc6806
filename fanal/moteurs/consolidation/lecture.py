"""The very lines behind a figure, decoded: the last step of a drill."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from fanal.moteurs.consolidation.contexte import Contexte, parmi
from fanal.moteurs.consolidation.ecriture import taux_texte
from fanal.moteurs.consolidation.filtres import Filtres, check_noms
from fanal.moteurs.consolidation.requetes.portion import lignes_de
from fanal.moteurs.lac.schema import DIMENSIONS, SANS_LIGNE, TYPES_LIGNE, depot_de, mois_texte

ECHELLES: Mapping[str, int] = {
    "quantite": -4,
    "quantite_recue": -4,
    "quantite_facturee": -4,
    "prix_unitaire_ht": -6,
    "montant_ht": -2,
    "montant_facture_ht": -2,
    "montant_ttc": -2,
}
TRIS = ("montant_ht", "date_commande", "prix_unitaire_ht", "quantite", "id")


@dataclass(frozen=True)
class Lignes:
    """A page of lines, under the names of the columns of `lignes_commande`, and how many there are in all.

    Also in each: `id`, `depot` (the number of its deposit), `ligne` (its row in the file, None for an earlier
    credit note that the deposit joins to its order), `mois`, `montant_ttc`, `origine`. Numbers are `Decimal`,
    days `date`, None what is missing.
    """

    lignes: list[dict[str, Any]]
    total: int
    masquees: int = 0


def lire_lignes(
    ctx: Contexte,
    filtres: Filtres,
    *,
    codes: frozenset[int] | None = None,
    codes_prix: frozenset[int] | None = None,
    page: int = 1,
    taille: int = 50,
    ordre: str = "-montant_ht",
) -> Lignes:
    """The lines of *codes* that filters keep, of those in *codes_prix* (None: all), one page of them."""
    check_noms([ordre.removeprefix("-")], TRIS, "un ordre de lignes")
    vues = lignes_de(ctx, filtres, codes)
    ouvertes = vues if codes_prix is None else vues.filter(parmi(vues.etablissement, codes_prix))
    total = _compter(ctx, ouvertes)
    masquees = 0 if codes_prix is None else _compter(ctx, vues) - total
    sens = ibis.desc if ordre.startswith("-") else ibis.asc
    rangees = ouvertes.order_by([sens(ordre.removeprefix("-")), ibis.asc("id")])
    part = ctx.source.executer(rangees.limit(taille, offset=max(page - 1, 0) * taille))
    return Lignes([decoder(ctx, row) for row in part.to_pylist()], total, masquees)


def _compter(ctx: Contexte, t: ir.Table) -> int:
    return int(ctx.source.executer(t.aggregate(n=t.count()))["n"][0].as_py())


def decoder(ctx: Contexte, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the lake as a person reads it."""
    found = {k: v for k, v in row.items() if k not in {d.nom for d in DIMENSIONS}}
    for d in DIMENSIONS:
        found[d.champ] = ctx.dimensions[d.nom].lire(row[d.nom])
    for champ, echelle in ECHELLES.items():
        found[champ] = None if row[champ] is None else Decimal(int(row[champ])).scaleb(echelle)
    found["type_ligne"] = TYPES_LIGNE[row["type_ligne"]]
    found["mois"] = mois_texte(row["mois"])
    found["taux_tva"] = None if row["taux_tva"] is None else Decimal(taux_texte(row["taux_tva"]))
    found["depot"] = depot_de(row["id"])
    if row["ligne"] == SANS_LIGNE:
        found["ligne"] = None
    return found
