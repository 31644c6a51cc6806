"""Answers in the words of a reader: labels, French values, attachments; for any desk and for the PDF."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from fanal.moteurs import xlsform
from fanal.moteurs.xlsform.jugement import libelle_rempli
from fanal.moteurs.xlsform.modele import GROUPE, NOTE, REPETITION, Element, Formulaire, Reponses, Verdict
from fanal.questionnaires.compute import chemins, sections
from fanal.questionnaires.compute.valeurs import choix_de, en_clair, est_nombre
from fanal.questionnaires.models import Brouillon, PieceJointe, Reponse
from fanal.questionnaires.queries.effectifs import valeurs_montrees
from fanal.questionnaires.queries.formulaires import formulaire_de

Lien = Callable[[PieceJointe], str]
COLONNES_MAX = 6


@dataclass(frozen=True)
class Lue:
    """One answer. `valeur` is "" when nothing is answered; `lien` leads to an attachment."""

    chemin: str
    libelle: str
    valeur: str
    lien: str = ""
    genre: str = "reponse"
    numerique: bool = False


@dataclass(frozen=True)
class TableLue:
    """A repeat: its columns, and its rows of answers (None where the question was not asked)."""

    chemin: str
    libelle: str
    entetes: list[str]
    rangees: list[list[Lue | None]]
    genre: str = "table"

    @property
    def large(self) -> bool:
        """Whether it has too many columns to be laid out as a table."""
        return len(self.entetes) > COLONNES_MAX


@dataclass(frozen=True)
class GroupeLu:
    """A group inside a section."""

    libelle: str
    entrees: list["Lue | TableLue | GroupeLu"]
    genre: str = "groupe"


@dataclass(frozen=True)
class Section:
    """A section that shows, with its answers."""

    nom: str
    titre: str
    entrees: list[Lue | TableLue | GroupeLu] = field(default_factory=list)


def reponses_lisibles(
    source: Reponse | Brouillon,
    *,
    instant: datetime | None = None,
    lien: Lien | None = None,
    effectifs: bool = False,
) -> list[Section]:
    """The answers of a draft, or those frozen on a version, under the version of the form they were given to.

    *instant* judges a draft (needed for one); frozen answers are judged at the instant of their version.
    *lien* gives the address of an attachment; by default the page of the dossier's own side. Small counts of
    patients are hidden from frozen answers unless *effectifs* (`queries.effectifs.voit_effectifs`); a draft
    is read by its own side only.
    """
    formulaire = formulaire_de(source.formulaire)
    if isinstance(source, Reponse):
        dossier, moment = source.version.dossier, source.version.created_at
    else:
        dossier, moment = source.dossier, instant or source.updated_at
    verdict = xlsform.juger(formulaire, source.reponses, instant=moment)
    pieces = {
        p.original.empreinte: p
        for p in PieceJointe.objects.filter(dossier=dossier).select_related("original")
    }
    valeurs = (
        valeurs_montrees(source, effectifs=effectifs) if isinstance(source, Reponse) else verdict.valeurs
    )
    return lisibles(formulaire, verdict, valeurs, pieces, lien or adresse_piece)


def adresse_piece(piece: PieceJointe) -> str:
    """The address of an attachment, for those who reach the dossier."""
    return reverse("questionnaires:fichier", args=[piece.dossier_id, piece.pk])


def lisibles(
    formulaire: Formulaire,
    verdict: Verdict,
    valeurs: Reponses,
    pieces: Mapping[str, PieceJointe],
    lien: Lien,
) -> list[Section]:
    """The visible sections with their answers, from judged answers."""
    lecteur = _Lecteur(formulaire, verdict, valeurs, pieces, lien)
    trouvees = []
    for section in sections.sections(formulaire):
        entrees = lecteur.entrees(section.enfants)
        if entrees:
            titre = libelle_rempli(section.libelle, valeurs) or section.nom
            trouvees.append(Section(section.nom, titre, entrees))
    return trouvees


class _Lecteur:
    def __init__(
        self,
        formulaire: Formulaire,
        verdict: Verdict,
        valeurs: Reponses,
        pieces: Mapping[str, PieceJointe],
        lien: Lien,
    ) -> None:
        self.formulaire, self.verdict, self.valeurs = formulaire, verdict, valeurs
        self.pieces, self.lien = pieces, lien

    def entrees(self, elements: tuple[Element, ...]) -> list[Lue | TableLue | GroupeLu]:
        trouvees: list[Lue | TableLue | GroupeLu] = []
        for element in elements:
            if element.nom not in self.verdict.visibles or element.genre == NOTE:
                continue
            if element.genre == GROUPE:
                if dedans := self.entrees(element.enfants):
                    trouvees.append(GroupeLu(self._libelle(element), dedans))
            elif element.genre == REPETITION:
                trouvees.append(self._table(element))
            elif element.libelle or element.genre != "calcul":
                trouvees.append(self._lue(element, element.nom))
        return trouvees

    def _table(self, element: Element) -> TableLue:
        rangees = chemins.rangees(self.valeurs, element.nom)
        colonnes = [
            e
            for e, _ in chemins.feuilles(element.enfants)
            if e.genre != NOTE
            and (e.libelle or e.genre != "calcul")
            and any(self._visible(element, rang, e) for rang in range(1, len(rangees) + 1))
        ]
        lues = [
            [
                self._lue(e, f"{element.nom}[{rang}].{e.nom}") if self._visible(element, rang, e) else None
                for e in colonnes
            ]
            for rang in range(1, len(rangees) + 1)
        ]
        return TableLue(element.nom, self._libelle(element), [e.libelle or e.nom for e in colonnes], lues)

    def _visible(self, tableau: Element, rang: int, element: Element) -> bool:
        return f"{tableau.nom}[{rang}].{element.nom}" in self.verdict.visibles

    def _lue(self, element: Element, chemin: str) -> Lue:
        valeur: Any = chemins.lire(self.valeurs, chemin)
        piece = self.pieces.get(valeur.get("empreinte", "")) if isinstance(valeur, dict) else None
        return Lue(
            chemin,
            self._libelle(element),
            en_clair(element, valeur, choix_de(self.formulaire, element)),
            self.lien(piece) if piece else "",
            numerique=element.genre in {"entier", "decimal"}
            or (chemins.est_calcul(element) and est_nombre(str(valeur))),
        )

    def _libelle(self, element: Element) -> str:
        return libelle_rempli(element.libelle, self.valeurs) or element.nom
