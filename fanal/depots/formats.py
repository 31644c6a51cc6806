"""File formats: Frictionless Table Schema documents, found in the `formats` folder of every domain.

A format is one JSON file that any hospital can use with its own Table Schema tools. What the standard does
not say (sheet names, optional annex tables, other titles people use) stands under the "fanal" property.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from fanal.depots.noms import normaliser, sans_accents

_RACINE = Path(__file__).resolve().parent.parent
_CHEMINS: dict[str, Path] = {}
_CHARGES: dict[str, Format] = {}
_REGLES: dict[str, list[dict[str, str]]] = {}

TYPES = ("string", "integer", "number", "date", "boolean")

TIRETS = ("-", "--", "–", "—")

CONTRAINTES = {"required", "unique", "pattern", "enum", "minimum", "maximum", "minLength", "maxLength"}

REGLES_STANDARD = (
    ("type", "refus", "La valeur est du type attendu (nombre, date, entier…)"),
    ("requis", "refus", "Les colonnes obligatoires sont remplies"),
    ("motif", "refus", "La valeur a la forme attendue (par exemple neuf caractères pour un FINESS)"),
    ("enumeration", "refus", "La valeur est l'une des valeurs prévues"),
    ("minimum", "refus", "La valeur atteint le minimum prévu"),
    ("maximum", "refus", "La valeur ne dépasse pas le maximum prévu"),
    ("unique", "refus", "La valeur n'apparaît qu'une fois dans la colonne"),
)
REGLE_CLE = ("doublon", "refus", "La clé, faite de plusieurs colonnes, n'apparaît qu'une fois")
REGLES_LECTURE = (
    ("longueur", "refus", "Le texte n'est ni trop court ni trop long"),
    ("erreur-tableur", "refus", "La cellule ne contient pas une erreur du tableur (#REF!, #N/A…)"),
    ("code-abrege", "refus", "Un code long n'a pas été abrégé en notation scientifique (3,4E+12)"),
    (
        "nombre-ambigu",
        "controle",
        "Le point d'un nombre ne peut pas être pris pour un séparateur de milliers",
    ),
    ("pourcentage", "controle", "Un pourcentage n'est pas saisi à la place d'un montant"),
    (
        "valeur-interpretee",
        "information",
        "La valeur a été interprétée (parenthèses, k€, année sur deux chiffres…)",
    ),
    ("zero-restitue", "information", "Le zéro de tête perdu par le tableur a été rétabli"),
    ("valeur-absente", "information", "Une mention d'absence (NC, néant, -) est lue comme une cellule vide"),
    ("ligne-trop-longue", "refus", "La ligne n'a pas plus de cellules que de titres de colonnes"),
    ("ligne-total", "information", "Une ligne de total n'est pas comptée"),
    (
        "colonne-inconnue",
        "information",
        "Une colonne que le format ne prévoit pas est conservée sans être lue",
    ),
    ("feuille-ignoree", "information", "Une feuille aux mêmes colonnes n'a pas été lue"),
)


class FormatInvalide(ValueError):
    """A Table Schema document that Fanal cannot use; a fault of the document's author, not of a depositor."""


@dataclass(frozen=True)
class Champ:
    """One column of a format, ready for vectorised checks. Bounds are Decimal, or date for date fields."""

    nom: str
    titre: str
    type: str
    description: str = ""
    exemple: str = ""
    requis: bool = False
    unique: bool = False
    motif: str | None = None
    enumeration: tuple[str, ...] = ()
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    longueur_min: int | None = None
    longueur_max: int | None = None
    fanal: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)

    @cached_property
    def cles(self) -> frozenset[str]:
        """The normalised titles that name the column without doubt: its name and its French title."""
        return frozenset(normaliser(t) for t in (self.nom, self.titre)) - {""}

    @cached_property
    def alias(self) -> frozenset[str]:
        """Other normalised titles, used when no column has a plain one."""
        return frozenset(normaliser(t) for t in self.fanal.get("titres", ())) - {""}

    @cached_property
    def valeurs(self) -> dict[str, str]:
        """Normalised spelling to value, for an enumeration."""
        return {normaliser(v): v for v in self.enumeration}

    @cached_property
    def synonymes(self) -> dict[str, str]:
        """Normalised other wording to value, for an enumeration; using one is reported."""
        return {normaliser(k): v for k, v in self.fanal.get("synonymes", {}).items()}

    @property
    def code(self) -> bool:
        """A code (not a quantity): a lost digit makes it another one."""
        return bool(self.fanal.get("code"))


@dataclass(frozen=True)
class Schema:
    """The columns of one table, with where to find it in a workbook. `cle`: the fields of its primary key."""

    nom: str
    titre: str
    champs: tuple[Champ, ...]
    manquants_ecrits: tuple[str, ...] = ("",)
    fanal: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    cle: tuple[str, ...] = ()

    @cached_property
    def par_nom(self) -> dict[str, Champ]:
        return {c.nom: c for c in self.champs}

    @cached_property
    def par_cle(self) -> dict[str, str]:
        """Normalised plain title to field name; a field's own name wins over another field's title."""
        cles = {cle: c.nom for c in reversed(self.champs) for cle in c.cles}
        return cles | {normaliser(c.nom): c.nom for c in self.champs}

    @cached_property
    def par_alias(self) -> dict[str, str]:
        """Normalised other title to field name, plain titles left out."""
        return {a: c.nom for c in reversed(self.champs) for a in c.alias if a not in self.par_cle}

    @cached_property
    def mentions(self) -> frozenset[str]:
        """The usual spellings of the words that mean "no value".

        Punctuation counts: "N/A" says nothing of "NA", which is a région.
        """
        mots = {*self.manquants_ecrits, *TIRETS} - {""}
        ecrits = {v for m in mots for v in (m, m.lower(), m.upper(), m.capitalize())}
        return frozenset(ecrits | {sans_accents(v) for v in ecrits})

    def absence(self, texte: str) -> bool:
        """Whether a cell says that it has no value ("NC", "néant", "-")."""
        return texte in self.mentions

    @property
    def requis(self) -> list[str]:
        return [c.nom for c in self.champs if c.requis]

    @property
    def feuille(self) -> str:
        return str(self.fanal.get("feuille", self.nom))

    @property
    def colonnes_libres(self) -> bool:
        """Unknown columns are expected (a published list with hundreds of indicators) and not reported."""
        return bool(self.fanal.get("colonnes_libres"))


@dataclass(frozen=True)
class Format:
    """A format: its main table, its optional annex tables, and the document as published."""

    nom: str
    titre: str
    principal: Schema
    annexes: dict[str, Schema] = field(hash=False)
    document: dict[str, Any] = field(hash=False)
    documents_annexes: dict[str, dict[str, Any]] = field(default_factory=dict, hash=False)

    @cached_property
    def source(self) -> str:
        """The documents as one JSON text: all that another process needs to read with this format."""
        return json.dumps(
            {"nom": self.nom, "document": self.document, "annexes": self.documents_annexes},
            ensure_ascii=False,
        )


def enregistrer(nom: str, path: Path) -> None:
    """Make a format known under `nom`. Formats in `fanal/*/formats/*.json` are known without this."""
    _CHEMINS[nom] = Path(path)
    _CHARGES.pop(nom, None)


def enregistrer_regles(nom: str, regles: list[dict[str, str]]) -> None:
    """Add a domain's named rules (`code`, `gravite`, `titre`) to those of a format."""
    connues = {r["code"]: r for r in _REGLES.get(nom, [])}
    _REGLES[nom] = list((connues | {r["code"]: r for r in regles}).values())


def noms() -> list[str]:
    """The known formats, in alphabetical order."""
    return sorted(_chemins())


def charger(nom: str) -> Format:
    """The format called `nom`. Raises KeyError when unknown, FormatInvalide when its document is wrong."""
    if nom not in _CHARGES:
        document = _document(nom)
        annexes = {a: _document(a) for a in document.get("fanal", {}).get("annexes", ())}
        _CHARGES[nom] = depuis_documents(nom, document, annexes)
    return _CHARGES[nom]


def depuis_documents(
    nom: str, document: dict[str, Any], annexes: dict[str, dict[str, Any]] | None = None
) -> Format:
    """A format from its documents, without the registry (used by the reading process and by tests)."""
    annexes = annexes or {}
    schemas = {a: _schema(a, d) for a, d in annexes.items()}
    return Format(nom, str(document.get("title", nom)), _schema(nom, document), schemas, document, annexes)


def regles(nom: str) -> list[dict[str, str]]:
    """The rules of a format: `code`, `gravite`, `titre` of each. Raises KeyError when it is unknown."""
    own = list(_REGLES.get(nom, []))
    key = charger(nom).principal.cle and REGLE_CLE[0] not in {r["code"] for r in own}
    listed = (*REGLES_STANDARD, *([REGLE_CLE] if key else []), *REGLES_LECTURE)
    return [{"code": c, "gravite": g, "titre": t} for c, g, t in listed] + own


def _chemins() -> dict[str, Path]:
    return {p.stem: p for p in sorted(_RACINE.glob("*/formats/*.json"))} | _CHEMINS


def _document(nom: str) -> dict[str, Any]:
    chemin = _chemins().get(nom)
    if chemin is None:
        raise KeyError(nom)
    document: dict[str, Any] = json.loads(chemin.read_text(encoding="utf-8"))
    return document


def _schema(nom: str, document: dict[str, Any]) -> Schema:
    champs = tuple(_champ(d) for d in document.get("fields", ()))
    if not champs:
        raise FormatInvalide(f"{nom}: no field")
    if len({c.nom for c in champs}) != len(champs):
        raise FormatInvalide(f"{nom}: two fields with the same name")
    manquants = tuple(str(v) for v in document.get("missingValues", [""]))
    cle = document.get("primaryKey", ())
    cle = (cle,) if isinstance(cle, str) else tuple(cle)
    if set(cle) - {c.nom for c in champs}:
        raise FormatInvalide(f"{nom}: the primary key names unknown fields")
    return Schema(nom, str(document.get("title", nom)), champs, manquants, document.get("fanal", {}), cle)


def _champ(d: dict[str, Any]) -> Champ:
    nature = d.get("type", "string")
    if nature not in TYPES:
        raise FormatInvalide(f"{d.get('name')}: type {nature} is not supported")
    c = d.get("constraints", {})
    inconnues = set(c) - CONTRAINTES
    if inconnues:
        raise FormatInvalide(f"{d.get('name')}: constraints {sorted(inconnues)} are not supported")
    if "pattern" in c:
        re.compile(c["pattern"])
    return Champ(
        nom=d["name"],
        titre=d.get("title", d["name"]),
        type=nature,
        description=d.get("description", ""),
        exemple=str(d.get("example", "")),
        requis=bool(c.get("required")),
        unique=bool(c.get("unique")),
        motif=c.get("pattern"),
        enumeration=tuple(str(v) for v in c.get("enum", ())),
        minimum=_borne(nature, c.get("minimum")),
        maximum=_borne(nature, c.get("maximum")),
        longueur_min=c.get("minLength"),
        longueur_max=c.get("maxLength"),
        fanal=d.get("fanal", {}),
    )


def _borne(nature: str, valeur: object) -> Decimal | date | None:
    if valeur is None:
        return None
    return date.fromisoformat(str(valeur)) if nature == "date" else Decimal(str(valeur))
