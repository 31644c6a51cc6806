"""Attachments: the content says what a file is, whatever its name."""

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from fanal.campagnes.models import Version
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.actions.brouillons import figer
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.actions.pieces import joindre, retirer_piece
from fanal.questionnaires.contenus import genre_du_contenu
from fanal.questionnaires.models import Brouillon, PieceJointe
from fanal.questionnaires.queries.verdicts import verdict
from fanal.questionnaires.rules.pieces import check_nombre, check_piece
from fanal.refus import Inutilisable, Refus
from fanal.territoires.noeuds import NATIONAL
from tests.questionnaires.conftest import FORMULAIRE

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080200000090"
    "7753de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
JPG = bytes.fromhex("ffd8ffe000104a46494600010101004800480000ffdb004300") + b"\x01" * 64 + b"\xff\xd9"


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as z:
        for name, content in members.items():
            z.writestr(name.replace("__", "/"), content)
    return path


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def docx(path: Path, **more: bytes) -> Path:
    return archive(path, **{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<d/>", **more})


def test_kinds_are_read_from_contents(tmp_path: Path, pdf: Path) -> None:
    book = tmp_path / "a"
    openpyxl.Workbook().save(book)
    odt = archive(tmp_path / "b", mimetype=b"application/vnd.oasis.opendocument.text")
    found = {
        "pdf": genre_du_contenu(pdf),
        "xlsx": genre_du_contenu(book),
        "docx": genre_du_contenu(docx(tmp_path / "c")),
        "odt": genre_du_contenu(odt),
        "png": genre_du_contenu(write(tmp_path / "d", PNG)),
        "jpg": genre_du_contenu(write(tmp_path / "e", JPG)),
        "texte": genre_du_contenu(write(tmp_path / "f", "élément;prix\n1;2\n".encode("cp1252"))),
        "zip": genre_du_contenu(archive(tmp_path / "g", a=b"1")),
        "": genre_du_contenu(write(tmp_path / "h", bytes(range(256)))),
    }
    assert found == {k: k for k in found}


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"\x7fELF\x02", b"#!/bin/sh\n", b"\xca\xfe\xba\xbe"])
def test_programs_are_seen(tmp_path: Path, content: bytes) -> None:
    assert genre_du_contenu(write(tmp_path / "a.pdf", content)) == "executable"


def test_programs_and_macros_are_seen_in_archives(tmp_path: Path) -> None:
    assert genre_du_contenu(docx(tmp_path / "a", word__vbaProject=b"x")) == "macros"
    assert genre_du_contenu(docx(tmp_path / "b", **{"word__x.exe": b"MZ"})) == "executable"
    assert genre_du_contenu(archive(tmp_path / "c", **{"META-INF__MANIFEST.MF": b""})) == "executable"


GIVEN = {
    "nom": "a.pdf",
    "taille": 10,
    "genre": "pdf",
    "admis": ["pdf", "docx"],
    "taille_max": 100,
    "demandes": [],
}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"genre": "executable"}, "programme"),
        ({"genre": "macros", "nom": "a.docx"}, "sans macros"),
        ({"taille": 0}, "vide"),
        ({"taille": 101}, "au plus"),
        ({"nom": "a.exe", "genre": "texte"}, "Types admis"),
        ({"nom": "a", "genre": "pdf"}, "Types admis"),
        ({"genre": "docx"}, "son contenu est celui d'un fichier docx"),
        ({"genre": ""}, "son contenu ne l'est pas"),
        ({"demandes": ["docx"]}, "Types admis : docx"),
    ],
)
def test_what_is_refused(changes: dict[str, object], word: str) -> None:
    with pytest.raises(Refus, match=word):
        check_piece(**{**GIVEN, **changes})  # type: ignore[arg-type]


def test_what_is_admitted() -> None:
    check_piece(**GIVEN)  # type: ignore[arg-type]
    check_piece(**{**GIVEN, "nom": "A.JPEG", "genre": "jpg", "admis": ["jpg"]})  # type: ignore[arg-type]
    check_nombre(9, 10)
    with pytest.raises(Refus, match="10 pièces"):
        check_nombre(10, 10)


@pytest.mark.django_db
def test_a_file_is_attached_replaced_and_taken_away(
    brouillon: Brouillon, pdf: Path, tmp_path: Path, acheteur: Utilisateur, instant: datetime
) -> None:
    given = {"brouillon": brouillon, "chemin": "lettre", "by": acheteur, "instant": instant}
    first = joindre(**given, fichier=pdf, nom="../Lettre d'engagement.pdf")
    assert first.nom == "Lettre d'engagement.pdf"
    assert first.genre == "application/pdf"
    brouillon.refresh_from_db()
    assert brouillon.reponses["lettre"]["empreinte"] == first.original.empreinte
    assert "lettre" not in {a.chemin for a in verdict(brouillon, instant).anomalies}
    other = write(tmp_path / "autre.pdf", pdf.read_bytes() + b"\n%")
    second = joindre(**given, fichier=other, nom="autre.pdf")
    first.refresh_from_db()
    assert first.retiree_le == instant
    retirer_piece(**given)
    second.refresh_from_db()
    brouillon.refresh_from_db()
    assert second.retiree_le == instant
    assert "lettre" not in brouillon.reponses


@pytest.mark.django_db
def test_the_same_file_again_stays_attached(
    brouillon: Brouillon, pdf: Path, acheteur: Utilisateur, instant: datetime
) -> None:
    for _ in range(2):
        joindre(brouillon=brouillon, chemin="lettre", fichier=pdf, nom="a.pdf", by=acheteur, instant=instant)
    assert PieceJointe.objects.filter(retiree_le__isnull=True).count() == 1
    brouillon.refresh_from_db()
    assert not [a for a in verdict(brouillon, instant).anomalies if a.chemin == "lettre"]


@pytest.mark.django_db
def test_a_file_taken_away_stays_in_what_was_handed_in(
    brouillon: Brouillon, pdf: Path, acheteur: Utilisateur, instant: datetime
) -> None:
    given = {"brouillon": brouillon, "chemin": "lettre", "by": acheteur, "instant": instant}
    piece = joindre(**given, fichier=pdf, nom="a.pdf")
    version = Version.objects.create(dossier=brouillon.dossier, numero=1, created_at=instant)
    frozen = figer(version=version, by=acheteur, instant=instant)
    retirer_piece(**given)
    assert frozen.reponses["lettre"]["empreinte"] == piece.original.empreinte
    with piece.original.fichier.open("rb") as kept:
        assert kept.read() == pdf.read_bytes()


@pytest.mark.django_db
def test_only_a_question_for_a_file_takes_one(brouillon: Brouillon, pdf: Path, instant: datetime) -> None:
    for path in ("intitule", "nulle_part"):
        with pytest.raises(Inutilisable, match="n'attend pas de pièce"):
            joindre(brouillon=brouillon, chemin=path, fichier=pdf, nom="a.pdf", by=None, instant=instant)


@pytest.mark.django_db
def test_a_question_may_ask_for_fewer_kinds(brouillon: Brouillon, pdf: Path, instant: datetime) -> None:
    lines = FORMULAIRE.splitlines()
    head = next(i for i, line in enumerate(lines) if "| type |" in line)
    lines[head] += " body::accept |"
    row = next(i for i, line in enumerate(lines) if "| file |" in line)
    lines[row] += " .docx |"
    brouillon.formulaire = importer_formulaire(
        texte="\n".join(lines), noeud=NATIONAL, by=None, instant=instant
    )
    brouillon.save()
    with pytest.raises(Refus, match="Types admis : docx"):
        joindre(brouillon=brouillon, chemin="lettre", fichier=pdf, nom="a.pdf", by=None, instant=instant)
