"""The same figures wherever they are read: the page, the command line, the API, the exports, the PDF."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from fanal.campagnes.actions import decisions, dossiers, observations
from fanal.campagnes.actions.depot import ResultatDepot
from fanal.campagnes.models import Dossier
from fanal.campagnes.registre import Choix
from fanal.comptes.actions import creer_jeton
from fanal.comptes.models import Utilisateur
from fanal.interface.nombres import ecrire_millions, ecrire_montant, ecrire_taux
from tests.achats.conftest import INSTANT

MONTANTS = (
    "gains_declares",
    "en_attente",
    "gains_retires",
    "ecart_doublons",
    "operateurs_repris",
    "gains_retenus",
    "report",
    "actions_nouvelles",
)
EN_TETES = {
    "Déclarés (€)": "gains_declares",
    "Retirés (€)": "gains_retires",
    "Doublons (€)": "ecart_doublons",
    "En attente (€)": "en_attente",
    "Retenus (€)": "gains_retenus",
    "Objectif (€)": "objectif",
}
ADRESSE = "/achats/performance/?annee=2021&territoire=national"


class Lecteur(HTMLParser):
    """The description lists and the tables of a page, as texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.definitions: dict[str, str] = {}
        self.tableaux: dict[str, list[list[str]]] = {}
        self._section = self._texte = self._terme = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        identifiant = dict(attrs).get("id") or ""
        if tag == "section" and identifiant.startswith("tableau-"):
            self._section = identifiant.removeprefix("tableau-")
            self.tableaux[self._section] = []
        if tag == "tr" and self._section:
            self.tableaux[self._section].append([])
        if tag in {"dt", "dd", "th", "td"}:
            self._texte = ""

    def handle_data(self, data: str) -> None:
        self._texte += data

    def handle_endtag(self, tag: str) -> None:
        texte = " ".join(self._texte.split())
        if tag == "dt":
            self._terme = texte
        if tag == "dd":
            self.definitions[self._terme] = texte
        if tag in {"th", "td"} and self._section:
            self.tableaux[self._section][-1].append(texte)
        if tag == "section":
            self._section = ""


def plain(texte: str | None) -> str:
    return " ".join((texte or "").split())


@pytest.fixture
def decidee(campagne_2021: ResultatDepot) -> None:
    """The campaign half decided: a line kept for less, one withdrawn after its right of reply, one left."""
    dossier = Dossier.objects.get(format="paat")
    for code in ("valider", "transmettre", "controler"):
        dossier = dossiers.franchir(dossier=dossier, transition=code, by=None, instant=INSTANT)
    observations.demander(
        dossier=dossier,
        demandes={"A1": "Précisez.", "A2": "Justifiez."},
        echeance=INSTANT.date() + timedelta(days=5),
        by=None,
        instant=INSTANT,
    )
    apres = INSTANT + timedelta(days=10)
    choix = [
        Choix("A1", "moindre", Decimal("4000.01"), "Prix revu", ""),
        Choix("A2", "retire", None, "Référence au nouveau prix", ""),
    ]
    decisions.decider(dossier=dossier, choix=choix, by=None, instant=apres)


@pytest.fixture
def imprime(decidee: None, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What `fanal performance --annee 2021 --json` prints."""
    capsys.readouterr()
    call_command("performance", "--annee", "2021", "--json")
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert Decimal(document["gains_retires"]) > 0 and Decimal(document["gains_retenus"]) > 0
    return document


@pytest.fixture
def dgos(connecte: Callable[[str], Client]) -> Client:
    return connecte("dgos")


def test_the_page(imprime: dict[str, Any], dgos: Client) -> None:
    lu = Lecteur(dgos.get(ADRESSE).content.decode())
    cascade = {
        "Gains déclarés par les GHT": "gains_declares",
        "− en attente de décision": "en_attente",
        "− retirés par décision": "gains_retires",
        "− déclarés deux fois (la plus basse des deux déclarations est retenue)": "ecart_doublons",
        "+ repris des opérateurs par décision motivée": "operateurs_repris",
        "= gains retenus": "gains_retenus",
        "dont effet report de l'année précédente": "report",
        "dont actions nouvelles": "actions_nouvelles",
    }
    assert {cle: lu.definitions[titre] for titre, cle in cascade.items()} == {
        cle: plain(ecrire_montant(Decimal(imprime[cle]))) for cle in cascade.values()
    }
    entetes, *rangs = lu.tableaux["detail"]
    region = dict(zip(entetes, rangs[0], strict=True))
    attendue = next(r for r in imprime["par_region"] if r["code"] == "BFC")
    for titre, cle in EN_TETES.items():
        montant = Decimal(attendue[cle])
        assert region[titre] == plain(ecrire_montant(montant, 0)).removesuffix(" €"), titre
    assert region["Atteinte (%)"] == plain(ecrire_taux(attendue["taux_atteinte"])).removesuffix(" %")
    total = dict(zip(entetes, rangs[-1], strict=True))
    for titre in ("Déclarés (€)", "Retirés (€)", "Retenus (€)"):
        montant = Decimal(imprime[EN_TETES[titre]])
        assert total[titre] == plain(ecrire_montant(montant, 0)).removesuffix(" €"), titre


def test_the_api(imprime: dict[str, Any], utilisateurs: dict[str, Utilisateur]) -> None:
    now = timezone.now()
    _, jeton = creer_jeton(
        utilisateur=utilisateurs["dgos"],
        nom="essai",
        lecture_seule=True,
        expire_le=now + timedelta(days=1),
        instant=now,
    )
    client = Client(headers={"Authorization": f"Bearer {jeton}"})
    assert client.get("/api/v1/performance?annee=2021").json() == imprime


def test_the_csv_export(imprime: dict[str, Any], dgos: Client) -> None:
    texte = dgos.get(f"{ADRESSE}&detail.export=csv").content.decode("utf-8-sig")
    lignes = texte[texte.index("Région;") :].splitlines()
    region = next(r for r in csv.DictReader(lignes, delimiter=";") if r["Région"].startswith("Bourgogne"))
    attendue = next(r for r in imprime["par_region"] if r["code"] == "BFC")
    for titre, cle in EN_TETES.items():
        assert Decimal(region[titre].replace(",", ".")) == Decimal(attendue[cle]), titre


def test_the_xlsx_export(imprime: dict[str, Any], dgos: Client) -> None:
    classeur = openpyxl.load_workbook(io.BytesIO(dgos.get(f"{ADRESSE}&detail.export=xlsx").content))
    rangs = list(classeur.worksheets[0].iter_rows(values_only=True))
    debut = next(i for i, rang in enumerate(rangs) if rang[0] == "Région")
    region = dict(zip(rangs[debut], rangs[debut + 1], strict=True))
    attendue = next(r for r in imprime["par_region"] if r["code"] == "BFC")
    for titre, cle in EN_TETES.items():
        assert Decimal(str(region[titre])) == Decimal(attendue[cle]), titre


def test_the_pdf(imprime: dict[str, Any], dgos: Client) -> None:
    lu = PdfReader(io.BytesIO(dgos.get(ADRESSE.replace("/?", "/comite.pdf?")).content))
    texte = plain(" ".join(page.extract_text() for page in lu.pages))
    for valeur in (
        ecrire_millions(Decimal(imprime["gains_retenus"])),
        ecrire_millions(Decimal(imprime["objectif"])) if imprime["objectif"] else "non renseigné",
        ecrire_taux(imprime["taux_atteinte"], 0) if imprime["taux_atteinte"] else "non calculable",
    ):
        assert plain(valeur) in texte


def test_the_identity_holds_once_what_waits_is_said(imprime: dict[str, Any]) -> None:
    d = {cle: Decimal(imprime[cle]) for cle in MONTANTS}
    assert d["gains_retenus"] == (
        d["gains_declares"]
        - d["en_attente"]
        - d["gains_retires"]
        - d["ecart_doublons"]
        + d["operateurs_repris"]
    )
    assert d["gains_retenus"] == d["report"] + d["actions_nouvelles"]
