"""Workbooks made to harm: read in a child process under limits, or refused with a sentence."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from fanal.moteurs.xlsform import lire, lire_reponses
from fanal.refus import Inutilisable
from tests.moteurs.xlsform.outils import forme, q

SURVEY = [["type", "name", "label"], ["text", "a", "A"]]


def classeur(chemin: Path, lignes: list[list[object]]) -> Path:
    document = openpyxl.Workbook()
    feuille = document.active
    feuille.title = "survey"
    for ligne in lignes:
        feuille.append(ligne)
    document.save(chemin)
    return chemin


def changer(source: Path, partie: str, ancien: bytes, nouveau: bytes) -> Path:
    """The same workbook with a part changed."""
    sortie = source.with_name("change.xlsx")
    with zipfile.ZipFile(source) as lue, zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as ecrite:
        for info in lue.infolist():
            contenu = lue.read(info)
            ecrite.writestr(
                info.filename, contenu.replace(ancien, nouveau) if info.filename == partie else contenu
            )
    return sortie


def test_entities_are_refused(tmp_path: Path) -> None:
    source = classeur(tmp_path / "f.xlsx", SURVEY)
    bombe = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    with pytest.raises(Inutilisable, match="instructions XML interdites"):
        lire(changer(source, "xl/worksheets/sheet1.xml", b"<worksheet", bombe))


def test_an_archive_that_inflates_too_much_is_refused(tmp_path: Path) -> None:
    source = classeur(tmp_path / "f.xlsx", SURVEY)
    with zipfile.ZipFile(source, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"<a>" + b" " * (70 * 1024 * 1024) + b"</a>")
    with pytest.raises(Inutilisable, match="dépasse la taille admise"):
        lire(source)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    source = classeur(tmp_path / "f.xlsx", SURVEY)
    document = openpyxl.load_workbook(source)
    document["survey"].cell(900_000, 1, "text")
    document.save(source)
    with pytest.raises(Inutilisable, match="s'étend sur 900000 lignes"):
        lire(source)


def test_too_many_questions_and_choices_are_refused(tmp_path: Path) -> None:
    lignes: list[list[object]] = [["type", "name", "label"], *(["text", f"a{i}", "A"] for i in range(1001))]
    with pytest.raises(Inutilisable, match="compte 1001 lignes ; 1000 au plus"):
        lire(classeur(tmp_path / "f.xlsx", lignes))
    choix = {"l": [f"c{i}" for i in range(5001)]}
    with pytest.raises(Inutilisable, match="5000 au plus"):
        forme(q("select_one l", "a"), listes=choix)


def test_a_formula_is_read_by_its_value_never_run(tmp_path: Path) -> None:
    for formule in ('=HYPERLINK("x")', "#REF!"):
        source = classeur(tmp_path / "f.xlsx", [*SURVEY, ["text", "b", formule]])
        with pytest.raises(Inutilisable, match=r"colonne « label » \(cellule C3\) : cette cellule contient"):
            lire(source)


def test_a_heavy_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_bytes(b"PK" + bytes(6 * 1024 * 1024))
    with pytest.raises(Inutilisable, match="Mo au plus sont admis"):
        lire(tmp_path / "f.xlsx")
    (tmp_path / "r.json").write_bytes(b'{"a": "' + b"x" * (6 * 1024 * 1024) + b'"}')
    with pytest.raises(Inutilisable, match="dépasse 5 Mo"):
        lire_reponses(tmp_path / "r.json", forme(q("text", "a")))
