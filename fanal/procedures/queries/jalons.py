"""The milestones that the retro-planning gives to a procedure."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from fanal.parametres import catalogue
from fanal.procedures.compute.calendrier import JalonLu
from fanal.procedures.compute.retroplanning import Delais, JalonPrevu, lancement, retroplanning
from fanal.procedures.models import Procedure
from fanal.procedures.queries.droit import delais
from fanal.refus import Refus

OUVERTURE = "Appel d'offres ouvert"
Lecteur = Callable[[str, date, bool], Delais]


def _lire(procedure: str, le: date, electronique: bool) -> Delais:
    return delais(procedure, le, electronique=electronique)


def delais_par_epoque() -> Lecteur:
    """`delais` that reads the law once between two days on which it changes: a schedule asks thousands."""
    bornes = sorted(
        {
            jour
            for code, parametre in catalogue().items()
            if code.startswith("marches.")
            for v in parametre.valeurs
            for jour in (v.depuis, v.jusqu_a + timedelta(days=1) if v.jusqu_a else v.depuis)
        }
    )
    lues = cache(_lire)

    def lire(procedure: str, le: date, electronique: bool) -> Delais:
        rang = bisect_right(bornes, le)
        return lues(procedure, bornes[rang - 1] if rang else le, electronique)

    return lire


def jalons_prevus(
    procedure: str, date_besoin: date, *, electronique: bool = True, lire: Lecteur = _lire
) -> list[JalonPrevu]:
    """The milestones counted backwards from the need, under the law of the launch day they give.

    Without a procedure yet, those of an open call: the longest of the usual ones. Days before the recorded
    law take the law of the need. *lire* gives the times of a procedure on a day: `delais_par_epoque()` for
    many at once. Raises Inutilisable when even the day of need is not covered.
    """
    libelle = procedure or OUVERTURE
    trouves = retroplanning(date_besoin=date_besoin, delais=lire(libelle, date_besoin, electronique))
    depart = lancement(trouves)
    if depart is not None:
        try:
            regle = lire(libelle, depart, electronique)
        except Refus:
            return trouves
        trouves = retroplanning(date_besoin=date_besoin, delais=regle)
    return trouves


def jalons_de(procedure: Procedure) -> list[JalonLu]:
    """The milestones of a procedure, in order."""
    return [
        JalonLu(j.code, j.titre, j.prevu_le, j.realise_le, j.source)
        for j in sorted(procedure.jalons.all(), key=lambda j: (j.prevu_le, j.ordre))
    ]
