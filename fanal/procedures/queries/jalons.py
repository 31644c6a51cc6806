"""The milestones that the retro-planning gives to a procedure."""

from datetime import date

from fanal.procedures.compute.calendrier import JalonLu
from fanal.procedures.compute.retroplanning import JalonPrevu, lancement, retroplanning
from fanal.procedures.models import Procedure
from fanal.procedures.queries.droit import delais
from fanal.refus import Refus

OUVERTURE = "Appel d'offres ouvert"


def jalons_prevus(procedure: str, date_besoin: date, *, electronique: bool = True) -> list[JalonPrevu]:
    """The milestones counted backwards from the need, under the law of the launch day they give.

    Without a procedure yet, those of an open call: the longest of the usual ones. Days before the recorded
    law take the law of the need. Raises Inutilisable when even that day is not covered.
    """
    libelle = procedure or OUVERTURE
    trouves = retroplanning(
        date_besoin=date_besoin, delais=delais(libelle, date_besoin, electronique=electronique)
    )
    depart = lancement(trouves)
    if depart is not None:
        try:
            regle = delais(libelle, depart, electronique=electronique)
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
