"""Contacts shared by consent: which answers a consent covers, and what stands once it is withdrawn."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fanal.moteurs.xlsform.modele import QUESTIONS, Element, Formulaire
from fanal.refus import Introuvable, Refus

ACCORDS = ("OK", "oui", "yes", "true", "1")
CITEE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")


def questions_couvertes(formulaire: Formulaire, consentement: str) -> list[Element]:
    """The questions that show only with this consent: those whose condition (or that of a group above) names
    it. They hold the contact, and are erased with the consent.
    """
    return list(_couvertes(formulaire.elements, consentement, dedans=False))


def _couvertes(elements: tuple[Element, ...], consentement: str, *, dedans: bool) -> Iterator[Element]:
    for element in elements:
        couvert = dedans or consentement in CITEE.findall(element.visible)
        if couvert and element.genre in QUESTIONS:
            yield element
        yield from _couvertes(element.enfants, consentement, dedans=couvert)


def est_donne(reponses: Mapping[str, Any], consentement: str) -> bool:
    """Whether the consent is given in *reponses*."""
    return str(reponses.get(consentement, "")) in ACCORDS


def sans(reponses: Mapping[str, Any], noms: Collection[str]) -> dict[str, Any]:
    """*reponses* without the questions *noms*, in repeats too."""
    return {
        nom: [sans(v, noms) if isinstance(v, dict) else v for v in valeur]
        if isinstance(valeur, list)
        else valeur
        for nom, valeur in reponses.items()
        if nom not in noms
    }


def est_couvert(chemin: str, noms: Collection[str]) -> bool:
    """Whether the path (`question`, `repeat[2].question`) is that of one of the questions *noms*."""
    return any(part.partition("[")[0] in noms for part in chemin.split("."))


def check_consentement(prevus: Collection[str], question: str) -> None:
    """Only a consent that the call declares is withdrawn."""
    if question not in prevus:
        raise Introuvable("Cet appel n'a pas de consentement de ce nom.")


def check_donne(donne: bool) -> None:
    """There must be something to withdraw."""
    if not donne:
        raise Refus("Cet accord n'est pas donné, ou il est déjà retiré : aucun contact n'est conservé.")
