"""Reads of a self-assessment: the grid as values, the answers of people, the levels kept, the scores."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from fanal.campagnes.models import Dossier, Version
from fanal.maturite.compute import (
    Bilan,
    SujetNote,
    ThemePese,
    bilan,
    desaccord,
    mediane_basse,
    niveau_prouve,
)
from fanal.maturite.models import Appreciation, Grille, NiveauRetenu, NiveauSujet, Preuve, Sujet
from fanal.maturite.rules.evaluations import Arret


@dataclass(frozen=True)
class SujetArrete:
    """A topic about to be kept: its levels by rank, what people answered, the proofs, the level proved."""

    sujet: Sujet
    niveaux: Mapping[int, NiveauSujet]
    arret: Arret
    prouve: int
    reponses: tuple[int, ...] = ()
    preuves: tuple[Preuve, ...] = ()


@dataclass(frozen=True)
class SujetLu:
    """A topic of an answer: level kept, level proved, disagreement, reason."""

    sujet: Sujet
    niveau: NiveauSujet | None
    prouve: NiveauSujet | None
    ecart: int | None
    motif: str = ""


@dataclass(frozen=True)
class Autoevaluation:
    """An answer handed in, with its declared score and the score of what is proved."""

    version: Version
    sujets: tuple[SujetLu, ...]
    declare: Bilan
    prouve: Bilan
    notes: tuple[SujetNote, ...] = field(default=())


def themes_de(grille: Grille) -> list[ThemePese]:
    """The themes of a grid with their weights, in order."""
    return [ThemePese(t.code, t.titre, t.poids) for t in grille.themes.all()]


def sujets_de(grille: Grille) -> list[Sujet]:
    """The topics of a grid with theme and levels, in order."""
    topics = Sujet.objects.filter(theme__grille=grille).select_related("theme")
    return list(topics.prefetch_related("niveaux").order_by("theme__ordre", "ordre"))


def sujets_arretes(
    dossier: Dossier, choix: Mapping[int, tuple[int | None, str]] | None = None
) -> list[SujetArrete]:
    """What would be kept for each topic: the choice made, else the lower median of the answers handed in."""
    chosen = choix or {}
    answers = _answers(dossier)
    proofs: dict[int, list[Preuve]] = defaultdict(list)
    given = Preuve.objects.filter(dossier=dossier, retiree_le__isnull=True)
    for proof in given.select_related("niveau", "original", "auteur"):
        proofs[proof.niveau.sujet_id].append(proof)
    kept = []
    for topic in sujets_de(dossier.profil_maturite.grille):
        ranks = answers.get(topic.pk, [])
        proposed = mediane_basse(ranks)
        level, reason = chosen.get(topic.pk, (proposed, ""))
        levels = {n.rang: n for n in topic.niveaux.all()}
        own = proofs.get(topic.pk, [])
        asked = {rank: bool(n.preuve) for rank, n in levels.items()}
        kept.append(
            SujetArrete(
                sujet=topic,
                niveaux=levels,
                arret=Arret(topic.code, topic.titre, level, proposed, desaccord(ranks), reason),
                prouve=niveau_prouve(level or 0, asked, [p.niveau.rang for p in own]),
                reponses=tuple(ranks),
                preuves=tuple(own),
            )
        )
    return kept


def _answers(dossier: Dossier) -> dict[int, list[int]]:
    """The levels given by those who have handed in, by topic number, lowest first."""
    rows = Appreciation.objects.filter(
        evaluateur__dossier=dossier, evaluateur__rendu_le__isnull=False, niveau__isnull=False
    )
    found: dict[int, list[int]] = defaultdict(list)
    for topic, rank in rows.order_by("niveau__rang").values_list("sujet", "niveau__rang"):
        found[topic].append(rank)
    return found


def autoevaluation(version: Version) -> Autoevaluation:
    """The answer of a version with its scores."""
    return autoevaluations([version])[version.pk]


def autoevaluations(versions: Iterable[Version]) -> dict[int, Autoevaluation]:
    """The answers of several versions, by version number; four queries whatever their number."""
    wanted = list(versions)
    rows = NiveauRetenu.objects.filter(version__in=wanted).select_related(
        "sujet__theme__grille", "niveau", "prouve"
    )
    by_version: dict[int, list[NiveauRetenu]] = defaultdict(list)
    for row in rows.order_by("sujet__theme__ordre", "sujet__ordre"):
        by_version[row.version_id].append(row)
    grids: dict[int, list[ThemePese]] = {}
    found = {}
    for version in wanted:
        kept = by_version.get(version.pk, [])
        grille = kept[0].sujet.theme.grille if kept else None
        if grille is not None and grille.pk not in grids:
            grids[grille.pk] = themes_de(grille)
        themes = grids[grille.pk] if grille else []
        found[version.pk] = _scored(version, kept, themes)
    return found


def _scored(version: Version, kept: list[NiveauRetenu], themes: list[ThemePese]) -> Autoevaluation:
    notes = [_note(r, r.niveau) for r in kept]
    proved = [_note(r, r.prouve, zero=r.niveau is not None) for r in kept]
    return Autoevaluation(
        version,
        tuple(SujetLu(r.sujet, r.niveau, r.prouve, r.ecart, r.motif) for r in kept),
        bilan(themes, notes),
        bilan(themes, proved),
        tuple(notes),
    )


def _note(row: NiveauRetenu, level: NiveauSujet | None, *, zero: bool = False) -> SujetNote:
    """The note of a level; a topic rated without any proof counts 0 among the proved ones."""
    note = level.note if level is not None else Decimal(0) if zero else None
    return SujetNote(row.sujet.code, row.sujet.theme.code, row.sujet.poids, note)
