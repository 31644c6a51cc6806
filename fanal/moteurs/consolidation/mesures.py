"""What is measured on order lines: integer aggregates for the engine, then exact decimals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from fanal.moteurs.consolidation.contexte import parmi
from fanal.moteurs.lac.schema import CENTIMES, DIX_MILLIEMES, TYPES_LIGNE

COMMANDE, AVOIR, GRATUITES, REMISE = range(len(TYPES_LIGNE))
CENTIME, MILLIONIEME = Decimal("0.01"), Decimal("0.000001")
Entiers = Mapping[str, Any]


@dataclass(frozen=True)
class Agregat:
    """An integer that the engine adds up from *colonnes*; `fusion` tells how two groups become one."""

    calcul: Callable[[ir.Table, frozenset[int] | None], ir.Value]
    colonnes: frozenset[str]
    fusion: str = "sum"


def _somme(colonne: str, *types: int) -> Agregat:
    """The sum of a column over some types of line; null when none of them has a value."""

    def calcul(t: ir.Table, _: frozenset[int] | None) -> ir.Value:
        return t[colonne].sum(where=t.type_ligne.isin(types) if types else None)

    return Agregat(calcul, frozenset({colonne, "type_ligne"}))


def quantite_signee(t: ir.Table) -> ir.IntegerValue:
    """The quantity of a line; a credit note takes its own back, whichever sign it is written with."""
    return ibis.ifelse(t.type_ligne == AVOIR, -t.quantite.abs(), t.quantite)


def _quantite(*types: int) -> Agregat:
    """The sum of quantities over some types of line; null when there is none of them."""
    return Agregat(
        lambda t, _: quantite_signee(t).sum(where=t.type_ligne.isin(types)),
        frozenset({"quantite", "type_ligne"}),
    )


def _nombre(t: ir.Table, where: ir.BooleanValue | None = None) -> ir.Value:
    """The number of lines, each row of sums standing for several."""
    if "lignes" not in t.columns:
        return t.count(where=where)
    return t.lignes.sum(where=where).fill_null(0)


def _hors_prix(t: ir.Table, prix: frozenset[int] | None) -> ir.Value:
    """The number of lines whose unit price the reader may not see."""
    return _nombre(t, t.type_ligne < 0 if prix is None else ~parmi(t.etablissement, prix))


def _extreme(colonne: str, fusion: str) -> Agregat:
    """The least or greatest price written on an order line."""

    def calcul(t: ir.Table, _: frozenset[int] | None) -> ir.Value:
        return getattr(t[colonne], fusion)(where=t.type_ligne == COMMANDE)

    return Agregat(calcul, frozenset({colonne}), fusion)


def _unite(fusion: str) -> Agregat:
    """The least or greatest unit of the lines that make a price: a rebate or free units have no say in it."""

    def calcul(t: ir.Table, _: frozenset[int] | None) -> ir.Value:
        return getattr(t.unite.fill_null(-1), fusion)(where=t.type_ligne.isin([COMMANDE, AVOIR]))

    return Agregat(calcul, frozenset({"unite", "type_ligne"}), fusion)


AGREGATS: Mapping[str, Agregat] = {
    "ht": _somme("montant_ht"),
    "ttc": _somme("montant_ttc"),
    "facture": _somme("montant_facture_ht"),
    "remise": _somme("montant_ht", REMISE),
    "quantite": _quantite(COMMANDE, AVOIR, GRATUITES),
    "lignes": Agregat(lambda t, _: _nombre(t), frozenset()),
    "ht_commande": _somme("montant_ht", COMMANDE),
    "lignes_commande": Agregat(lambda t, _: _nombre(t, t.type_ligne == COMMANDE), frozenset({"type_ligne"})),
    "ht_prix": _somme("montant_ht", COMMANDE, AVOIR),
    "quantite_prix": _quantite(COMMANDE, AVOIR),
    "quantite_gratuite": _quantite(GRATUITES),
    "unite_min": _unite("min"),
    "unite_max": _unite("max"),
    "prix_min": _extreme("prix_unitaire_ht", "min"),
    "prix_max": _extreme("prix_unitaire_ht", "max"),
    "hors_prix": Agregat(_hors_prix, frozenset({"etablissement"})),
}


@dataclass(frozen=True)
class Mesure:
    """A measure: the aggregates it needs, its value, and its unit for people.

    `secrete`: it tells a unit price, which only those of the establishment read.
    """

    nom: str
    titre: str
    unite: str
    agregats: Sequence[str]
    valeur: Callable[[Entiers], Decimal | None]
    secrete: bool = False
    distincte: bool = False


def euros(cents: int | None) -> Decimal | None:
    """Integer cents as euros, to the cent."""
    return None if cents is None else Decimal(int(cents)).scaleb(-2)


def quantite(dix_milliemes: int | None) -> Decimal | None:
    """Integer ten-thousandths as a quantity."""
    return None if dix_milliemes is None else Decimal(int(dix_milliemes)).scaleb(-4)


def prix_moyen(cents: int | None, dix_milliemes: int | None) -> Decimal | None:
    """The mean price of a unit, rounded half up to the millionth; None without a positive quantity."""
    if cents is None or dix_milliemes is None or dix_milliemes <= 0:
        return None
    exact = Decimal(int(cents)) * DIX_MILLIEMES / (Decimal(int(dix_milliemes)) * CENTIMES)
    return exact.quantize(MILLIONIEME, ROUND_HALF_UP)


def _entier(nom: str) -> Callable[[Entiers], Decimal | None]:
    return lambda g: Decimal(int(g[nom]))


def _moyenne_ligne(g: Entiers) -> Decimal | None:
    if not g["lignes_commande"]:
        return None
    mean = Decimal(int(g["ht_commande"])) / (CENTIMES * int(g["lignes_commande"]))
    return mean.quantize(CENTIME, ROUND_HALF_UP)


def _prix(g: Entiers) -> Decimal | None:
    # Prices of a box and of a piece have no mean.
    if g["hors_prix"] or g["unite_min"] != g["unite_max"]:
        return None
    return prix_moyen(g["ht_prix"], g["quantite_prix"])


_LISTE = (
    Mesure("montant_ht", "Montant HT", "€ HT", ("ht",), lambda g: euros(g["ht"])),
    Mesure("montant_ttc", "Montant TTC", "€ TTC", ("ttc",), lambda g: euros(g["ttc"])),
    Mesure("montant_facture_ht", "Montant facturé HT", "€ HT", ("facture",), lambda g: euros(g["facture"])),
    Mesure(
        "quantite",
        "Quantité",
        "unités",
        ("quantite", "hors_prix"),
        lambda g: None if g["hors_prix"] else quantite(g["quantite"]),
        secrete=True,
    ),
    Mesure("lignes", "Lignes", "lignes", ("lignes",), _entier("lignes")),
    Mesure("commandes", "Commandes", "commandes", (), _entier("commandes"), distincte=True),
    Mesure(
        "montant_moyen_ligne",
        "Montant moyen par ligne de commande",
        "€ HT",
        ("ht_commande", "lignes_commande"),
        _moyenne_ligne,
    ),
    Mesure(
        "prix_moyen_ht",
        "Prix unitaire moyen",
        "€ HT",
        ("ht_prix", "quantite_prix", "unite_min", "unite_max", "hors_prix"),
        _prix,
        secrete=True,
    ),
)
MESURES: Mapping[str, Mesure] = {m.nom: m for m in _LISTE}
