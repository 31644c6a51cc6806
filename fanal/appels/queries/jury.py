"""Reads of a jury: its members, what interests withdraw them from, readings, scores, ranking."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from fanal.appels.compute.jury import Candidat, Notation, Profil, classer, ecart, moyenne, profils
from fanal.appels.models import Appel, Deliberation, LectureJury, MembreJury, Seance
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.jury_interets import Retraits, retraits
from fanal.appels.rules.jury import ECARTER, ETAPE_LUE, a_discuter
from fanal.appels.rules.regles import Grille
from fanal.campagnes.models import Dossier

# Once read by the jury, a dossier stays in its lists whatever was decided of it.
EXAMINES = (ETAPE_LUE, "retenu", "complementaire", "non_retenu")
RELIES = (
    "campagne__appel",
    "version_courante",
    "region",
    "ght__region",
    "etablissement__departement",
    "operateur",
)


def grille_de(appel: Appel) -> Grille:
    """The scoring grid of the call."""
    return regles_de(appel).grille


def membres_de(appel: Appel) -> QuerySet[MembreJury]:
    """Every member, past ones included, the president first."""
    return appel.jury.select_related("utilisateur", "appel__campagne").order_by("-qualite", "pk")


def actifs(appel: Appel) -> list[MembreJury]:
    """The members who sit today: not gone, account open."""
    return [m for m in membres_de(appel) if m.retire_le is None and m.utilisateur.is_active]


def dossiers_du_jury(appel: Appel) -> QuerySet[Dossier]:
    """The dossiers that the jury examines or has examined."""
    examines = Dossier.objects.filter(
        campagne=appel.campagne_id, etape__in=EXAMINES, version_courante__isnull=False
    )
    return examines.select_related(*RELIES).order_by("pk")


def seance_ouverte(appel: Appel) -> Seance | None:
    """The sitting under way, if any."""
    return appel.seances.filter(close_le=None).select_related("appel__campagne").first()


@dataclass(frozen=True)
class Situation:
    """Where the readings of a dossier stand. `lectures` are those that count: neither withdrawn nor touched
    by an interest, in the order of their rank. `manquantes`: readers still to be found.
    """

    dossier: Dossier
    lectures: tuple[LectureJury, ...]
    retirees: tuple[LectureJury, ...]
    prevues: int
    grille: Grille

    @property
    def rendues(self) -> list[LectureJury]:
        return [lecture for lecture in self.lectures if lecture.rendue_le is not None]

    @property
    def en_attente(self) -> int:
        return len(self.lectures) - len(self.rendues)

    @property
    def manquantes(self) -> int:
        return max(0, self.prevues - len(self.lectures)) if self.dossier.etape == ETAPE_LUE else 0

    @property
    def completes(self) -> bool:
        """Whether the readings are all in: only then does anyone see more than their own."""
        return not self.en_attente and len(self.rendues) >= self.prevues

    @property
    def totaux(self) -> list[Decimal]:
        return [lecture.total for lecture in self.rendues if lecture.total is not None]

    @property
    def moyenne(self) -> Decimal | None:
        return moyenne(self.totaux)

    @property
    def ecart(self) -> Decimal | None:
        return ecart(self.totaux)

    @property
    def alerte(self) -> bool:
        """Whether the spread asks for a discussion or for one reading more."""
        return a_discuter(self.ecart, self.grille, len(self.rendues))


def situations(
    appel: Appel, dossiers: Iterable[Dossier] | None = None, retires: Retraits | None = None
) -> list[Situation]:
    """The state of every dossier of the jury (or of *dossiers*), in two queries and those of interests."""
    lus = list(dossiers_du_jury(appel) if dossiers is None else dossiers)
    if retires is None:
        retires = retraits(appel, lus)
    grille = grille_de(appel)
    par_dossier: dict[int, list[LectureJury]] = {d.pk: [] for d in lus}
    lectures = LectureJury.objects.filter(dossier__in=list(par_dossier), membre__appel=appel)
    for lecture in lectures.select_related("membre__utilisateur", "version").order_by("rang", "pk"):
        par_dossier[lecture.dossier_id].append(lecture)
    return [_situation(d, par_dossier[d.pk], retires, grille) for d in lus]


def _situation(
    dossier: Dossier, lectures: Sequence[LectureJury], retires: Retraits, grille: Grille
) -> Situation:
    valables: list[LectureJury] = []
    retirees: list[LectureJury] = []
    for lecture in lectures:
        touchee = retires.concerne(lecture.membre_id, dossier.pk)
        (retirees if lecture.retiree_le or touchee else valables).append(lecture)
    return Situation(dossier, tuple(valables), tuple(retirees), grille.lectures, grille)


def situation_de(appel: Appel, dossier: Dossier, retires: Retraits | None = None) -> Situation:
    """The same for one dossier."""
    return situations(appel, [dossier], retires)[0]


@dataclass(frozen=True)
class Rang:
    """A dossier as the jury ranks it: the score kept, the spread between readers, its rank, the proposal."""

    dossier: Dossier
    note: Decimal
    ecart: Decimal | None
    rang: int
    proposition: str
    deliberation: Deliberation


def classement(appel: Appel) -> list[Rang]:
    """The ranking that closed sittings lead to, best first: the last deliberation of each dossier counts.

    Dossiers that a sitting proposes to set aside are ranked with the others: their score is what it is.
    Ties: `compute.jury.REGLE_DES_EGALITES`.
    """
    dernieres = dernieres_deliberations(appel)
    rangs = classer(
        [
            Candidat(d.dossier_id, d.note, d.ecart, d.dossier.version_courante.created_at)
            for d in dernieres
            if d.dossier.version_courante is not None
        ]
    )
    classes = [
        Rang(d.dossier, d.note, d.ecart, rangs[d.dossier_id], d.proposition, d)
        for d in dernieres
        if d.dossier_id in rangs
    ]
    return sorted(classes, key=lambda r: (r.rang, r.dossier.pk))


def dernieres_deliberations(appel: Appel) -> list[Deliberation]:
    """The last deliberation of each dossier in the closed sittings of the call."""
    toutes = Deliberation.objects.filter(
        seance__appel=appel, seance__close_le__isnull=False, dossier__etape__in=EXAMINES
    )
    toutes = toutes.select_related("seance", *(f"dossier__{lien}" for lien in RELIES))
    toutes = toutes.prefetch_related("seance__presents", "deportes").order_by("seance__close_le", "pk")
    return list({d.dossier_id: d for d in toutes}.values())


def a_revoir(appel: Appel, retires: Retraits | None = None) -> list[Deliberation]:
    """Closed deliberations where somebody took part whose interest was declared since (R133-12 CRPA)."""
    dernieres = dernieres_deliberations(appel)
    if retires is None:
        retires = retraits(appel, [d.dossier for d in dernieres])
    return [d for d in dernieres if _entachee(d, retires)]


def _entachee(deliberation: Deliberation, retires: Retraits) -> bool:
    sortis = {m.pk for m in deliberation.deportes.all()}
    votants = [m.pk for m in deliberation.seance.presents.all() if m.pk not in sortis]
    return any(retires.concerne(pk, deliberation.dossier_id) for pk in votants)


def retenus_par_le_jury(rangs: Iterable[Rang]) -> list[Rang]:
    """The ranking without what the jury proposes to set aside."""
    return [rang for rang in rangs if rang.proposition != ECARTER]


@dataclass(frozen=True)
class ProfilLecteur:
    """How a member scores, beside the member."""

    membre: MembreJury
    profil: Profil


def profils_des_lecteurs(etats: Iterable[Situation]) -> list[ProfilLecteur]:
    """The habits of each reader on the readings that count, the most severe first."""
    notations, membres = [], {}
    for etat in etats:
        for lecture in etat.rendues:
            if lecture.total is not None:
                notations.append(Notation(lecture.membre_id, etat.dossier.pk, lecture.total))
                membres[lecture.membre_id] = lecture.membre
    lus = [ProfilLecteur(membres[int(str(p.lecteur))], p) for p in profils(notations)]
    return sorted(lus, key=lambda p: (p.profil.decalage is None, p.profil.decalage or 0, p.membre.pk))
