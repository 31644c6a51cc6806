"""Published contracts come in dirty; the buyer sees what is known, completes what is not, and publishes."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fanal.marches.models import Importation, Marche
from fanal.territoires.models import Ght
from tests.parcours.visiteur import Visiteur, plain

pytestmark = pytest.mark.navigateur

ACHETEUR = "26210001400013"
COMPLET = {
    "id": "2026-COMPLET",
    "acheteur": {"id": ACHETEUR},
    "nature": "Marché",
    "objet": "Gants d'examen en nitrile",
    "codeCPV": "18424300-0",
    "techniques": {"technique": ["Accord-cadre"]},
    "modalitesExecution": {"modaliteExecution": ["Bons de commande"]},
    "marcheInnovant": False,
    "ccag": "Fournitures courantes et services",
    "offresRecues": 3,
    "attributionAvance": False,
    "typeGroupementOperateurs": "Pas de groupement",
    "procedure": "Appel d'offres ouvert",
    "lieuExecution": {"code": "21", "typeCode": "Code département"},
    "dureeMois": 48,
    "dateNotification": "2025-03-03",
    "datePublicationDonnees": "2025-04-01",
    "montant": 400000,
    "typesPrix": {"typePrix": ["Définitif révisable"]},
    "formePrix": "Unitaire",
    "sousTraitanceDeclaree": False,
    "titulaires": [{"titulaire": {"id": "55204599900869", "typeIdentifiant": "SIRET"}}],
    "considerationsSociales": {"considerationSociale": ["Pas de considération sociale"]},
    "considerationsEnvironnementales": {"considerationEnvironnementale": ["Critère environnemental"]},
}
# As older publications are: no notification date, a symbolic amount, damaged accents, a wrong SIRET.
ANCIEN = {
    "id": "2018-ANCIEN",
    "acheteur": {"id": ACHETEUR, "nom": "CH de l'essai"},
    "nature": "Accord-cadre",
    "objet": "Fourniture d'�lectricit�",
    "codeCPV": "09310000",
    "procedure": "Appel d'offres ouvert",
    "lieuExecution": {"code": "21000", "typeCode": "Code postal", "nom": "DIJON"},
    "dureeMois": 36,
    "montant": 1,
    "formePrix": "Révisable",
    "titulaires": [{"typeIdentifiant": "SIRET", "id": "123", "denominationSociale": "Énergie d'essai"}],
    "modifications": [],
}


PAGES = ("/procedures/echeancier/", "/procedures/", "/convergence/", "/fournisseurs/", "/prix/indices/")


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    """A file of essential data: one complete contract, one old one, one that repeats."""
    path = tmp_path / "decp.json"
    rows = [COMPLET, ANCIEN, ANCIEN]
    path.write_text(json.dumps({"marches": {"marche": rows}}, ensure_ascii=False), encoding="utf-8")
    return path


def test_from_a_dirty_file_to_what_is_missing(visiteur: Visiteur, ght: Ght, fichier: Path) -> None:
    visiteur.devient("directeur_achats")
    bring_the_file(visiteur, ght, fichier)
    see_the_portfolio(visiteur)
    see_the_indicators(visiteur)
    complete_the_date(visiteur)
    see_what_publication_asks(visiteur)


def bring_the_file(visiteur: Visiteur, ght: Ght, fichier: Path) -> None:
    """What the file would do is shown before anything is written."""
    page = visiteur.ouvre("/marches/importer/", etroit=True)
    page.get_by_label("Ce que vous importez").select_option("decp")
    page.get_by_label("Fichier", exact=True).set_input_files(fichier)
    visiteur.presse("Lire le fichier")
    asked = Importation.objects.get()
    wait_for(visiteur, asked, "a_confirmer")
    assert not Marche.objects.exists()
    said = plain(visiteur.lit())
    assert "Rien n'est encore enregistré" in said
    visiteur.presse("Enregistrer")
    wait_for(visiteur, asked, "faite")
    visiteur.regarde(etroit=True)
    assert {m.identifiant for m in Marche.objects.filter(ght=ght)} == {"2026-COMPLET", "2018-ANCIEN"}


def wait_for(visiteur: Visiteur, asked: Importation, state: str) -> None:
    """The task runs beside; the page follows it."""
    for _ in range(100):
        asked.refresh_from_db()
        if asked.etat == state:
            break
        visiteur.page.wait_for_timeout(100)
    assert asked.etat == state
    visiteur.ouvre(f"/marches/importer/{asked.pk}/")


def see_the_portfolio(visiteur: Visiteur) -> None:
    visiteur.ouvre("/marches/", etroit=True)
    said = plain(visiteur.lit())
    assert "2 marchés enregistrés" in said
    assert "1 n'a pas d'échéance connue" in said or "échéance connue" in said
    visiteur.suit("2026-COMPLET", etroit=True)
    assert "Ce marché court jusqu'au 02/03/2029" in plain(visiteur.lit())


def see_the_indicators(visiteur: Visiteur) -> None:
    visiteur.ouvre("/marches/indicateurs/?annee=2025", etroit=True)
    said = plain(visiteur.lit())
    assert "oncentration" in said
    assert "nvironnement" in said


def complete_the_date(visiteur: Visiteur) -> None:
    """The worklist leads to the contract; the date given ends its place there."""
    page = visiteur.ouvre("/marches/a-completer/", etroit=True)
    page = visiteur.ouvre("/marches/a-completer/notifications/", etroit=True)
    page.locator("main input[type=date]").first.fill("2018-05-15")
    page.get_by_label("Motif (obligatoire)").fill("Registre papier de l'acheteur")
    visiteur.presse("Enregistrer les dates saisies")
    old = Marche.objects.get(identifiant="2018-ANCIEN")
    assert old.date_notification == date(2018, 5, 15)
    assert old.date_fin_totale == date(2021, 5, 14)


def see_what_publication_asks(visiteur: Visiteur) -> None:
    visiteur.ouvre("/marches/publication/", etroit=True)
    said = plain(visiteur.lit())
    assert "2018-ANCIEN" in said
    assert re.search("offresRecues|offres reçues", said)


def test_the_law_a_procedure_a_common_start(visiteur: Visiteur, ght: Ght, fichier: Path) -> None:
    """The adviser, a procedure planned backwards, the schedule, convergence: every page looked at."""
    from django.utils import timezone

    from fanal.marches.actions.importation import importer
    from fanal.territoires.noeuds import Noeud

    importer(chemin=fichier, format="decp", noeud=Noeud("ght", ght), by=None, instant=timezone.now())
    visiteur.devient("directeur_achats")
    ask = "/procedures/conseil/?nature=fournitures&cpv=184&montant=300000&lancement=2026-09-01"
    visiteur.ouvre(ask, etroit=True)
    assert "une procédure formalisée est obligatoire" in plain(visiteur.lit())
    assert "caractéristiques environnementales" in plain(visiteur.lit())
    for path in (
        "/procedures/echeancier/",
        "/procedures/",
        "/convergence/",
        "/fournisseurs/",
        "/prix/indices/",
    ):
        visiteur.ouvre(path, etroit=True)
    contract = Marche.objects.get(identifiant="2026-COMPLET")
    amendment(visiteur, contract)


def amendment(visiteur: Visiteur, contract: Any) -> None:
    """The headroom is said before the amount is typed; too much is refused in one sentence."""
    page = visiteur.ouvre(f"/marches/{contract.pk}/actes/avenant/", etroit=True)
    assert "40 000,00 €" in plain(visiteur.lit())
    page.get_by_label("Motif", exact=True).select_option("R2194-8")
    page.get_by_label("Ce que l'avenant change").fill("Une taille de plus")
    page.get_by_label("Variation du montant HT").fill("40000")
    page.get_by_label("Date de signature").fill("2026-11-02")
    page.get_by_label("Date de notification").fill("2026-11-03")
    visiteur.presse("Voir ce qui va changer")
    assert "n'est pas possible" in plain(visiteur.lit())
    # The browser reports the refusal's own status, which is meant.
    assert "409" in visiteur.navigateur.erreurs.pop()
    page.get_by_label("Variation du montant HT").fill("39 999,99")
    visiteur.presse("Voir ce qui va changer")
    assert "439 999,99" in plain(visiteur.lit())
    assert contract.modifications.count() == 0
    visiteur.presse("Confirmer")
    assert [m.variation_ht for m in contract.modifications.all()] == [Decimal("39999.99")]
