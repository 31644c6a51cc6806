"""What a juror sees: the dossiers entrusted, all of them while sitting; never those an interest hides."""

from dataclasses import dataclass

from django.db.models import QuerySet

from fanal.appels.models import Appel, LectureJury, MembreJury, Seance
from fanal.appels.queries.jury import EXAMINES, dossiers_du_jury, seance_ouverte
from fanal.appels.queries.jury_interets import retraits
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur


def siege(user: Utilisateur) -> QuerySet[MembreJury]:
    """The juries where the account sits, the last calls first."""
    siens = MembreJury.objects.filter(utilisateur=user, retire_le=None, appel__etat="ouvert")
    return siens.select_related(
        "appel__campagne", "appel__region", "appel__formulaire", "utilisateur"
    ).order_by("-appel__campagne__annee", "appel__campagne__titre")


def lectures_visibles(membre: MembreJury) -> list[LectureJury]:
    """The readings of a member: neither withdrawn nor touched by an interest; none before declaring."""
    if membre.declaration_le is None or membre.retire_le is not None:
        return []
    siennes = LectureJury.objects.filter(membre=membre, retiree_le=None, dossier__etape__in=EXAMINES)
    siennes = siennes.select_related(
        "dossier__campagne",
        "dossier__version_courante",
        "dossier__region",
        "dossier__ght__region",
        "dossier__etablissement",
        "dossier__operateur",
        "membre__utilisateur",
        "membre__appel__campagne",
        "version",
    )
    lues = [lecture for lecture in siennes if lecture.dossier.version_courante_id]
    exclus = retraits(membre.appel, [lecture.dossier for lecture in lues], [membre])
    gardees = [lecture for lecture in lues if not exclus.concerne(membre.pk, lecture.dossier_id)]
    return sorted(gardees, key=lambda lecture: (lecture.rendue_le is not None, lecture.dossier_id))


@dataclass(frozen=True)
class Assise:
    """A sitting under way where the member is present."""

    seance: Seance
    membre: MembreJury


def assise_de(membre: MembreJury) -> Assise | None:
    """The open sitting where the member is present, if any."""
    if membre.declaration_le is None or membre.retire_le is not None:
        return None
    seance = seance_ouverte(membre.appel)
    if seance is None or not seance.presents.filter(pk=membre.pk).exists():
        return None
    return Assise(seance, membre)


def dossiers_visibles(membre: MembreJury) -> list[Dossier]:
    """Every dossier that the member may open: its own readings, all of them during a sitting it attends."""
    dossiers = {lecture.dossier_id: lecture.dossier for lecture in lectures_visibles(membre)}
    if assise_de(membre) is not None:
        tous = list(dossiers_du_jury(membre.appel))
        exclus = retraits(membre.appel, tous, [membre])
        dossiers |= {d.pk: d for d in tous if not exclus.concerne(membre.pk, d.pk)}
    return list(dossiers.values())


def pv_lisible(membre: MembreJury, seance: Seance) -> bool:
    """Whether a member may read the minutes: present, and never out of the room."""
    if not seance.presents.filter(pk=membre.pk).exists():
        return False
    deliberations = list(seance.deliberations.select_related("dossier__ght", "dossier__etablissement"))
    exclus = retraits(membre.appel, [d.dossier for d in deliberations], [membre])
    return not exclus.de(membre.pk) and not seance.deliberations.filter(deportes=membre).exists()


def membre_de(user: Utilisateur, appel: Appel) -> MembreJury | None:
    """The seat of the account in the jury of a call."""
    return siege(user).filter(appel=appel).first()
