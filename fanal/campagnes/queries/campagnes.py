"""Reads of a whole campaign: counts by dossier, dashboard, who has not answered, the control queue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.cache import cache

from fanal.campagnes import registre
from fanal.campagnes.models import Campagne, Decision, Dossier, Observation, Repondant, Version
from fanal.campagnes.queries.lignes import (
    porte_encore,
    versions_courantes,
)
from fanal.campagnes.temps import local_day
from fanal.comptes.perimetre import PARTOUT, Perimetre
from fanal.memoire import Memoire, stable
from fanal.territoires.queries import revision


@dataclass(frozen=True)
class Compte:
    """Lines of a dossier's current version, and how many are decided on their present content."""

    lignes: int
    decidees: int

    @property
    def a_decider(self) -> int:
        return self.lignes - self.decidees


def toutes() -> list[Campagne]:
    """Every campaign answered by a workbook, the latest first. They are few and every page asks: read once
    within a page.
    """
    return stable("campagnes.toutes", _lire_toutes)


def _lire_toutes() -> list[Campagne]:
    return list(Campagne.objects.exclude(type_campagne__in=registre.ailleurs()))


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
    attente = list(
        Observation.objects.filter(dossier__campagne=campagne, repondu_le__isnull=True, echeance__gte=jour)
    )
    concernes = {o.dossier_id for o in attente}
    courantes = versions_courantes(campagne).filter(dossier__in=concernes)
    lignes = {v.dossier_id: v.lignes for v in courantes}
    return [o for o in attente if porte_encore(o, lignes.get(o.dossier_id, {}))]


def demandes_par_dossier(campagne: Campagne, jour: date) -> dict[int, int]:
    """How many requests wait by dossier number, kept until the next write in the campaign; as `comptes`."""
    cle = f"campagnes:demandes:{campagne.pk}:{campagne.revision}:{jour.isoformat()}"
    return (
        cache.get_or_set(cle, lambda: Counter(o.dossier_id for o in demandes_ouvertes(campagne, jour))) or {}
    )


@dataclass(frozen=True)
class Attendu:
    """A respondent whose answer is not handed in: nothing deposited, or still a draft."""

    repondant: Repondant
    dossier: Dossier | None
    en_preparation: bool

    @property
    def phrase(self) -> str:
        return "Déposé, à transmettre" if self.en_preparation else "Rien n'a été déposé"


# For pages, until something is written in the campaign or on the territory.
_attendus: Memoire[list[Attendu]] = Memoire(64)


def attendus_sans_reponse(campagne: Campagne, perimetre: Perimetre = PARTOUT) -> list[Attendu]:
    """The respondents of the perimeter whose answer has not been handed in, by level and node."""
    etat = (campagne.revision, *revision())
    return _attendus.lire((campagne.pk, perimetre), etat, lambda: _sans_reponse(campagne, perimetre))


def _sans_reponse(campagne: Campagne, perimetre: Perimetre) -> list[Attendu]:
    genre = registre.obtenir(campagne.type_campagne)
    # A respondent may have several dossiers: one that is handed in answers for it.
    rendus = sorted(campagne.dossiers.all(), key=lambda d: _rendu(genre, d))
    dossiers = {_place(d): d for d in rendus}
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


def _rendu(genre: registre.TypeCampagne, dossier: Dossier) -> bool:
    """Whether the answer of this dossier has been handed in."""
    preparation = genre.reception(dossier.format).etape(dossier.etape).preparation
    return dossier.version_courante_id is not None and not preparation


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
    demandes = demandes_par_dossier(campagne, local_day(instant))
    return TableauDeBord(
        campagne=campagne,
        par_etape={f: {e.code: etapes[f, e.code] for e in r.etapes} for f, r in genre.receptions.items()},
        dossiers=len(dossiers),
        en_retard=sum(d.en_retard for d in dossiers),
        attendus=campagne.repondants.filter(perimetre.dossiers_q()).count(),
        sans_reponse=attendus_sans_reponse(campagne, perimetre),
        lignes=sum(c.lignes for c in decidables),
        decidees=sum(c.decidees for c in decidables),
        observations_ouvertes=sum(demandes.get(d.pk, 0) for d in dossiers),
    )


def versions_du_dossier(dossier: Dossier) -> Sequence[Version]:
    """All the versions of a dossier, the latest first."""
    return list(dossier.versions.select_related("depot", "auteur").order_by("-numero"))
