"""The very order lines behind a figure of a proof."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.depenses.compute.gains_ecarts import AILLEURS, AVANT, NON_FACTUREES, SANS_TAUX, SUR_MARCHE
from fanal.depenses.queries.gains import ActionProuvee
from fanal.depenses.queries.gains_lignes import nommer, rapproches
from fanal.depenses.queries.source import contexte

LIMITE = 20_000
LIEUX = {AVANT: 0, SUR_MARCHE: 1, AILLEURS: 2}
QUOI = {
    AVANT: "Achats d'avant la première commande",
    SUR_MARCHE: "Commandes sur le marché, dans la fenêtre",
    AILLEURS: "Mêmes produits achetés hors de ce marché",
    SANS_TAUX: "Commandes sans taux de TVA",
    NON_FACTUREES: "Commandes sans montant facturé",
}


@dataclass(frozen=True)
class LigneMontree:
    """One order line as a person reads it."""

    id: int
    jour: date
    type_ligne: str
    commande: str
    produit: str
    libelle: str
    marche: str
    fournisseur: str
    unite: str
    quantite: Decimal
    prix_ht: Decimal
    taux: Decimal | None
    montant_ht: Decimal
    montant_ttc: Decimal | None
    facture_ht: Decimal | None
    facture: str


def lignes(found: ActionProuvee, quoi: str, *, produit: str = "", mois: str = "") -> list[LigneMontree]:
    """The lines of the products of an action: *quoi* is a key of QUOI, *mois* « 2021-06 »."""
    search = found.vu.recherche
    wanted = [p.identite for p in found.vu.produits if not produit or p.cle == produit]
    if search is None or not wanted:
        return []
    from fanal.moteurs.consolidation.requetes import gains as requetes

    ctx = contexte()
    table = requetes.lignes_reperees(ctx.source, [search], rapproches(ctx))
    question = requetes.detail(table, search, wanted, LIEUX.get(quoi, 1), limite=LIMITE)
    rows = ctx.source.executer(question).to_pylist()
    keep = _tri(quoi)
    return [_lire(ctx, row) for row in rows if keep(row) and (not mois or f"{row['jour']:%Y-%m}" == mois)]


def _tri(quoi: str) -> Callable[[dict[str, Any]], bool]:
    missing = {SANS_TAUX: "taux_tva", NON_FACTUREES: "montant_facture_ht"}.get(quoi)
    if missing is None:
        return lambda row: True
    return lambda row: row[missing] is None and row["montant_ht"] != 0


def _lire(ctx: Any, row: dict[str, Any]) -> LigneMontree:
    from fanal.moteurs.lac.schema import TYPES_LIGNE

    def text(dimension: str) -> str:
        return ctx.dimensions[dimension].lire(row[dimension]) or ""

    return LigneMontree(
        id=row["id"],
        jour=row["date_commande"],
        type_ligne=TYPES_LIGNE[row["type_ligne"]],
        commande=f"{row['numero_commande']} / {row['numero_ligne']}",
        produit=nommer(ctx, row["identite"]),
        libelle=text("libelle"),
        marche=text("marche"),
        fournisseur=text("fournisseur"),
        unite=text("unite"),
        quantite=Decimal(row["quantite"]).scaleb(-4),
        prix_ht=Decimal(row["prix_unitaire_ht"]).scaleb(-6),
        taux=_euros(row["taux_tva"]),
        montant_ht=Decimal(row["montant_ht"]).scaleb(-2),
        montant_ttc=_euros(row["montant_ttc"]),
        facture_ht=_euros(row["montant_facture_ht"]),
        facture=row["numero_facture"] or "",
    )


def _euros(centimes: int | None) -> Decimal | None:
    return None if centimes is None else Decimal(centimes).scaleb(-2)
