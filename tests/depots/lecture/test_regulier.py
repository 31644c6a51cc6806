"""The shortest way through a sheet reads what the careful way reads, or leaves the sheet to it."""

from __future__ import annotations

import random
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.depots.lecture import FichierIllisible, Limites, archives, classeur, entetes, lire, regulier
from fanal.depots.lecture.grille import Grille
from fanal.depots.lecture.octets import Octets, decimaux, entiers, premier
from tests.depots.lecture.outils import ENTETE, essai, rangee, xlsx

LIMITES = Limites()
FEUILLE, CHAINES, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"

# Words made mostly of what stands in a sheet.
ECRITS = (
    st.text("0123456789", min_size=0, max_size=10)
    | st.floats(-1e9, 1e9).map(lambda v: f"{v:.6f}")
    | st.text("0123456789./:-+ eE<\x00é", max_size=11)
)


def octets(ecrits: list[bytes]) -> tuple[Octets, Any, Any]:
    longueurs = np.array([len(e) for e in ecrits])
    return Octets(b"x".join(ecrits) + b"x"), np.cumsum(longueurs + 1) - longueurs - 1, longueurs


@given(st.lists(ECRITS, min_size=1, max_size=20))
@settings(max_examples=300)
def test_numbers_read_together_are_those_read_one_by_one(textes: list[str]) -> None:
    ecrits = [t.encode() for t in textes]
    texte, places, longueurs = octets(ecrits)
    nombres, lus = entiers(texte.mots(places), longueurs)
    for ecrit, nombre, lu in zip(ecrits, nombres, lus, strict=True):
        assert lu == (re.fullmatch(rb"[0-9]{1,8}", ecrit) is not None)
        assert not lu or nombre == int(ecrit)
    valeurs, lus = decimaux(texte, places, longueurs)
    for ecrit, valeur, lu in zip(ecrits, valeurs, lus, strict=True):
        plain = re.fullmatch(rb"-?[0-9]{1,8}(?:\.[0-9]{1,8})?", ecrit) is not None
        assert lu == (plain and sum(c in b"0123456789" for c in ecrit) <= 15)
        assert not lu or repr(float(valeur)) == repr(float(ecrit))
    for place, trouve in zip(places, premier(texte.mots(places), b"."), strict=True):
        mot = (texte.texte + bytes(8))[place : place + 8]
        assert trouve == (mot.index(b".") if b"." in mot else 8)


def prudente(ouvert: classeur.ClasseurCalamine, nom: str) -> Grille:
    """The sheet as the careful way gives it, its first row being its header."""
    brute = ouvert.brute(nom)
    return entetes.grille(brute, 0, entetes.textes(brute.rangees[0]))


def comparer(parties: dict[str, bytes]) -> bool:
    """Whether the sheet was read the short way; its columns must then be those of the careful one."""
    ouvert = classeur.ouvrir_xlsx(parties, LIMITES)
    nom = ouvert.feuilles[0] or ""
    courte = regulier.lire_feuille(nom, ouvert.xml[nom], parties)
    if courte is None:
        return False
    longue = prudente(ouvert, nom)
    assert (courte.titres, courte.ligne_entete) == (longue.titres, longue.ligne_entete)
    assert courte.lignes.equals(longue.lignes)
    for i, (une, autre) in enumerate(zip(courte.colonnes, longue.colonnes, strict=True)):
        assert une.dtype == autre.dtype
        assert une.equals(autre, null_equal=True), (courte.titres[i], une, autre)
        if une.dtype == pl.String:
            assert i not in courte.ensembles or courte.ensembles[i].valeurs == {*une.drop_nulls()}
    return True


def parties(chemin: Path) -> dict[str, bytes]:
    return archives.lire_parties(chemin.read_bytes(), LIMITES)


FORMATS = [
    "General",
    "0.00",
    "#,##0.00\\ €",
    "dd/mm/yyyy",
    "yyyy-mm-dd",
    "dd/mm/yyyy hh:mm",
    '0 "jours"',
    "0.0E+00",
]
TEXTES = st.text("aé &<>\"'0123456789.,:-#=_x\n\t\u00a0", max_size=12) | st.sampled_from(
    ["NC", "1.5", "_x000D_", "é"]
)
NOMBRES = (
    st.integers(-(10**17), 10**17) | st.floats(-1e18, 1e18) | st.floats(-10, 10).map(lambda v: round(v, 4))
)
JOURS = st.dates(date(1899, 12, 31), date(9999, 12, 31))
CELLULES = (
    st.none() | TEXTES | NOMBRES | JOURS | st.booleans() | st.sampled_from([0.0, -0.0, 1e-5, 0.1 + 0.2])
)
# A column holds one kind of cells as a rule, or several.
COLONNES = st.sampled_from(
    [st.none() | TEXTES, st.none() | NOMBRES, NOMBRES, JOURS, NOMBRES | TEXTES, CELLULES]
)


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_in_the_cells(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    chemin = tmp_path_factory.mktemp("regulier") / "f.xlsx"
    largeur, hauteur = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 6))
    haut, gauche = data.draw(st.integers(0, 120)), data.draw(st.sampled_from([0, 1, 24]))
    document = xlsxwriter.Workbook(str(chemin))
    feuille = document.add_worksheet("Données")
    feuille.write_row(haut, gauche, [f"Titre {j}" for j in range(largeur)])
    for j in range(largeur):
        cellules = data.draw(COLONNES)
        style = document.add_format({"num_format": data.draw(st.sampled_from(FORMATS))})
        jour = document.add_format({"num_format": "dd/mm/yyyy"})
        for i in range(hauteur):
            ecrire(feuille, haut + 1 + i, gauche + j, data.draw(cellules), style, jour)
    document.close()
    comparer(parties(chemin))


def ecrire(feuille: Any, i: int, j: int, valeur: Any, style: Any, jour: Any) -> None:
    if isinstance(valeur, bool):
        feuille.write_boolean(i, j, valeur)
    elif isinstance(valeur, date):
        feuille.write_datetime(i, j, datetime(valeur.year, valeur.month, valeur.day), jour)  # noqa: DTZ001
    elif isinstance(valeur, str):
        feuille.write_string(i, j, valeur)
    elif valeur is None:
        feuille.write_blank(i, j, None, style)
    else:
        feuille.write_number(i, j, valeur, style)


def ordinaire(dossier: Path) -> dict[str, bytes]:
    """A sheet of the plainest kind, with texts, numbers, days, blanks and a mixed column."""
    lignes = [
        rangee(
            code=f"A{i}",
            montant_ttc="NC" if i == 7 else 12.5 * i,
            taux=i / 8,
            annee=2020 + i,
            jour=date(2021, 4, 1 + i),
            note=None if i % 3 else "été & <neige>",
        )
        for i in range(12)
    ]
    return parties(xlsx(dossier / "f.xlsx", {"Données": [ENTETE, *lignes]}))


def test_an_ordinary_sheet_is_read_the_short_way(tmp_path: Path) -> None:
    assert comparer(ordinaire(tmp_path))


MORCEAUX = [
    b"<c ",
    b"</c>",
    b"<v>",
    b"</v>",
    b"<v/>",
    b'r="A2"',
    b'r="B3"',
    b' t="s"',
    b' t="n"',
    b' t="e"',
    b' t="b"',
    b' t="str"',
    b' s="1"',
    b' s="9"',
    b' s="0"',
    b"<f>A1</f>",
    b"<is><t>x</t></is>",
    b"<!-- x -->",
    b"1e3",
    b"-0",
    b".5",
    b"5.",
    b"00012",
    b"1.5",
    b"12345678901234567",
    b"99",
    b"100000",
    b"nan",
    b"inf",
    b" ",
    b"\n",
    b'"',
    b"'",
    b"&lt;",
    b"&#233;",
    b"/>",
    b"<row ",
    b"</row>",
    b"</v></c>",
    b"</v></c></row>",
    b'<c r="B2"></c>',
    b"\n<row",
    b">7",
    b">0.5",
    b">12345.678",
    b">44300",
    b'<row r="7">',
    b"<x:c>",
    b"</sheetData>",
    b"<sheetData>",
    b"",
    b"",
    b"<si><t>",
    b"<r><t>",
    b"<t/>",
    b"</t></si>",
    b'<t xml:space="preserve">',
    b"_x000D_",
    b"\r\n",
    b"\xc3\xa9",
    b"\xff",
    b"numFmtId",
    b"14",
    b"22",
    b"164",
    b"165",
    b'formatCode="hh:mm"',
    b'formatCode="d"',
    b"0.00",
    b"ISO-8859-1",
]


@pytest.mark.parametrize("partie", [FEUILLE, CHAINES, STYLES])
@pytest.mark.parametrize("graine", range(5))
def test_a_part_written_otherwise_reads_the_same_or_is_left(tmp_path: Path, partie: str, graine: int) -> None:
    alea = random.Random(f"{partie} {graine} {len(MORCEAUX)}")
    saines = ordinaire(tmp_path)
    lues = 0
    for _ in range(200):
        xml = saines[partie]
        jetons = re.split(rb"(?=[<>\" ])", xml)
        debut = jetons.index(b"<sheetData") if partie == FEUILLE else 3
        for _ in range(alea.randrange(1, 3)):
            place = alea.randrange(debut, len(jetons))
            if alea.random() < 0.5:
                # One for another of its kind: the part often stays readable.
                semblables = [j for j in {*MORCEAUX, *jetons} if j[:1] == jetons[place][:1]]
                jetons[place] = alea.choice(sorted(semblables))
                continue
            jetons[place : place + alea.randrange(3)] = [alea.choice([*MORCEAUX, alea.choice(jetons)])]
        changees = {**saines, partie: b"".join(jetons)}
        try:
            classeur.ouvrir_xlsx(changees, LIMITES)
        except FichierIllisible:
            continue
        lues += comparer(changees)
    assert lues


# What people leave among numbers, and numbers that are hard to write back.
MELES = [
    12,
    -4.5,
    0.1 + 0.2,
    869091.0699999999,
    0.12345678,
    1e15,
    123456789012.25,
    "NC",
    "douze",
    "1 234,56 €",
    "12.5",
    "12,5",
    "1.234",
    "-4,5",
    "#REF!",
    "=A1",
    " 7 ",
    "15 %",
    None,
]


@pytest.mark.parametrize("graine", range(12))
def test_columns_of_mixed_cells_are_judged_the_same_whatever_the_way(
    tmp_path: Path, graine: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    alea = random.Random(graine)
    lignes = [
        rangee(
            code=alea.choice([f"A{i}", i, "#N/A", "=x"]) if i else "A",
            montant_ttc=alea.choice(MELES),
            taux=alea.choice([*MELES, *[0.5] * 9]),
            annee=alea.choice([2021, 2021.5, "2020", "NC"]),
            note=alea.choice(["été", 12, 1.5, None, "  bord"]),
        )
        for i in range(30)
    ]
    chemin = xlsx(tmp_path / "f.xlsx", {"Données": [ENTETE, *lignes]})
    courte = lire(chemin, essai(), isolee=False)
    monkeypatch.setattr(classeur.ClasseurCalamine, "rapide", lambda *_: None)
    longue = lire(chemin, essai(), isolee=False)
    assert courte.anomalies == longue.anomalies
    assert courte.anomalies
    (une,), (autre,) = courte.tables.values(), longue.tables.values()
    assert une.lignes.equals(autre.lignes, null_equal=True)
    assert une.brutes.equals(autre.brutes, null_equal=True)


def test_a_sheet_with_more_texts_than_room_for_them_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinaires = ordinaire(tmp_path)
    monkeypatch.setattr(regulier, "_PLACES_MAX", 12 * len(ENTETE))
    assert comparer(ordinaires)
    monkeypatch.setattr(regulier, "_PLACES_MAX", 12 * len(ENTETE) - 1)
    assert not comparer(ordinaires)
