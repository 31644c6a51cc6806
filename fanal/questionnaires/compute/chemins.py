"""Paths of questions in flat answers: "question", or "repeat[2].question" (rows counted from 1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fanal.moteurs.xlsform.modele import CALCUL, GROUPE, QUESTIONS, REPETITION, Element, Formulaire, Reponses

_CHEMIN = re.compile(r"^(?P<repetition>[^\[\].]+)\[(?P<rang>[1-9]\d{0,3})\]\.(?P<nom>[^\[\]]+)$")


@dataclass(frozen=True)
class Place:
    """Where a question stands: its name, and the repeat and row (from 1) it belongs to, if any."""

    nom: str
    repetition: str = ""
    rang: int = 0

    def __str__(self) -> str:
        return f"{self.repetition}[{self.rang}].{self.nom}" if self.repetition else self.nom


def lire_chemin(chemin: str) -> Place:
    """The place that *chemin* names; a text that is no path of a row is taken for a name."""
    trouve = _CHEMIN.match(chemin)
    if trouve is None:
        return Place(chemin)
    return Place(trouve["nom"], trouve["repetition"], int(trouve["rang"]))


def rangees(reponses: Reponses, repetition: str) -> list[Reponses]:
    """The rows of a repeat; what is no list of rows counts for none."""
    lignes = reponses.get(repetition)
    return [r for r in lignes if isinstance(r, dict)] if isinstance(lignes, list) else []


def lire(reponses: Reponses, chemin: str) -> Any:
    """The answer at *chemin*; "" when there is none."""
    place = lire_chemin(chemin)
    if not place.repetition:
        return reponses.get(place.nom, "")
    lignes = rangees(reponses, place.repetition)
    return lignes[place.rang - 1].get(place.nom, "") if place.rang <= len(lignes) else ""


def poser(reponses: Reponses, chemin: str, valeur: Any) -> Reponses:
    """A copy of *reponses* with *valeur* at *chemin*; a blank takes the answer away. Missing rows are added
    empty.
    """
    place = lire_chemin(chemin)
    if not place.repetition:
        return _mettre(reponses, place.nom, valeur)
    lignes = [dict(r) for r in rangees(reponses, place.repetition)]
    lignes += [{} for _ in range(place.rang - len(lignes))]
    lignes[place.rang - 1] = _mettre(lignes[place.rang - 1], place.nom, valeur)
    return {**reponses, place.repetition: lignes}


def _mettre(ligne: Reponses, nom: str, valeur: Any) -> Reponses:
    reste = {n: v for n, v in ligne.items() if n != nom}
    return reste if est_vide(valeur) else {**reste, nom: valeur}


def est_vide(valeur: Any) -> bool:
    """Whether an answer says nothing."""
    return valeur is None or valeur == "" or valeur == [] or valeur == {}


def feuilles(elements: tuple[Element, ...]) -> Iterator[tuple[Element, str]]:
    """Every element that is no group, with the name of the repeat it stands in ("" outside)."""
    for element in elements:
        if element.genre == GROUPE:
            yield from feuilles(element.enfants)
        elif element.genre == REPETITION:
            for enfant, _ in feuilles(element.enfants):
                yield enfant, element.nom
        else:
            yield element, ""


def repetitions(elements: tuple[Element, ...]) -> Iterator[Element]:
    """Every repeat of the form."""
    for element in elements:
        if element.genre == REPETITION:
            yield element
        elif element.genre == GROUPE:
            yield from repetitions(element.enfants)


def repetition_de(formulaire: Formulaire, nom: str) -> Element | None:
    """The repeat called *nom*."""
    return next((r for r in repetitions(formulaire.elements) if r.nom == nom), None)


def question_de(formulaire: Formulaire, chemin: str) -> Element | None:
    """The question that *chemin* names, when the form asks it there."""
    place = lire_chemin(chemin)
    for element, repetition in feuilles(formulaire.elements):
        if element.nom == place.nom and repetition == place.repetition:
            return element if element.genre in QUESTIONS else None
    return None


def est_calcul(element: Element) -> bool:
    """Whether the form computes the answer: nobody types it."""
    return element.genre == CALCUL or bool(element.calcul)


def deplier(formulaire: Formulaire, reponses: Reponses) -> Iterator[tuple[str, Element, Any]]:
    """Every question and calculation of the form with its path and its answer ("" for a blank), in the order
    of the form; a table row after row.
    """
    places = list(feuilles(formulaire.elements))
    vues: set[str] = set()
    for element, repetition in places:
        if not repetition:
            if _repond(element):
                yield element.nom, element, reponses.get(element.nom, "")
        elif repetition not in vues:
            vues.add(repetition)
            colonnes = [e for e, r in places if r == repetition and _repond(e)]
            for rang, ligne in enumerate(rangees(reponses, repetition), 1):
                for colonne in colonnes:
                    chemin = str(Place(colonne.nom, repetition, rang))
                    yield chemin, colonne, ligne.get(colonne.nom, "")


def _repond(element: Element) -> bool:
    return element.genre in QUESTIONS or element.genre == CALCUL


def aplatir(reponses: Reponses) -> dict[str, Any]:
    """The answers by path, blanks left out. A list of objects is a repeat."""
    plat: dict[str, Any] = {}
    for nom, valeur in reponses.items():
        if isinstance(valeur, list) and any(isinstance(v, dict) for v in valeur):
            for rang, ligne in enumerate(rangees(reponses, nom), 1):
                plat |= {str(Place(n, nom, rang)): v for n, v in ligne.items() if not est_vide(v)}
        elif not est_vide(valeur):
            plat[nom] = valeur
    return plat


def sans_rangee(auteurs: dict[str, Any], repetition: str, rang: int) -> dict[str, Any]:
    """Marks kept by path once row *rang* is gone: its own leave, those of the rows below move up."""
    reste: dict[str, Any] = {}
    for chemin, marque in auteurs.items():
        place = lire_chemin(chemin)
        if place.repetition != repetition or place.rang < rang:
            reste[chemin] = marque
        elif place.rang > rang:
            reste[str(Place(place.nom, repetition, place.rang - 1))] = marque
    return reste
