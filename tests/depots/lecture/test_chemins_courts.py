"""The short cuts of the reader give what the plain ways give."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.depots.lecture import Correspondance, FichierIllisible, Limites, archives, lire
from fanal.depots.lecture.classeur import _MELANGE, _melangee
from fanal.depots.lecture.feuilles_xml import _contient
from fanal.depots.lecture.grille import Ensemble
from fanal.depots.lecture.lot import _douteux
from tests.depots.lecture.outils import ENTETE, essai, rangee, xlsx

LIMITES = Limites()
PARTIES = {"mimetype": b"x" * 9, "xl/été.xml": "<a>é</a>".encode() * 500, "vide.xml": b"", "b.rels": b"<r/>"}
DOUTEUX = re.compile(r"\x00[\s#=]|\s\x00|\x00\x00")


@given(st.binary(max_size=20), st.integers(0, 400))
def test_a_motif_is_found_where_it_is(bourre: bytes, nombre: int) -> None:
    for motif, rang in ((b't="b"', 3), (b"<v>-0</v>", 3), (b"</f>", 2)):
        for xml in (bourre * nombre, bourre * nombre + motif, motif + bourre, b"b-f" * nombre + motif[1:]):
            assert _contient(xml, motif, rang) == (motif in xml)


TEXTES = st.text(st.sampled_from("aé 0123456789.,:-#=\u00a0\n"), max_size=20)
FORMES = st.sampled_from(["true", "false", "1.5", "-12.25", "2021-01-01 00:00:00", "10:30:00", "1" * 16, ""])


@given(st.lists(TEXTES | FORMES, max_size=6))
def test_texts_that_deserve_a_second_look_are_seen(textes: list[str]) -> None:
    ensemble = Ensemble.de([*textes])
    if textes:
        assert _douteux(ensemble) == (DOUTEUX.search(ensemble.texte) is not None)
    assert _melangee(ensemble) == (_MELANGE.search(ensemble.texte) is not None)


def archive(methode: int = zipfile.ZIP_DEFLATED) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", methode) as cible:
        for nom, contenu in PARTIES.items():
            cible.writestr(nom, contenu)
    return tampon.getvalue()


@pytest.mark.parametrize("methode", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2])
def test_the_parts_are_those_of_the_archive(methode: int) -> None:
    assert archives.lire_parties(archive(methode), LIMITES) == PARTIES


def test_a_part_written_without_knowing_its_size_is_read() -> None:
    tampon = io.BytesIO()
    tampon.seekable = lambda: False  # type: ignore[method-assign]
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as cible, cible.open("a.xml", "w") as partie:
        partie.write(b"<a/>" * 99)
    assert archives.lire_parties(tampon.getvalue(), LIMITES) == {"a.xml": b"<a/>" * 99}


def abimer(donnees: bytes, ou: str, decalage: int, forme: str, valeur: int) -> bytes:
    """*donnees* with a number changed in the directory entry of the part *ou*."""
    nom = ou.encode()
    place = donnees.rfind(nom) - 46
    assert donnees[place : place + 4] == b"PK\x01\x02"
    change = bytearray(donnees)
    struct.pack_into(forme, change, place + decalage, valeur)
    return bytes(change)


@pytest.mark.parametrize(
    ("decalage", "valeur"),
    [(16, 1), (24, 10), (24, 100_000), (20, 3), (42, 1)],
    ids=["sum", "shorter than it is", "longer than it is", "cut", "elsewhere"],
)
def test_an_archive_that_lies_is_refused(decalage: int, valeur: int) -> None:
    with pytest.raises(FichierIllisible) as refus:
        archives.lire_parties(abimer(archive(), "xl/été.xml", decalage, "<I", valeur), LIMITES)
    assert refus.value.code == "illisible"


def test_a_part_never_takes_more_than_it_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as cible:
        cible.writestr("bombe.xml", b"\x20" * 50_000_000)
    menteuse = abimer(tampon.getvalue(), "bombe.xml", 24, "<I", 1000)
    tailles: list[int] = []
    gonfler, somme = archives.deflate.deflate_decompress, archives.deflate.crc32
    monkeypatch.setattr(
        archives.deflate,
        "deflate_decompress",
        lambda donnees, taille: tailles.append(taille) or gonfler(donnees, taille),
    )
    monkeypatch.setattr(
        archives.deflate, "crc32", lambda contenu: tailles.append(len(contenu)) or somme(contenu)
    )
    with pytest.raises(FichierIllisible):
        archives.lire_parties(menteuse, LIMITES)
    assert tailles == [1000]


def test_no_room_is_made_for_a_size_that_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    menteuse = abimer(archive(), "xl/été.xml", 24, "<I", 300_000_000)
    tailles: list[int] = []
    gonfler = archives.deflate.deflate_decompress
    monkeypatch.setattr(
        archives.deflate,
        "deflate_decompress",
        lambda donnees, taille: tailles.append(taille) or gonfler(donnees, taille),
    )
    with pytest.raises(FichierIllisible):
        archives.lire_parties(menteuse, LIMITES)
    assert max(tailles) < 100_000


def test_columns_that_pass_once_come_back_twice(tmp_path: Path) -> None:
    fichier = xlsx(
        tmp_path / "f.xlsx", {"Données": [ENTETE, rangee(), rangee(code="B", montant_ttc="1 234,5 €")]}
    )
    codes = {ENTETE[0]: {"B": "C"}}
    for correspondance in (None, Correspondance("essai", codes=codes)):
        ici = lire(fichier, essai(), isolee=False, correspondance=correspondance)
        la = lire(fichier, essai(), correspondance=correspondance)
        table, autre = (next(iter(lecture.tables.values())) for lecture in (ici, la))
        assert autre.cellules.equals(table.cellules, null_equal=True)
        assert autre.cellules.schema == table.cellules.schema
        assert autre.lignes.equals(table.lignes)
        assert table.communes
        for titre, champ in table.communes.items():
            assert table.cellules[titre].equals(table.lignes[champ], null_equal=True)
        if correspondance:
            assert ENTETE[0] not in table.communes
            assert "C" in table.lignes[table.correspondance[ENTETE[0]]].to_list()
