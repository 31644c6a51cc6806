"""A sitting: who is there, who must leave for each dossier, what may be deliberated, what is out of date."""

from collections.abc import Sequence
from dataclasses import dataclass

from fanal.appels.compute.jury import Candidat, classer, quorum
from fanal.appels.models import Deliberation, MembreJury, Seance
from fanal.appels.queries.jury import Situation, actifs, dossiers_du_jury, situations
from fanal.appels.queries.jury_interets import Retraits, retraits
from fanal.appels.rules.jury import ETAPE_LUE


@dataclass(frozen=True)
class Salle:
    """For one dossier: who deliberates, who leaves the room, how many are needed."""

    votants: tuple[MembreJury, ...]
    deportes: tuple[MembreJury, ...]
    quorum: int


@dataclass(frozen=True)
class Point:
    """A dossier on the agenda: its readings, the room, what was recorded, and whether that still holds."""

    etat: Situation
    salle: Salle
    deliberation: Deliberation | None

    @property
    def perime(self) -> bool:
        """Whether a member in the room has an interest that was not known then, or the mean has changed."""
        d = self.deliberation
        if d is None:
            return False
        sortis = {m.pk for m in self.salle.deportes}
        return not sortis <= {m.pk for m in d.deportes.all()} or d.moyenne != self.etat.moyenne

    @property
    def deliberable(self) -> bool:
        return self.etat.dossier.etape == ETAPE_LUE and bool(self.etat.rendues) and not self.etat.en_attente


def points(seance: Seance, dossier: int | None = None) -> list[Point]:
    """The agenda of a sitting: the dossiers under examination, and those it has deliberated. With *dossier*,
    that one alone.
    """
    appel = seance.appel
    examines = dossiers_du_jury(appel)
    dossiers = list(examines if dossier is None else examines.filter(pk=dossier))
    faites = {d.dossier_id: d for d in seance.deliberations.prefetch_related("deportes")}
    dossiers = [d for d in dossiers if d.etape == ETAPE_LUE or d.pk in faites]
    exclus = retraits(appel, dossiers)
    presents = list(seance.presents.select_related("utilisateur"))
    siegent = actifs(appel)
    return [
        Point(
            etat,
            salle_de(seance, presents, siegent, exclus, etat.dossier.pk),
            faites.get(etat.dossier.pk),
        )
        for etat in situations(appel, dossiers, exclus)
    ]


def point_de(seance: Seance, dossier: int) -> Point | None:
    """The same for one dossier; None when it is not on the agenda."""
    return next(iter(points(seance, dossier)), None)


def salle_de(
    seance: Seance,
    presents: Sequence[MembreJury],
    siegent: Sequence[MembreJury],
    exclus: Retraits,
    dossier: int,
) -> Salle:
    """Who may deliberate on a dossier. The quorum is counted among members without an interest."""
    sortis = exclus.pour(dossier)
    votants = tuple(m for m in presents if m.pk not in sortis)
    deportes = tuple(m for m in presents if m.pk in sortis)
    libres = sum(m.pk not in sortis for m in siegent)
    return Salle(votants, deportes, quorum(seance.part_quorum, libres))


def rangs_de(deliberations: Sequence[Deliberation]) -> dict[int, int]:
    """The ranks of the dossiers that a sitting deliberated, among themselves."""
    candidats = [
        Candidat(d.dossier_id, d.note, d.ecart, d.dossier.version_courante.created_at)
        for d in deliberations
        if d.dossier.version_courante is not None
    ]
    return {int(str(cle)): rang for cle, rang in classer(candidats).items()}
