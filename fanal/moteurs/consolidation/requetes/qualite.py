"""The health of the lines: what each establishment and month has, and what it lacks."""

import ibis
import ibis.expr.types as ir

from fanal.moteurs.consolidation.source import Source
from fanal.moteurs.lac.schema import BITS_DU_RANG

# What a line may lack, in the order people mend it.
MANQUES = ("marche", "produit", "tva", "facture")


def qualite(source: Source) -> ir.Table:
    """One row per establishment and month that has lines.

    `lignes`, `montant_ht` (cents), `dernier_depot` (number of the latest deposit that brought one of its
    lines), and for each of MANQUES `lignes_sans_…` and `montant_sans_…` (cents). A product code whose check
    digit is wrong counts as none; a line is without invoice when it has neither number, nor date, nor amount
    of one.
    """
    faux = source.dimension("produit")
    faux = faux.filter(~faux.valide).select(code_faux=faux.code)
    lignes = source.lignes
    t = lignes.left_join(faux, lignes.produit == faux.code_faux)
    sans = {
        "marche": t.marche.isnull(),
        "produit": t.produit.isnull() | t.code_faux.notnull(),
        "tva": t.taux_tva.isnull(),
        "facture": t.numero_facture.isnull() & t.date_facture.isnull() & t.montant_facture_ht.isnull(),
    }
    zero = ibis.literal(0, "int64")
    mesures = {"lignes": t.id.count().cast("int64"), "montant_ht": t.montant_ht.sum().cast("int64")}
    for nom in MANQUES:
        mesures[f"lignes_sans_{nom}"] = sans[nom].cast("int64").sum().cast("int64")
        mesures[f"montant_sans_{nom}"] = sans[nom].ifelse(t.montant_ht, zero).sum().cast("int64")
    # The greatest identifier was added last: its high bits are the deposit.
    mesures["dernier_depot"] = (t.id.max() // (1 << BITS_DU_RANG)).cast("int64")
    return t.group_by(["etablissement", "mois"]).aggregate(**mesures)
