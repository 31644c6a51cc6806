"""The DECP v2.0.2 XML document, from the JSON one: same names, lists without their inner envelope."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

# The XSD and the JSON schema name this one differently.
NOMS = {"modificationActeSousTraitance": "modificationActesSousTraitance"}
# What XML 1.0 cannot hold, even escaped.
INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def document(paquet: Mapping[str, Any]) -> bytes:
    """The bytes of the document, UTF-8, from what `decp.paquet` gives."""
    root = ET.Element("marches")
    for nom in ("marche", "contrat-concession"):
        for element in paquet["marches"].get(nom, ()):
            _ajouter(root, nom, element)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _ajouter(parent: ET.Element, nom: str, valeur: Any) -> None:
    element = ET.SubElement(parent, NOMS.get(nom, nom))
    if isinstance(valeur, Mapping):
        for cle, contenu in valeur.items():
            # {"technique": [a, b]} repeats the element; a list of envelopes opens one of its own.
            if isinstance(contenu, list) and not any(isinstance(v, Mapping) for v in contenu):
                for v in contenu:
                    _ajouter(element, cle, v)
            else:
                _ajouter(element, cle, contenu)
    elif isinstance(valeur, list):
        for enveloppe in valeur:
            for cle, contenu in enveloppe.items():
                _ajouter(element, cle, contenu)
    else:
        element.text = _texte(valeur)


def _texte(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, float):
        return format(valeur, "f") if "e" in repr(valeur) else repr(valeur)
    return INTERDITS.sub("", str(valeur))
