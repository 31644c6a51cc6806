"""The consolidated performance of a year, kept in memory until something it depends on is written."""

from datetime import date
from typing import Any

from fanal import parametres
from fanal.achats.compute import Consolidation, Entree, Filtres, RegleGains, consolider
from fanal.achats.queries.tables import TYPE, build_entree
from fanal.campagnes.queries.campagnes import toutes
from fanal.memoire import Memoire, stable
from fanal.parametres.valeur import SansValeur
from fanal.refus import Inutilisable
from fanal.territoires.queries import revision

Etat = tuple[int, ...]

_entrees: Memoire[Entree] = Memoire(8)
_resultats: Memoire[Consolidation] = Memoire(256)
_familles: Memoire[list[str]] = Memoire(16)


def state() -> Etat:
    """What a consolidation depends on: it changes with every write of a campaign or of the territory."""
    return stable("achats.state", _read_state)


def _read_state() -> Etat:
    revisions = [c.revision for c in toutes() if c.type_campagne == TYPE]
    return (sum(revisions), len(revisions), *revision())


def jeu(prefixe: str, annee: int) -> dict[str, Any]:
    """The values of a set at the end of a year. Raises `Inutilisable` before the first ones."""
    try:
        return parametres.jeu(prefixe, date(annee, 12, 31))
    except SansValeur as error:
        raise Inutilisable(
            f"Aucune règle de calcul n'est connue pour {annee}. {error} Choisissez une année plus récente."
        ) from error


def regle(annee: int) -> RegleGains:
    """The rule set in force at the end of the year. Raises `Inutilisable` when there was none yet."""
    return RegleGains.from_valeurs(jeu("achats.regle", annee))


def entree(annee: int, periode: str) -> Entree:
    """The tables of the year, put together again only when the register has changed."""
    return _entrees.lire((annee, periode), state(), lambda: build_entree(annee, periode))


def families(annee: int, periode: str) -> list[str]:
    """The families that the lines of the year name, in order."""

    def read() -> list[str]:
        named = entree(annee, periode).actions["famille"].unique().drop_nulls().sort().to_list()
        return [family for family in named if family]

    return _familles.lire((annee, periode), state(), read)


def performance(annee: int, periode: str = "fin-annee", filtres: Filtres | None = None) -> Consolidation:
    """The consolidation of the year under *filtres*: totals, breakdowns, and the lines they come from."""
    chosen = filtres or Filtres()
    return _resultats.lire(
        (annee, periode, chosen),
        state(),
        lambda: consolider(
            entree(annee, periode), annee=annee, periode=periode, regle=regle(annee), filtres=chosen
        ),
    )
