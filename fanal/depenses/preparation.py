"""The nation's pages of spend, answered before anybody opens them.

What they stand on (the lake opened, statuses of contract numbers, registers) serves every other territory, as
does the catalogue that labels are matched with. A GHT's proofs and purchases off contract are taken from the
nation's.
"""

from collections.abc import Hashable, Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from fanal.comptes.perimetre import PARTOUT
from fanal.depenses.queries import hors_marche
from fanal.depenses.queries.concentration import familles, rangs
from fanal.depenses.queries.dispersion import sommes_par_ght
from fanal.depenses.queries.exploration import explorer, valeurs_de
from fanal.depenses.queries.gains_etat import etat_des_gains
from fanal.depenses.queries.gains_territoire import annee_prouvee
from fanal.depenses.queries.lac import manifeste
from fanal.depenses.queries.plafonds import contrats_depasses
from fanal.depenses.queries.portee import Portee
from fanal.depenses.queries.qualite import mesures_du_lac
from fanal.depenses.queries.rapprochement import catalogue
from fanal.depenses.queries.reperes import reperes
from fanal.depenses.queries.source import DUCKDB, contexte
from fanal.depenses.views import demande
from fanal.depenses.views.lieu import Lieu, annee_des_lignes, bornes
from fanal.exploitation.preparation import Etape
from fanal.interface.ici import annees_proposees
from fanal.parametres.catalogue import valeur
from fanal.refus import Inutilisable
from fanal.territoires.noeuds import NATIONAL

# Who reads the nation reads sums: prices stay with those who paid them.
SOMMES = Portee(finess=None, prix=frozenset())
ANNEES = 2
# Counting orders opens other files than adding amounts up.
COMMANDES = "commandes"


def etat() -> Hashable:
    """What the answers below depend on; None without any line, or when a cluster answers."""
    if settings.MOTEUR != DUCKDB or not manifeste().lignes:
        return None
    return (timezone.localdate(), etat_des_gains())


def etapes() -> Iterator[Etape]:
    """What serves every page, then each page of the nation for the two latest years of campaigns."""
    today = timezone.localdate()
    yield _fonds
    yield _dessin
    yield partial(contrats_depasses, PARTOUT, NATIONAL, None, today)
    yield mesures_du_lac
    yield catalogue
    first, last = bornes(None)
    years = annees_proposees(today)[:ANNEES]
    for year in dict.fromkeys(annee_des_lignes(y, first, last) for y in years):
        yield from _de_l_annee(Lieu(SOMMES, NATIONAL, None, year, first, last), today)
    for year in years:
        yield partial(_gains, year, today)


def _de_l_annee(place: Lieu, today: date) -> Iterator[Etape]:
    year = place.annee
    asked = demande.lire(QueryDict(), place)
    for measure in (asked.mesure, COMMANDES):
        yield partial(explorer, asked.lignes, asked.colonne, measure, asked.filtres, SOMMES)
    for axis in ("finess", "famille"):
        yield partial(valeurs_de, axis, SOMMES)
    yield partial(_hors_marche, year)
    yield partial(sommes_par_ght, asked.filtres, None, 0)
    yield partial(familles, asked.filtres, None)
    classes = [Decimal(s) for s in valeur("depenses.pareto.seuils", le=today)]
    yield partial(rangs, asked.filtres, None, classes)
    yield partial(reperes, SOMMES, year, today)


def _fonds() -> None:
    from fanal.moteurs.consolidation.statuts import statuts

    statuts(contexte())


def _dessin() -> None:
    # Drawing loads its library at the first picture.
    from fanal.depenses import images_explorer  # noqa: F401 - loaded, not used


def _hors_marche(year: int) -> None:
    rows = hors_marche.groupes(year, None, PARTOUT)
    hors_marche.parts(year, None, rows)


def _gains(year: int, today: date) -> None:
    # Without rules for that year, its page says so.
    with suppress(Inutilisable):
        annee_prouvee(year, NATIONAL, SOMMES, today)
