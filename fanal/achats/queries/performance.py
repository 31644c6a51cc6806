"""The consolidated performance of a year, kept in memory until something it depends on is written."""

from collections import OrderedDict
from datetime import date
from threading import Lock
from typing import Any

from django.db.models import Sum

from fanal import parametres
from fanal.achats.compute import Consolidation, Entree, Filtres, RegleGains, consolider
from fanal.achats.queries.tables import TYPE, build_entree
from fanal.campagnes.models import Campagne
from fanal.parametres.valeur import SansValeur
from fanal.refus import Inutilisable
from fanal.territoires.models import Appartenance, Etablissement, Ght

Etat = tuple[int, ...]
TAILLE_ENTREES, TAILLE_RESULTATS = 4, 256

_entrees: OrderedDict[tuple[int, str], tuple[Etat, Entree]] = OrderedDict()
_resultats: OrderedDict[tuple[int, str, Filtres], tuple[Etat, Consolidation]] = OrderedDict()
_verrou = Lock()


def state() -> Etat:
    """What a consolidation depends on: it changes with every write of a campaign or of the territory."""
    campagnes = Campagne.objects.filter(type_campagne=TYPE)
    revisions = campagnes.aggregate(total=Sum("revision"))["total"] or 0
    counts = (m._default_manager.count() for m in (Ght, Etablissement, Appartenance))
    return (revisions, campagnes.count(), *counts)


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


def entree(annee: int, periode: str, now: Etat | None = None) -> Entree:
    """The tables of the year, read again only when the register has changed."""
    now = now or state()
    with _verrou:
        kept = _entrees.get((annee, periode))
        if kept and kept[0] == now:
            _entrees.move_to_end((annee, periode))
            return kept[1]
    fresh = build_entree(annee, periode)
    with _verrou:
        _entrees[annee, periode] = (now, fresh)
        while len(_entrees) > TAILLE_ENTREES:
            _entrees.popitem(last=False)
    return fresh


def performance(annee: int, periode: str = "fin-annee", filtres: Filtres | None = None) -> Consolidation:
    """The consolidation of the year under *filtres*: totals, breakdowns, and the lines they come from."""
    filtres = filtres or Filtres()
    now = state()
    key = (annee, periode, filtres)
    with _verrou:
        kept = _resultats.get(key)
        if kept and kept[0] == now:
            _resultats.move_to_end(key)
            return kept[1]
    result = consolider(
        entree(annee, periode, now), annee=annee, periode=periode, regle=regle(annee), filtres=filtres
    )
    with _verrou:
        _resultats[key] = (now, result)
        while len(_resultats) > TAILLE_RESULTATS:
            _resultats.popitem(last=False)
    return result
