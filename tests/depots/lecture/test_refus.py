"""Files refused as a whole: with a sentence and a remedy, quickly, in bounded memory."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fanal.depots.lecture import FichierIllisible, Limites, lire
from tests.depots.lecture.outils import ENTETE, essai, rangee, xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FEUILLE = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b'
    b"</sheetData></worksheet>"
)


def bon(tmp_path: Path) -> bytes:
    return xlsx(tmp_path / "bon.xlsx", {"Données": [ENTETE, rangee()]}).read_bytes()


def refaire(
    donnees: bytes, change: Callable[[str, bytes], bytes | None], ajoute: dict[str, bytes] | None = None
) -> bytes:
    """The archive with its parts changed; None removes one."""
    tampon = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(donnees)) as source,
        zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as cible,
    ):
        for nom in source.namelist():
            contenu = change(nom, source.read(nom))
            if contenu is not None:
                cible.writestr(nom, contenu)
        for nom, contenu in (ajoute or {}).items():
            cible.writestr(nom, contenu)
    return tampon.getvalue()


def feuille(contenu: bytes) -> Callable[[str, bytes], bytes]:
    return lambda nom, ancien: FEUILLE % contenu if nom.endswith("sheet1.xml") else ancien


def cellule(reference: str, texte: str = "x") -> bytes:
    return f'<c r="{reference}" t="inlineStr"><is><t>{texte}</t></is></c>'.encode()


def entete_xml() -> bytes:
    return (
        b'<row r="1">' + b"".join(cellule(f"{'ABCDEFGHIJ'[i]}1", n) for i, n in enumerate(ENTETE)) + b"</row>"
    )


def refus(chemin: Path, limites: Limites | None = None, secondes: float = 10) -> FichierIllisible:
    """Read in the sandbox; the refusal must come quickly and say what to do."""
    debut = time.monotonic()
    with pytest.raises(FichierIllisible) as prise:
        lire(chemin, essai(), limites=limites or Limites())
    assert time.monotonic() - debut < secondes
    assert prise.value.phrase.endswith(".")
    assert len(prise.value.phrase) > 40
    return prise.value


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n0000", "image"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"\x00\x01\x02\x03" * 100, "binaires"),
        (b"<html><table><tr><td>code</td></tr></table></html>", "page web"),
        (b'<?xml version="1.0"?><Workbook/>', "page web"),
        (b"PK\x03\x04 et puis rien", "archive endommag"),
        (OLE + b"\x00" * 2000, "endommag"),
        (b'code;finess\nA;1\nB;"jamais refermee\nC;2\n', "la ligne 3, un guillemet"),
    ],
)
def test_not_a_workbook(tmp_path: Path, contenu: bytes, attendu: str) -> None:
    chemin = tmp_path / "f.xlsx"
    chemin.write_bytes(contenu)
    assert attendu in refus(chemin).phrase


def test_truncated_and_damaged_archives(tmp_path: Path) -> None:
    donnees = bon(tmp_path)
    chemin = tmp_path / "f.xlsx"
    for coupe in (4, 30, len(donnees) // 2, len(donnees) - 10):
        chemin.write_bytes(donnees[:coupe])
        assert refus(chemin).code == "illisible"


def test_documents_that_are_not_workbooks(tmp_path: Path) -> None:
    chemin = tmp_path / "f.docx"
    for nom in ("word/document.xml", "ppt/presentation.xml"):
        with zipfile.ZipFile(chemin, "w") as archive:
            archive.writestr(nom, "<w/>")
        assert "pas un classeur" in refus(chemin).phrase
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<a/>")
    assert "pas un classeur" in refus(chemin).phrase


def test_encrypted_workbooks(tmp_path: Path) -> None:
    chemin = tmp_path / "f.xlsx"
    chemin.write_bytes(OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600)
    erreur = refus(chemin)
    assert (erreur.code, "mot de passe" in erreur.phrase) == ("chiffre", True)


def test_encrypted_opendocument(tmp_path: Path) -> None:
    chemin = tmp_path / "f.ods"
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<m><manifest:encryption-data/></m>")
        archive.writestr("content.xml", b"<a/>")
    assert refus(chemin).code == "chiffre"


def test_password_on_a_zip_entry(tmp_path: Path) -> None:
    donnees = bytearray(bon(tmp_path))
    position = donnees.find(b"PK\x01\x02")
    while position >= 0:
        donnees[position + 8] |= 1
        position = donnees.find(b"PK\x01\x02", position + 4)
    (tmp_path / "f.xlsx").write_bytes(bytes(donnees))
    assert refus(tmp_path / "f.xlsx").code == "chiffre"


def test_macro_workbooks_are_read_for_their_values_only(tmp_path: Path) -> None:
    donnees = refaire(bon(tmp_path), lambda n, c: c, {"xl/vbaProject.bin": OLE + b"macro"})
    (tmp_path / "f.xlsm").write_bytes(donnees)
    assert lire(tmp_path / "f.xlsm", essai()).acceptees == 1


def test_macro_sheets_only(tmp_path: Path) -> None:
    def change(nom: str, contenu: bytes) -> bytes:
        return contenu.replace(b"relationships/worksheet", b"relationships/xlMacrosheet")

    (tmp_path / "f.xlsm").write_bytes(refaire(bon(tmp_path), change))
    assert refus(tmp_path / "f.xlsm").code == "macros-seules"


def test_zip_bomb(tmp_path: Path) -> None:
    chemin = tmp_path / "f.xlsx"
    chemin.write_bytes(refaire(bon(tmp_path), feuille(b" " * 30_000_000)))
    assert chemin.stat().st_size < 50_000
    assert refus(chemin, Limites(taille_decompressee_max=20_000_000)).code == "trop-volumineux"


def test_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    donnees = bytearray(refaire(bon(tmp_path), feuille(b" " * 50_000_000)))
    position = donnees.find(b"PK\x01\x02")
    while position >= 0:
        if donnees[position + 46 :].startswith(b"xl/worksheets/sheet1.xml"):
            donnees[position + 24 : position + 28] = (1000).to_bytes(4, "little")
        position = donnees.find(b"PK\x01\x02", position + 4)
    (tmp_path / "f.xlsx").write_bytes(bytes(donnees))
    assert refus(tmp_path / "f.xlsx").code == "illisible"


@pytest.mark.parametrize(
    "prologue",
    [
        b'<!DOCTYPE w [<!ENTITY a "b">]>',
        b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b"<!-- un commentaire --><!DOCTYPE w>",
    ],
)
@pytest.mark.parametrize("partie", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_document_type_definitions(tmp_path: Path, prologue: bytes, partie: str) -> None:
    def change(nom: str, contenu: bytes) -> bytes:
        if nom != partie:
            return contenu
        debut, _, reste = contenu.partition(b"?>")
        return debut + b"?>" + prologue + reste

    (tmp_path / "f.xlsx").write_bytes(refaire(bon(tmp_path), change))
    assert refus(tmp_path / "f.xlsx").code == "xml-interdit"


def test_definitions_hidden_in_another_encoding(tmp_path: Path) -> None:
    def change(nom: str, contenu: bytes) -> bytes:
        return contenu.decode().encode("utf-16") if nom == "xl/worksheets/sheet1.xml" else contenu

    (tmp_path / "f.xlsx").write_bytes(refaire(bon(tmp_path), change))
    assert refus(tmp_path / "f.xlsx").code == "illisible"


def test_a_million_empty_rows(tmp_path: Path) -> None:
    vides = b"".join(b'<row r="%d"/>' % i for i in range(3, 1_000_003))
    donnees = refaire(
        bon(tmp_path), feuille(entete_xml() + b'<row r="2">' + cellule("A2") + b"</row>" + vides)
    )
    (tmp_path / "f.xlsx").write_bytes(donnees)
    erreur = refus(tmp_path / "f.xlsx")
    assert erreur.code == "trop-de-lignes"
    assert "supprimez-les" in erreur.phrase


def test_a_million_empty_rows_of_csv(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(b"code;finess\r\nA;210780581\r\n" + b";\r\n" * 1_000_000)
    assert refus(tmp_path / "f.csv").code == "trop-de-lignes"


@pytest.mark.parametrize("reference", ["XFD2", "XFD190000"])
def test_a_cell_in_the_far_corner(tmp_path: Path, reference: str) -> None:
    rangee_xml = f'<row r="{reference[3:]}">'.encode() + cellule(reference) + b"</row>"
    (tmp_path / "f.xlsx").write_bytes(refaire(bon(tmp_path), feuille(entete_xml() + rangee_xml)))
    assert refus(tmp_path / "f.xlsx").code == "trop-de-colonnes"


def test_a_far_cell_that_hides_is_stopped_by_the_memory_limit(tmp_path: Path) -> None:
    lignes = entete_xml() + b'<row r="2">' + cellule("A2") + b"</row>"
    remplissage = b"<!--" + b" " * 30_000 + b"-->"
    loin = b'<row r="199999">' + remplissage + cellule("XFD199999") + remplissage + b"</row>"
    (tmp_path / "f.xlsx").write_bytes(refaire(bon(tmp_path), feuille(lignes + loin)))
    erreur = refus(tmp_path / "f.xlsx", Limites(memoire_max=1 << 30))
    assert erreur.code == "trop-volumineux"
    # The next file is read as if nothing had happened.
    (tmp_path / "g.xlsx").write_bytes(bon(tmp_path))
    assert lire(tmp_path / "g.xlsx", essai()).acceptees == 1
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2_000_000


def test_too_many_columns(tmp_path: Path) -> None:
    large = [*ENTETE, *(f"c{i}" for i in range(600))]
    xlsx(tmp_path / "f.xlsx", {"Données": [large, rangee()]})
    assert refus(tmp_path / "f.xlsx").code == "trop-de-colonnes"
    (tmp_path / "f.csv").write_text(";".join(large) + "\nA;1\n", encoding="utf-8")
    assert refus(tmp_path / "f.csv").code == "trop-de-colonnes"


def test_too_big(tmp_path: Path) -> None:
    chemin = tmp_path / "f.csv"
    with chemin.open("wb") as flux:
        flux.truncate(60 * 1024 * 1024)
    erreur = refus(chemin)
    assert (erreur.code, "62 Mo" in erreur.phrase) == ("trop-volumineux", True)


def test_absent_file(tmp_path: Path) -> None:
    assert refus(tmp_path / "absent.xlsx").code == "introuvable"
    assert refus(tmp_path).code == "introuvable"
