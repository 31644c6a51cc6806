"""Forms to and from JSON: how a version of a form is kept."""

import hashlib
import json
from collections import OrderedDict
from dataclasses import asdict
from threading import Lock
from typing import Any

from fanal.moteurs.xlsform.modele import Choix, Element, Formulaire

_GARDES = 64
_cache: OrderedDict[str, Formulaire] = OrderedDict()
_verrou = Lock()


def en_json(formulaire: Formulaire) -> dict[str, Any]:
    """The form as a JSON object; fields at their default value are left out."""
    return {
        "code": formulaire.code,
        "titre": formulaire.titre,
        "version": formulaire.version,
        "elements": [_element(e) for e in formulaire.elements],
        "listes": {nom: [asdict(c) for c in choix] for nom, choix in formulaire.listes.items()},
    }


def _element(element: Element) -> dict[str, Any]:
    champs = {
        cle: valeur
        for cle, valeur in element.__dict__.items()
        if cle != "enfants" and not cle.startswith("_") and valeur not in ("", False, {})
    }
    if element.enfants:
        champs["enfants"] = [_element(e) for e in element.enfants]
    return champs


def de_json(document: dict[str, Any]) -> Formulaire:
    """The form of a JSON object that `en_json` wrote; the same object for the same document."""
    cle = empreinte(document)
    with _verrou:
        if cle in _cache:
            _cache.move_to_end(cle)
            return _cache[cle]
    formulaire = Formulaire(
        code=document["code"],
        titre=document["titre"],
        version=document["version"],
        elements=tuple(_lire(e) for e in document["elements"]),
        listes={nom: tuple(Choix(**c) for c in choix) for nom, choix in document["listes"].items()},
    )
    with _verrou:
        _cache[cle] = formulaire
        while len(_cache) > _GARDES:
            _cache.popitem(last=False)
    return formulaire


def _lire(champs: dict[str, Any]) -> Element:
    return Element(**{**champs, "enfants": tuple(_lire(e) for e in champs.get("enfants", ()))})


def empreinte(document: dict[str, Any]) -> str:
    """The SHA-256 of a form as `en_json` gives it."""
    texte = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(texte.encode()).hexdigest()
