"""The thinnest real path, as a hospital scripts it: a file in, a figure out."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.appui.commande import Fanal

ENTETE = (
    "identifiant;finess;role;famille;intitule;operateur;type_effet;date_premiere_commande;"
    "montant_reference_ttc;gain_annuel_ttc"
)
LIGNES = (
    "A1;210000001;support;MEDICAMENTS;Essai;GHT;Effet prix induit;01/04/2021;100 000,00;5 000,00",
    "A2;210000001;support;MEDICAMENTS;Essai 2;GHT;Effet prix induit;31/02/2021;douze;5 000,00",
    "A3;210000002;partie;MEDICAMENTS;Essai 3;GHT;Effet prix induit;01/10/2021;60 000;-1 200,50",
)
GHTS = "NOM_COURT_GHT;CODE_GHT;NOM_COMPLET_GHT\nBFC-03;27103;ESSAI\n"
MEMBRES = (
    "code_ght;finess_ej;nom_ej;role_publie\n"
    "BFC-03;210000001;ETABLISSEMENT A;S\n"
    "BFC-03;210000002;ETABLISSEMENT B;M\n"
)


@pytest.fixture
def territoire(fanal: Fanal) -> Fanal:
    for format, content in (("sae-ght", GHTS), ("membres-ght", MEMBRES)):
        path = fanal.dossier / f"{format}.csv"
        path.write_text(content, encoding="utf-8")
        assert fanal("territoires", "importer", "--format", format, path).returncode == 0
    return fanal


@pytest.fixture
def trame(fanal: Fanal) -> Path:
    path = fanal.dossier / "trame.csv"
    path.write_text("\n".join([ENTETE, *LIGNES]) + "\n", encoding="utf-8")
    return path


def test_verify_says_each_fault_with_its_row(fanal: Fanal, trame: Path) -> None:
    document = fanal.json("verifier", trame, "--format", "paat", code=1)
    assert (document["lues"], document["acceptees"], document["ecartees"]) == (3, 2, 1)
    refused = {(a["ligne"], a["colonne"]) for a in document["anomalies"] if a["gravite"] == "refus"}
    assert refused == {(3, "date_premiere_commande"), (3, "montant_reference_ttc")}


def test_sound_lines_count_and_the_same_file_changes_nothing(territoire: Fanal, trame: Path) -> None:
    call = ("deposer", trame, "--format", "paat", "--annee", 2021, "--ght", "BFC-03")
    first = territoire.json(*call, code=1)
    assert (first["version"], first["deja_depose"], first["acceptees"]) == (1, False, 2)
    again = territoire.json(*call, code=1)
    assert (again["version"], again["deja_depose"]) == (1, True)

    # 275 of the 365 days of the first window fall in 2021, 92 of those of the second.
    attendu = (Decimal(5000) * 275 / 365).quantize(Decimal("0.01")) + (
        Decimal("-1200.50") * 92 / 365
    ).quantize(Decimal("0.01"))
    annee = territoire.json("performance", "--annee", 2021)
    assert Decimal(annee["gains_declares"]) == Decimal(annee["en_attente"]) == attendu
    assert annee["gains_retenus"] == "0.00"
    assert annee["taux_atteinte"] is None
    suivante = territoire.json("performance", "--annee", 2022)
    assert Decimal(suivante["gains_declares"]) == Decimal("3799.50") - attendu
    bfc = next(r for r in annee["par_region"] if r["code"] == "BFC")
    assert bfc["gains_declares"] == annee["gains_declares"]
    assert territoire("journal", "verifier").returncode == 0


def test_objectives_and_operators_come_in_the_same_way(territoire: Fanal, trame: Path) -> None:
    territoire("deposer", trame, "--format", "paat", "--annee", 2021, "--ght", "BFC-03")
    objectifs = territoire.dossier / "objectifs.csv"
    objectifs.write_text(
        "annee;periode;niveau;code;montant;revision\n2021;fin-annee;region;BFC;20000;0\n"
        "2021;fin-annee;region;BFC;10000;1\n2021;fin-annee;national;;15000;0\n",
        encoding="utf-8",
    )
    territoire.json("deposer", objectifs, "--format", "objectifs", "--annee", 2021)
    operateur = territoire.dossier / "operateur.csv"
    operateur.write_text(
        "operateur;numero_marche;finess;annee;gain_ttc\nUniHA;M1;210000001;2021;700,10\n", encoding="utf-8"
    )
    territoire.json("deposer", operateur, "--format", "operateur", "--annee", 2021, "--operateur", "UniHA")
    document = territoire.json("performance", "--annee", 2021)
    assert document["objectif"] == "15000.00"
    assert document["gains_operateurs"] == "700.10"
    assert territoire.json("performance", "--annee", 2021, "--region", "BFC")["objectif"] == "10000.00"


UNUSABLE: list[tuple[object, ...]] = [
    ("verifier", "absent.xlsx", "--format", "paat"),
    ("verifier", "trame.csv", "--format", "inconnu"),
    ("verifier", "trame.csv"),
    ("deposer", "trame.csv", "--format", "paat", "--annee", "deux"),
    ("deposer", "trame.csv", "--format", "paat", "--annee", 2021, "--ght", "ZZZ-99"),
    ("deposer", "trame.csv", "--format", "paat", "--annee", 2021),
    ("deposer", "trame.csv", "--format", "paat", "--annee", 2021, "--ght", "BFC-03", "--region", "BFC"),
    ("deposer", "trame.csv", "--format", "paat", "--annee", 2021, "--ght", "BFC-03", "--periode", "ete"),
    ("performance", "--annee", 2021, "--region", "Atlantide"),
    ("publier", "performance", "--annee", 2021),
    ("publier", "poesie", "--annee", 2021),
    ("poser",),
]


def test_a_call_that_cannot_be_used_gets_one_sentence(territoire: Fanal, trame: Path) -> None:
    calls = [
        [territoire.dossier / str(c) if str(c).endswith((".csv", ".xlsx")) else c for c in call]
        for call in UNUSABLE
    ]
    for call, done in zip(UNUSABLE, territoire.serie(calls), strict=True):
        assert done.returncode == 2, (call, done.stderr)
        assert len(done.stderr.strip().splitlines()) == 1, call
        assert len(done.stderr.strip()) > 15, call
        assert not done.stdout, call


def test_formats_are_listed_printed_and_written_empty(fanal: Fanal) -> None:
    names = {f["nom"] for f in fanal.json("formats")}
    assert {"paat", "operateur", "objectifs", "nomenclature", "achats_annuels"} <= names
    schema = json.loads(fanal("formats", "paat").stdout)
    assert [f["name"] for f in schema["fields"]][:4] == ["identifiant", "finess", "role", "famille"]
    modele = fanal.dossier / "modele.xlsx"
    assert fanal("formats", "paat", "--modele", modele).returncode == 0
    empty = fanal("verifier", modele, "--format", "paat")
    assert empty.returncode == 2
    assert "Remplissez au moins une ligne" in empty.stderr
    assert {r["code"] for r in fanal.json("formats", "paat", "--regles")} >= {
        "type",
        "requis",
        "performance_sup_100",
    }
