"""Reads of a whole campaign: counts by dossier, dashboard, who has not answered, the control queue."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Sum

from fanal.campagnes import registre
from fanal.campagnes.models import Campagne, Controle, Decision, Dossier, Observation, Repondant, Version
from fanal.campagnes.queries.lignes import Contradictoire, contradictoires, porte_encore, versions_courantes
from fanal.campagnes.temps import local_day
from fanal.comptes.perimetre import PARTOUT, Perimetre
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class Compte:
    """Lines of a dossier's current version, and how many are decided on their present content."""

    lignes: int
    decidees: int

    @property
    def a_decider(self) -> int:
        return self.lignes - self.decidees


def compter(campagne: Campagne) -> dict[int, Compte]:
    """Counts by dossier number, for the dossiers with a version; read from the tables."""
    decidees: dict[int, list[tuple[str, str]]] = {}
    courantes = Decision.objects.filter(dossier__campagne=campagne, courante=True)
    for dossier, cle, empreinte in courantes.values_list("dossier", "cle", "empreinte"):
        decidees.setdefault(dossier, []).append((cle, empreinte))
    return {
        v.dossier_id: Compte(
            len(v.lignes), sum(v.lignes.get(c) == e for c, e in decidees.get(v.dossier_id, []))
        )
        for v in versions_courantes(campagne)
    }


def comptes(campagne: Campagne) -> dict[int, Compte]:
    """The same, kept until the next write in the campaign. For pages: never inside a write's transaction."""
    cle = f"campagnes:comptes:{campagne.pk}:{campagne.revision}"
    return cache.get_or_set(cle, lambda: compter(campagne)) or {}


def demandes_ouvertes(campagne: Campagne, jour: date) -> list[Observation]:
    """Requests of a campaign that still wait for an answer on *jour*, on a content that has not changed."""
    attente = Observation.objects.filter(
        dossier__campagne=campagne, repondu_le__isnull=True, echeance__gte=jour
    ).select_related("dossier__version_courante")
    return [
        o
        for o in attente
        if o.dossier.version_courante and porte_encore(o, o.dossier.version_courante.lignes)
    ]


@dataclass(frozen=True)
class Attendu:
    """A respondent whose answer is not handed in: nothing deposited (`dossier` may be None), or still a
    draft.
    """

    repondant: Repondant
    dossier: Dossier | None
    en_preparation: bool

    @property
    def phrase(self) -> str:
        return "Déposé, à transmettre" if self.en_preparation else "Rien n'a été déposé"


def attendus_sans_reponse(campagne: Campagne, perimetre: Perimetre = PARTOUT) -> list[Attendu]:
    """The respondents of the perimeter whose answer has not been handed in, by level and node."""
    genre = registre.obtenir(campagne.type_campagne)
    dossiers = {_place(d): d for d in campagne.dossiers.all()}
    repondants = campagne.repondants.filter(perimetre.dossiers_q()).select_related(
        "region", "ght", "etablissement", "operateur"
    )
    attendus = []
    for repondant in repondants.order_by("format", "niveau", "ght__code", "operateur__code", "pk"):
        dossier = dossiers.get(_place(repondant))
        if dossier is None or dossier.version_courante_id is None:
            attendus.append(Attendu(repondant, dossier, en_preparation=False))
        elif genre.reception(dossier.format).etape(dossier.etape).preparation:
            attendus.append(Attendu(repondant, dossier, en_preparation=True))
    return attendus


def _place(ligne: Dossier | Repondant) -> tuple[object, ...]:
    return (
        ligne.format,
        ligne.niveau,
        ligne.region_id,
        ligne.ght_id,
        ligne.etablissement_id,
        ligne.operateur_id,
    )


@dataclass
class TableauDeBord:
    """A campaign at a glance, within a perimeter. `par_etape` counts dossiers: `{format: {etape: n}}`."""

    campagne: Campagne
    par_etape: dict[str, dict[str, int]] = field(default_factory=dict)
    dossiers: int = 0
    en_retard: int = 0
    attendus: int = 0
    sans_reponse: list[Attendu] = field(default_factory=list)
    lignes: int = 0
    decidees: int = 0
    observations_ouvertes: int = 0

    @property
    def a_decider(self) -> int:
        return self.lignes - self.decidees


def tableau_de_bord(campagne: Campagne, instant: datetime, perimetre: Perimetre = PARTOUT) -> TableauDeBord:
    """Dossiers by step, late, missing; lines to decide and answers awaited, of the formats that are
    decided.
    """
    genre = registre.obtenir(campagne.type_campagne)
    dossiers = list(campagne.dossiers.filter(perimetre.dossiers_q()))
    etapes = Counter((d.format, d.etape) for d in dossiers)
    connus = comptes(campagne)
    decidables = [connus[d.pk] for d in dossiers if d.pk in connus and genre.reception(d.format).decidable]
    visibles = {d.pk for d in dossiers}
    demandes = demandes_ouvertes(campagne, local_day(instant))
    return TableauDeBord(
        campagne=campagne,
        par_etape={f: {e.code: etapes[f, e.code] for e in r.etapes} for f, r in genre.receptions.items()},
        dossiers=len(dossiers),
        en_retard=sum(d.en_retard for d in dossiers),
        attendus=campagne.repondants.filter(perimetre.dossiers_q()).count(),
        sans_reponse=attendus_sans_reponse(campagne, perimetre),
        lignes=sum(c.lignes for c in decidables),
        decidees=sum(c.decidees for c in decidables),
        observations_ouvertes=sum(o.dossier_id in visibles for o in demandes),
    )


@dataclass(frozen=True)
class LigneAControler:
    """A line of the control queue: its score, the decision that holds if any, the right of reply on it."""

    dossier: Dossier
    version: int
    cle: str
    score: Decimal
    decision: Decision | None = None
    contradictoire: Contradictoire = field(default_factory=Contradictoire)


Scores = Callable[[Sequence[int]], Mapping[tuple[int, str], Decimal]]


def scores_des_controles(versions: Sequence[int]) -> dict[tuple[int, str], Decimal]:
    """The weight of the controls of each line, `{(version, cle): poids}`."""
    poids = Controle.objects.filter(version__in=versions).exclude(cle="")
    return {(v, c): p for v, c, p in poids.values_list("version", "cle").annotate(Sum("poids")).order_by()}


def file_de_controle(
    campagne: Campagne,
    perimetre: Perimetre = PARTOUT,
    *,
    format: str | None = None,
    dossiers: Sequence[int] | None = None,
    decidees: bool | None = False,
    scores: Scores = scores_des_controles,
) -> list[LigneAControler]:
    """The lines to look at, the highest score first, of the dossiers that are in control.

    `decidees` keeps the lines to decide (False), decided (True) or all (None). A domain gives its own
    `scores`.
    """
    genre = registre.obtenir(campagne.type_campagne)
    choisis = campagne.dossiers.filter(perimetre.dossiers_q(), version_courante__isnull=False)
    if format is not None:
        choisis = choisis.filter(format=format)
    if dossiers is not None:
        choisis = choisis.filter(pk__in=dossiers)
    choisis = choisis.select_related("version_courante", "region", "ght", "etablissement", "operateur")
    en_controle = [d for d in choisis if genre.reception(d.format).etape(d.etape).controle]
    notes = scores([d.version_courante_id for d in en_controle if d.version_courante_id])
    decisions = {
        (d.dossier_id, d.cle): d for d in Decision.objects.filter(dossier__in=en_controle, courante=True)
    }
    lignes = [ligne for d in en_controle for ligne in _lignes(d, notes, decisions)]
    if decidees is not None:
        lignes = [ligne for ligne in lignes if (ligne.decision is not None) == decidees]
    return sorted(lignes, key=lambda x: (-x.score, Noeud.de(x.dossier).code, x.dossier.pk, x.cle))


def _lignes(
    dossier: Dossier,
    notes: Mapping[tuple[int, str], Decimal],
    decisions: Mapping[tuple[int, str], Decision],
) -> list[LigneAControler]:
    version = dossier.version_courante
    if version is None:
        return []
    demandes = contradictoires(dossier)
    lignes = []
    for cle, empreinte in version.lignes.items():
        decision = decisions.get((dossier.pk, cle))
        holds = decision is not None and decision.empreinte == empreinte
        lignes.append(
            LigneAControler(
                dossier=dossier,
                version=version.pk,
                cle=cle,
                score=notes.get((version.pk, cle), Decimal(0)),
                decision=decision if holds else None,
                contradictoire=demandes.get(cle, Contradictoire()),
            )
        )
    return lignes


def versions_du_dossier(dossier: Dossier) -> Sequence[Version]:
    """All the versions of a dossier, the latest first."""
    return list(dossier.versions.select_related("depot", "auteur").order_by("-numero"))
