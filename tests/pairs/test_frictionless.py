"""Verdicts of the standard's constraints, cell by cell, against `frictionless`, which nobody here wrote.

Type, required, pattern, enum, minimum, maximum and unique must be told of the same cells (row, column, kind)
on canonical files: UTF-8 CSV with commas, first row of names, values as Table Schema writes them. What Fanal
tolerates beyond the standard is left out of the corpus, and listed here:

- other encodings and separators, title rows, titles instead of names, total rows, empty rows, extra cells;
- numbers: decimal comma, spaces between groups, currency, percentages, parentheses, trailing minus, multiples
  (k€, M€), foreign separators; "2021.0" where a whole number is asked;
- numbers that `frictionless` takes and Fanal does not: NaN, INF, underscores between digits, more than 18
  digits: none is an amount;
- dates: day/month/year, month names, two-digit years, serial numbers, times, and "2021-4-1";
- lists: case, accents, spaces, punctuation and the synonyms of the format; booleans as "oui", "non", "x"…;
- FINESS: lower case, inner spaces, a lost leading zero, "210780581.0";
- patterns with a bare alternative at the top, where `frictionless` anchors one side only;
- absences: other spellings of the words of `missingValues`; spaces around a value, or alone;
- codes shortened by a spreadsheet ("3,4E+12") and error cells ("#REF!"), refused under rules of their own.
"""

from __future__ import annotations

import copy
import csv
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import frictionless
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.depots import formats
from fanal.depots.formats import Champ, Format
from fanal.depots.lecture import lire

NATURES = {
    "required": "requis",
    "pattern": "motif",
    "enum": "enumeration",
    "minimum": "minimum",
    "maximum": "maximum",
    "minLength": "longueur",
    "maxLength": "longueur",
}
STANDARD = {"type", "unique", "doublon", *NATURES.values()}
Verdicts = set[tuple[int, str, str]]

# A word that is not a number, a date, a boolean, a word of absence nor a total, whatever the tolerance.
MOTS = st.from_regex(r"[bcdfghj]{2}[pqrst]{2,6}", fullmatch=True)
TEXTES = st.one_of(MOTS, st.from_regex(r"[A-Z][0-9]{2}-[a-z]{2,8} été", fullmatch=True))
NOMBRES = st.one_of(
    st.decimals(-(10**9), 10**9, places=2).map(str),
    st.integers(-(10**12), 10**12).map(str),
    st.from_regex(r"[-+]?[0-9]{1,9}(\.[0-9]{1,6})?", fullmatch=True),
    st.from_regex(r"[1-9](\.[0-9])?[eE][-+]?[0-9]", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}\.[0-9]{1,3}\.[0-9]{1,2}", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[bghj]{1,3}[0-9]{0,2}", fullmatch=True),
    st.sampled_from(["--1", "1-1", "0x10", "+-3", "1e", ".", "-0", "007", ".5", "5."]),
)
ENTIERS = st.one_of(
    st.integers(-5, 3000).map(str),
    st.from_regex(r"[0-9]{1,3}\.[1-9]", fullmatch=True),
    st.sampled_from(["+3", "1e3.", "--4"]),
)
DATES = st.one_of(
    st.dates().filter(lambda d: d.year >= 1000).map(str),
    st.from_regex(r"(19|20)[0-9]{2}-(0[1-9]|1[0-9])-([0-3][0-9])", fullmatch=True),
    st.sampled_from(["2021-04", "2021-02-29", "2020-02-29", "0000-01-01"]),
)
CODES = st.one_of(
    st.from_regex(r"[0-9]{9}|2[AB][0-9]{7}", fullmatch=True),
    st.from_regex(r"[0-9]{3,7}|[0-9]{10,12}|[0-9]{4}_[0-9]{4}|[0-9]{8}é", fullmatch=True),
)


def valeurs(champ: Champ) -> st.SearchStrategy[str]:
    """Canonical cells of a field, right and wrong."""
    if champ.enumeration:
        propres = st.sampled_from(champ.enumeration)
        return st.one_of(propres, MOTS)
    if champ.motif is not None:
        return st.one_of(CODES, MOTS)
    natures = {
        "string": TEXTES,
        "number": st.one_of(NOMBRES, MOTS),
        "integer": st.one_of(ENTIERS, MOTS),
        "date": st.one_of(DATES, MOTS),
        "boolean": st.one_of(
            st.sampled_from(["true", "false", "True", "False", "TRUE", "FALSE", "1", "0"]), MOTS
        ),
    }
    return natures[champ.type]


def bonne(champ: Champ, rang: int) -> str:
    """A right cell."""
    return f"{champ.exemple}-{rang}" if champ.unique and champ.motif is None else champ.exemple


@st.composite
def tables(tirer: Callable[..., object], format_: Format) -> list[list[str]]:
    """Rows of a format: right cells, some of them replaced, some of them repeated."""
    champs = format_.principal.champs
    rangees = []
    for rang in range(tirer(st.integers(1, 6))):  # type: ignore[call-overload]
        rangee = [bonne(c, rang) for c in champs]
        for place in tirer(st.lists(st.integers(0, len(champs) - 1), max_size=6)):  # type: ignore[attr-defined]
            absences = st.sampled_from(["", "NC", "N/A", "ND", "-", "néant"])
            rangee[place] = str(tirer(st.one_of(valeurs(champs[place]), absences)))
        rangees.append(rangee)
        if tirer(st.booleans()):
            rangees.append(list(rangee))
    # A row with no required value may be a total or an empty row: both are tolerated forms.
    requis = [i for i, c in enumerate(champs) if c.requis]
    vides = {"", *format_.document.get("missingValues", [])}
    dites = [r for r in rangees if not requis or r[requis[0]] != ""]
    return [r for r in dites if not vides.issuperset(r)] or [[bonne(c, 0) for c in champs]]


def ecrire(chemin: Path, format_: Format, rangees: list[list[str]]) -> Path:
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.writer(flux)
        ecrivain.writerow([c.nom for c in format_.principal.champs])
        ecrivain.writerows(rangees)
    return chemin


@cache
def _schema(format_: Format) -> frictionless.Schema:
    """The standard's description of a format, read once: it is the same for all its files."""
    return frictionless.Schema.from_descriptor(format_.document)


@pytest.fixture(autouse=True, scope="module")
def copies_simples() -> Iterator[None]:
    """A field copied as Python copies: by itself it describes and validates itself anew for every file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frictionless.Field, "to_copy", copy.copy)
        yield


def par_frictionless(chemin: Path, format_: Format) -> Verdicts:
    """(row, column, kind) of every fault frictionless finds."""
    ressource = frictionless.Resource(
        path=chemin.name,
        basepath=str(chemin.parent),
        schema=_schema(format_),
        dialect=frictionless.Dialect.from_descriptor({"csv": {"delimiter": ","}}),
        encoding="utf-8",
    )
    rapport = frictionless.validate(ressource, limit_errors=100_000)
    verdicts = set()
    for erreur in (e for tache in rapport.tasks for e in tache.errors):
        nature = erreur.type.removesuffix("-error")
        if nature == "constraint":
            nature = NATURES[re.match(r'constraint "(\w+)"', erreur.note).group(1)]  # type: ignore[union-attr]
        if nature == "primary-key":
            verdicts |= {(erreur.row_number, "", n) for n in _cle(erreur.note, format_)}
            continue
        assert nature in STANDARD, erreur
        verdicts.add((erreur.row_number, erreur.field_name, nature))
    return verdicts


def _cle(note: str, format_: Format) -> list[str]:
    """A key met before, or one without any value: a required column of it says the latter by itself."""
    if "same as" in note:
        return ["doublon"]
    requis = any(format_.principal.par_nom[c].requis for c in format_.principal.cle)
    return [] if requis else ["requis"]


def par_fanal(chemin: Path, format_: Format) -> Verdicts:
    """(row, column, kind) of every refusal of Fanal; the corpus meets no other rule that refuses."""
    lecture = lire(chemin, format_, isolee=False)
    refus = [a for a in lecture.anomalies if a.gravite == "refus"]
    assert {a.regle for a in refus} <= STANDARD
    verdicts = {(a.ligne or 0, a.colonne or "", a.regle) for a in refus}
    table = next(iter(lecture.tables.values())).lignes
    refusees = set(table.filter(~table["_acceptee"])["_ligne"].to_list())
    assert refusees == {ligne for ligne, _, _ in verdicts}
    return verdicts


@pytest.mark.parametrize("nom", sorted(formats.noms()))
def test_same_verdicts_on_mutated_files(tmp_path_factory: pytest.TempPathFactory, nom: str) -> None:
    format_ = formats.charger(nom)
    dossier = tmp_path_factory.mktemp("pairs")

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(tables(format_))
    def comparer(rangees: list[list[str]]) -> None:
        chemin = ecrire(dossier / "f.csv", format_, rangees)
        assert par_fanal(chemin, format_) == par_frictionless(chemin, format_)

    comparer()


ESSAI = formats.depuis_documents(
    "pairs",
    {
        "missingValues": ["", "NC"],
        "fields": [
            {"name": "cle", "type": "string", "constraints": {"required": True, "unique": True}},
            {
                "name": "nombre",
                "type": "number",
                "constraints": {"minimum": -10, "maximum": 1000.5, "unique": True},
            },
            {
                "name": "entier",
                "type": "integer",
                "constraints": {"required": True, "minimum": 1, "maximum": 20},
            },
            {
                "name": "jour",
                "type": "date",
                "constraints": {"minimum": "2020-01-01", "maximum": "2021-12-31"},
            },
            {"name": "liste", "type": "string", "constraints": {"required": True, "enum": ["bcp", "dfq"]}},
            {
                "name": "motif",
                "type": "string",
                "constraints": {
                    "minLength": 2,
                    "maxLength": 3,
                    "pattern": "(?:[A-Z]{2}|[a-z]{3})",
                    "unique": True,
                },
            },
            {"name": "actif", "type": "boolean", "constraints": {"required": True}},
        ],
        "primaryKey": ["liste", "nombre"],
    },
)
# One line per case: the cells of one row, in the order of the fields above.
CAS = [
    "A1,5,3,2020-06-01,bcp,AB,true",
    "A1,5,3,2020-06-01,bcp,AB,true",
    "A2,-10,1,2020-01-01,dfq,abc,false",
    "A3,1000.5,20,2021-12-31,bcp,CD,1",
    "A4,-10.01,0,2019-12-31,xyz,abcd,2",
    "A5,1000.51,21,2022-01-01,,A,",
    "A6,1e2,+4,2020-02-30,bcp,AbC,TRUE",
    "A7,100,4,2020-13-01,dfq,EF,False",
    "A8,abc,4.5,hier,bcp,,true",
    "A9,NC,NC,NC,NC,NC,NC",
    "A10,,,,,,",
    "A11,1.2.3,1 2 b,2020-1x-01,bcpq,ABC,bcp",
    "A12,-0,007,2020-02-29,bcp,GH,0",
    "A1,0,7,2021-02-29,bcp,GH,0",
]


def test_same_verdicts_on_every_constraint(tmp_path: Path) -> None:
    rangees = [ligne.split(",") for ligne in CAS]
    chemin = ecrire(tmp_path / "f.csv", ESSAI, rangees)
    attendus = par_frictionless(chemin, ESSAI)
    assert {nature for _, _, nature in attendus} == STANDARD
    assert par_fanal(chemin, ESSAI) == attendus


CLES = formats.depuis_documents(
    "cles",
    {
        "missingValues": ["", "NC"],
        "fields": [
            {"name": "lettre", "type": "string"},
            {"name": "nombre", "type": "number"},
            {"name": "jour", "type": "date"},
            {"name": "autre", "type": "string"},
        ],
        "primaryKey": ["lettre", "nombre", "jour"],
    },
)


def test_same_verdicts_on_a_key_of_several_columns(tmp_path: Path) -> None:
    """Values are compared as typed; part of a key may be empty; a wrong cell counts as an empty one."""
    lignes = [
        "bcp,1,2021-01-01,x",
        "bcp,1.0,2021-01-01,x",
        "bcp,1,2021-01-02,x",
        "BCP,1,2021-01-01,x",
        "bcp,,2021-01-01,x",
        "bcp,dfq,2021-01-01,x",
        ",,,x",
        ",NC,,y",
        "bcp,1,2021-01-01,z",
    ]
    chemin = ecrire(tmp_path / "f.csv", CLES, [ligne.split(",") for ligne in lignes])
    attendus = par_frictionless(chemin, CLES)
    assert {(r, n) for r, c, n in attendus if not c} == {
        (3, "doublon"), (7, "doublon"), (8, "requis"), (9, "requis"), (10, "doublon"),
    }  # fmt: skip
    assert par_fanal(chemin, CLES) == attendus


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["bcp", "dfq", "NC", ""]),
            st.sampled_from(["1", "1.0", "2", "", "xpq"]),
            st.sampled_from(["2021-01-01", "2021-02-30", ""]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_same_verdicts_on_any_keys(
    tmp_path_factory: pytest.TempPathFactory, cles: list[tuple[str, ...]]
) -> None:
    chemin = tmp_path_factory.mktemp("cles") / "f.csv"
    ecrire(chemin, CLES, [[*cle, "x"] for cle in cles])
    assert par_fanal(chemin, CLES) == par_frictionless(chemin, CLES)


def test_same_verdicts_on_a_large_file(tmp_path: Path) -> None:
    """Long enough for every vectorised way to be taken, with faults far from each other."""
    format_ = formats.charger("paat")
    rangees = [[bonne(c, rang) for c in format_.principal.champs] for rang in range(1500)]
    noms = [c.nom for c in format_.principal.champs]
    rangees[3][noms.index("gain_annuel_ttc")] = "bcpq"
    rangees[700][noms.index("duree_amortissement")] = "0"
    rangees[1200][noms.index("identifiant")] = rangees[10][noms.index("identifiant")]
    rangees[1499][noms.index("finess")] = "12"
    chemin = ecrire(tmp_path / "f.csv", format_, rangees)
    attendus = par_frictionless(chemin, format_)
    assert len(attendus) == 4
    assert par_fanal(chemin, format_) == attendus
