"""Writing the documents contract by contract: a file of 100,000 never stands whole in memory."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import chain
from typing import IO, Any

from fanal.marches.publication import decp, ocds, xml
from fanal.marches.publication.contrat import Contrat

Ecrire = Callable[[IO[bytes], Iterable[Contrat]], int]


def ecrire_decp(sortie: IO[bytes], contrats: Iterable[Contrat]) -> int:
    """Write the DECP v2.0.3 JSON document; returns how many contracts. Concessions come last."""
    concessions: list[dict[str, Any]] = []

    def elements() -> Iterable[dict[str, Any]]:
        for contrat in contrats:
            if contrat.concession:
                concessions.append(decp.concession(contrat))
            else:
                yield decp.marche(contrat)

    sortie.write(b'{"marches": {')
    written = _liste(sortie, "marche", elements())
    if concessions and written:
        sortie.write(b", ")
    written += _liste(sortie, "contrat-concession", concessions)
    if not written:
        sortie.write(b'"marche": []')
    sortie.write(b"}}\n")
    return written


def ecrire_xml(sortie: IO[bytes], contrats: Iterable[Contrat]) -> int:
    """Write the DECP v2.0.2 XML document; returns how many contracts."""
    sortie.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<marches>\n')
    written = 0
    for contrat in contrats:
        sortie.write(xml.element(contrat))
        written += 1
    sortie.write(b"</marches>\n")
    return written


def ecrire_ocds(
    sortie: IO[bytes], contrats: Iterable[Contrat], entete: ocds.Entete, instant: datetime
) -> int:
    """Write the OCDS 1.1.5 release package; returns how many contracts."""
    written = 0

    def releases() -> Iterable[dict[str, Any]]:
        nonlocal written
        for contrat in contrats:
            written += 1
            yield from ocds.publications(contrat, entete.prefixe)

    head = ocds.tete(entete, instant)
    sortie.write(_octets(head)[:-1] + b', "releases": [')
    _suite(sortie, releases())
    sortie.write(b"\n]}\n")
    return written


def _liste(sortie: IO[bytes], nom: str, elements: Iterable[dict[str, Any]]) -> int:
    """A named list; nothing at all when it is empty."""
    rest = iter(elements)
    first = next(rest, None)
    if first is None:
        return 0
    sortie.write(f'"{nom}": ['.encode())
    number = _suite(sortie, chain([first], rest))
    sortie.write(b"\n]")
    return number


def _suite(sortie: IO[bytes], elements: Iterable[dict[str, Any]]) -> int:
    number = 0
    for number, element in enumerate(elements, start=1):
        sortie.write((b"\n" if number == 1 else b",\n") + _octets(element))
    return number


def _octets(valeur: dict[str, Any]) -> bytes:
    return json.dumps(valeur, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
