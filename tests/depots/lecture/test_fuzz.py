"""Mutated workbooks: a reading or a sentence, nothing else, and soon."""

from __future__ import annotations

import io
import random
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlwt

from fanal.depots.lecture import FichierIllisible, Lecture, Limites, annoter, apercu, lire
from tests.depots.lecture.outils import ENTETE, csv, essai, rangee, xlsx
from tests.depots.lecture.test_classeurs import LIGNES, ods

LIMITES = Limites(duree_max=10, memoire_max=1 << 30)
MORCEAUX = [
    b"<row",
    b"</row>",
    b'r="A1"',
    b'r="XFD1048576"',
    b't="s"',
    b't="e"',
    b"<v>",
    b"</v>",
    b"<f>",
    b"-1",
    b"99999999999",
    b"1e999",
    b"NaN",
    b"&#0;",
    b"&amp;",
    b"\xff\xfe",
    b"\x00",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"",
]


def sources(dossier: Path) -> list[bytes]:
    """One good file of each kind."""
    classeur = xlwt.Workbook()
    feuille = classeur.add_sheet("Données")
    for i, contenu in enumerate(LIGNES):
        for j, valeur in enumerate(contenu):
            if valeur is not None:
                feuille.write(i, j, str(valeur) if isinstance(valeur, date) else valeur)
    classeur.save(str(dossier / "f.xls"))
    mixte = [
        ENTETE,
        rangee(montant_ttc="#REF!", jour=date(2021, 4, 1), actif=True),
        rangee(code="B", montant_ttc="§=A1"),
    ]
    return [
        xlsx(
            dossier / "f.xlsx", {"Données": mixte, "bases": [["finess", "total_ttc"], ["1", 2]]}
        ).read_bytes(),
        xlsx(dossier / "g.xlsx", {"Données": LIGNES}).read_bytes(),
        (dossier / "f.xls").read_bytes(),
        ods(dossier / "f.ods", LIGNES).read_bytes(),
        csv(dossier / "f.csv", [ENTETE, rangee(note="é"), rangee(montant_ttc="(1 234,5)")]).read_bytes(),
    ]


def muter_octets(alea: random.Random, donnees: bytes) -> bytes:
    """Flip, cut, repeat or insert bytes."""
    octets = bytearray(donnees)
    for _ in range(alea.randrange(1, 8)):
        if not octets:
            break
        place = alea.randrange(len(octets))
        geste = alea.randrange(5)
        if geste == 0:
            octets[place] = alea.randrange(256)
        elif geste == 1:
            del octets[place : place + alea.randrange(1, 200)]
        elif geste == 2:
            octets[place:place] = octets[place : place + alea.randrange(1, 200)]
        elif geste == 3:
            octets[place:place] = alea.choice(MORCEAUX)
        else:
            del octets[place:]
    return bytes(octets)


def muter_parties(alea: random.Random, donnees: bytes) -> bytes:
    """Change the XML inside an archive that stays sound: swap, drop, empty or mutate parts."""
    with zipfile.ZipFile(io.BytesIO(donnees)) as archive:
        parties = {nom: archive.read(nom) for nom in archive.namelist()}
    for _ in range(alea.randrange(1, 4)):
        nom = alea.choice(sorted(parties))
        geste = alea.randrange(4)
        if geste == 0:
            autre = alea.choice(sorted(parties))
            parties[nom], parties[autre] = parties[autre], parties[nom]
        elif geste == 1 and len(parties) > 1:
            del parties[nom]
        elif geste == 2:
            parties[nom] = b""
        else:
            parties[nom] = muter_octets(alea, parties[nom])
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in parties.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue()


def essayer(chemin: Path) -> str:
    """Read, preview and annotate a file: the outcome of the reading."""
    try:
        lecture = lire(chemin, essai(), limites=LIMITES)
    except FichierIllisible as refus:
        assert refus.phrase.endswith(".")
        issue = refus.code
        anomalies = []
    else:
        assert isinstance(lecture, Lecture)
        assert lecture.lues == lecture.acceptees + lecture.ecartees
        issue, anomalies = "lu", lecture.anomalies
    for suite in (
        lambda: apercu(chemin, essai(), limites=LIMITES),
        lambda: annoter(chemin, anomalies, chemin.with_suffix(".r"), format=essai(), limites=LIMITES),
    ):
        try:
            suite()
        except FichierIllisible as refus:
            assert refus.phrase.endswith(".")
    return issue


def fuzzer(dossier: Path, graine: int, tours: int) -> set[str]:
    """Outcomes met over `tours` mutations of each source."""
    alea, issues = random.Random(graine), set()
    debut = time.monotonic()
    faits = 0
    for source in sources(dossier):
        for _ in range(tours):
            parties = source.startswith(b"PK") and alea.random() < 0.7
            chemin = dossier / "mute.bin"
            chemin.write_bytes(muter_parties(alea, source) if parties else muter_octets(alea, source))
            issues.add(essayer(chemin))
            faits += 1
    assert time.monotonic() - debut < faits * 0.5 + 20
    return issues


def test_mutated_files_never_raise_anything_else(tmp_path: Path) -> None:
    issues = fuzzer(tmp_path, 2021, 8)
    assert {"lu", "illisible"} <= issues


@pytest.mark.lent
@pytest.mark.parametrize("graine", range(10))
def test_many_mutated_files(tmp_path: Path, graine: int) -> None:
    fuzzer(tmp_path, graine, 200)
