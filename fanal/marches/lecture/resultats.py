"""Shapes shared by the readers of contracts and by what records them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.depots.lecture.resultats import Anomalie


@dataclass(slots=True)
class Brut:
    """One contract as received, in the shape of the DECP 2.0.3 schema, not yet judged.

    `ligne` is the row of a table, else the rank of the contract in the file, from 1. `contenu` may hold,
    under the key "fanal", the values that only our own workbook and the tabular form carry. `prevus` are the
    fields that this form of file can hold: the others cannot be missed.
    """

    ligne: int
    contenu: dict[str, Any]
    prevus: frozenset[str]
    concession: bool = False
    feuille: str | None = None
    anomalies: list[Anomalie] = field(default_factory=list)


@dataclass(slots=True)
class ModificationLue:
    """One modification as published: what it leads to, never what it replaces."""

    numero: int
    objet: str
    montant_apres: Decimal | None
    duree_mois_apres: int | None
    date_notification: date | None
    date_publication: date | None
    date_signature: date | None
    titulaires_apres: list[dict[str, str]]
    recu: dict[str, Any]
    irreguliere: bool = False


@dataclass(slots=True)
class Lu:
    """One contract once judged. `valeurs` are fields of `Marche`; a value that cannot be held is unknown.

    `recu` keeps, under the DECP names, what arrived and could not be taken as it was. `empreinte` is the
    SHA-256 of the content received. `titulaires` are (kind, identifier, name).
    """

    ligne: int
    acheteur_siret: str
    identifiant: str
    valeurs: dict[str, Any] = field(default_factory=dict)
    titulaires: list[tuple[str, str, str]] = field(default_factory=list)
    modifications: list[ModificationLue] = field(default_factory=list)
    beneficiaires: list[str] = field(default_factory=list)
    recu: dict[str, Any] = field(default_factory=dict)
    anomalies: list[Anomalie] = field(default_factory=list)
    empreinte: str = ""
    ecarte: bool = False


def _sans_limite(le: date) -> Decimal | None:
    return None


@dataclass(frozen=True)
class Reperes:
    """What judging needs and the file does not say.

    `cpv` is code -> check digit when the vocabulary is loaded; `finess` are the establishments known here.
    `part_plafonnee` gives, at a date, the widest share of the initial amount that one modification on a
    bounded ground may reach.
    """

    aujourd_hui: date
    cpv: dict[str, str] | None = None
    finess: frozenset[str] = frozenset()
    part_plafonnee: Callable[[date], Decimal | None] = _sans_limite
