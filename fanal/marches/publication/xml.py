"""The DECP v2.0.2 XML document, from the JSON one: same names, lists without their inner envelope."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from fanal.marches.publication import decp
from fanal.marches.publication.contrat import Contrat

# The XSD and the JSON schema name this one differently.
NOMS = {"modificationActeSousTraitance": "modificationActesSousTraitance"}
# What XML 1.0 cannot hold, even escaped.
INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def document(contrats: Iterable[Contrat]) -> bytes:
    """The bytes of a whole document, UTF-8."""
    inside = b"".join(element(contrat) for contrat in contrats)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n<marches>\n' + inside + b"</marches>\n"


def element(contrat: Contrat) -> bytes:
    """One contract or concession as an element, indented."""
    root = ET.Element("marches")
    _ajouter(root, "contrat-concession" if contrat.concession else "marche", decp.document(contrat))
    ET.indent(root[0])
    written: bytes = ET.tostring(root[0], encoding="utf-8")
    return written.rstrip() + b"\n"


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
