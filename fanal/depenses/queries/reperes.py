"""Published benchmarks of logistics and what order lines show beside them; none is derived from another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fanal.depenses.queries.portee import Portee
from fanal.interface.nombres import ecrire_nombre
from fanal.memoire import Memoire
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.parametres.catalogue import valeur, valeur_datee

if TYPE_CHECKING:
    from fanal.moteurs.consolidation.requetes.reperes import Observation

ACTIVITES = {"pui": "Pharmacie (PUI)", "magasin": "Magasin général", "": "Établissement"}
MOYENNE = "montant_moyen_ligne"
LITS = "Les lignes ne disent pas le nombre de lits."
STOCKS = "Les lignes disent ce qui est commandé, pas ce qui est en stock."
# Code → title, unit, why lines cannot say it (empty: they can).
TITRES: Mapping[str, tuple[str, str, str]] = {
    MOYENNE: ("Montant moyen d'une ligne de commande", "€", ""),
    "commandes_stock_par_uf": ("Commandes sur stock par unité fonctionnelle", "€ par an", ""),
    "commandes_par_uf": ("Commandes par unité fonctionnelle, en stock et hors stock", "€ par an", ""),
    "lignes_hors_stock_sur_commandes": (
        "Lignes hors stock rapportées aux commandes",
        "rapport",
        "Les lignes ne disent pas lesquelles sont servies hors stock.",
    ),
    "par_lit_et_jour": ("Dépense par lit", "€ par jour", LITS),
    "stock_moyen_par_lit": ("Stock moyen par lit", "€", f"{STOCKS} {LITS}"),
    "cout_rh_par_lit": ("Coût chargé du personnel logistique par lit", "€ par an", LITS),
    "volume_par_surface": ("Volume de stock par surface", "m³ par m²", STOCKS),
}
COUVERTURES = {
    "medicaments": ("pui", "Couverture du stock, médicaments"),
    "dispositifs_et_solutes": ("pui", "Couverture du stock, dispositifs et solutés"),
    "magasin": ("magasin", "Couverture du stock"),
}


@dataclass(frozen=True)
class Repere:
    """One benchmark. `observe`: None when lines cannot say it, `pourquoi` then tells why.

    `comptes`: the accounts whose lines were read.
    """

    activite: str
    code: str
    titre: str
    unite: str
    publie: Decimal
    observe: Decimal | None
    pourquoi: str
    comptes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reperes:
    """The benchmarks, their source, and the beginnings of the accounts of each activity."""

    reperes: list[Repere]
    source: str
    comptes: dict[str, list[str]]


_lus: Memoire[Any] = Memoire(32)


def reperes(portee: Portee, annee: int, le: date) -> Reperes:
    """The benchmarks published, beside what the lines of a year show of the establishments read."""
    from fanal.depenses.queries import requetes
    from fanal.depenses.queries.source import contexte

    ctx, filters = contexte(), Filtres().avec("annee", "=", str(annee))
    seen, compared = _lus.lire(
        (portee, annee, le),
        ctx.etat,
        lambda: requetes.reperes(filters, portee, le=le),
        seul=False,
    )
    prefixes = {a: [str(c) for c in codes] for a, codes in valeur("depenses.reperes.comptes", le=le).items()}
    known = ctx.dimensions["compte"].valeurs.to_pylist()
    found = [
        _un(r.activite, r.code, r.repere, r.observe, seen[r.activite], _comptes(known, prefixes[r.activite]))
        for r in compared
    ]
    source = valeur_datee(f"depenses.reperes.pui.{MOYENNE}", le=le).source
    return Reperes([*found, *_muets(le)], source, prefixes)


def _un(
    activite: str,
    code: str,
    publie: Decimal,
    observe: Decimal | None,
    vue: "Observation",
    comptes: tuple[str, ...],
) -> Repere:
    title, unit, why = TITRES[code]
    if not why and observe is None:
        why = "Aucune ligne ne porte un compte de cette activité."
        if vue.lignes_commande:
            why = "Les lignes de ces comptes ne disent pas leur unité fonctionnelle."
    if why:
        return Repere(activite, code, title, unit, publie, None, why)
    told = f"{ecrire_nombre(vue.lignes_commande)} lignes de commande, {vue.ufs} unités, {vue.mois} mois"
    return Repere(activite, code, title, unit, publie, observe, told, comptes)


def _muets(le: date) -> list[Repere]:
    """The benchmarks that lines can say nothing of."""
    weeks = valeur("depenses.reperes.couverture_semaines", le=le)
    found = [
        Repere(activity, "couverture", title, "semaines", Decimal(str(weeks[key])), None, STOCKS)
        for key, (activity, title) in COUVERTURES.items()
    ]
    for code in ("cout_rh_par_lit", "volume_par_surface"):
        title, unit, why = TITRES[code]
        found.append(Repere("", code, title, unit, valeur(f"depenses.reperes.{code}", le=le), None, why))
    return found


def _comptes(connus: list[str], debuts: list[str]) -> tuple[str, ...]:
    """The accounts that lines bear, of those that begin so."""
    return tuple(sorted(c for c in connus if c.startswith(tuple(debuts))))
