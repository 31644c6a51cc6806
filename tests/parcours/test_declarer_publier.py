"""From the empty model to the published table and back to the cell, by the people who do it."""

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fanal.campagnes.models import Campagne, Decision, Dossier
from fanal.territoires.models import Ght
from tests.parcours.visiteur import Remplir, Visiteur, plain

pytestmark = pytest.mark.navigateur

GANTS, COMPRESSES, SOLUTES = (
    {"identifiant": "A-1", "intitule": "Gants", "gain_annuel_ttc": 6_000},
    {"identifiant": "A-2", "intitule": "Compresses", "gain_annuel_ttc": "douze mille"},
    {"identifiant": "A-3", "intitule": "Solutés", "gain_annuel_ttc": 70_000},
)


def test_from_the_empty_model_to_the_cell(
    visiteur: Visiteur, campagne: Campagne, ght: Ght, remplir: Remplir, tmp_path: Path
) -> None:
    visiteur.devient("directeur_achats")
    trame = fill_the_model(visiteur, remplir, tmp_path)
    deposit_and_correct(visiteur, trame, tmp_path)
    validate_and_send(visiteur)
    give_an_opinion(visiteur, ght)
    ask_and_answer(visiteur, campagne, ght)
    decide_in_bulk(visiteur)
    publish(visiteur, campagne)
    find_the_gain_again(visiteur, ght)


def fill_the_model(visiteur: Visiteur, remplir: Remplir, tmp_path: Path) -> Path:
    """The home page says what is due; its model is filled with a faulty line."""
    visiteur.ouvre("/", etroit=True)
    assert "Déposer" in visiteur.lit()
    visiteur.ouvre("/depots/nouveau/", etroit=True)
    modele = visiteur.telecharge("Plan d'actions achat", tmp_path / "modele.xlsx")
    return remplir(modele, [GANTS, COMPRESSES, SOLUTES])


def deposit_and_correct(visiteur: Visiteur, trame: Path, tmp_path: Path) -> None:
    """The report names the cell, gives the workbook back annotated; the line is corrected in the page."""
    page = visiteur.depose(trame)
    assert "/versions/1/" in page.url
    visiteur.regarde(etroit=True)
    dit = visiteur.lit()
    assert "douze mille" in dit and "n'est pas un nombre" in dit
    annote = openpyxl.load_workbook(visiteur.telecharge("Votre classeur annoté", tmp_path / "annote.xlsx"))
    feuille = annote["Actions"]
    cellule = next(c for c in feuille[3] if c.value == "douze mille")
    assert cellule.comment is not None and "nombre" in cellule.comment.text
    visiteur.suit("Corriger", etroit=True)
    champ = page.get_by_label("Gain annuel")
    champ.fill("12 000,00")
    with page.expect_response(re.compile("/verifier/")):
        champ.press("Tab")
    visiteur.presse("Enregistrer les corrections")
    assert "/versions/2/" in page.url
    assert "« douze mille » corrigé en « 12 000,00 »" in visiteur.lit()


def validate_and_send(visiteur: Visiteur) -> None:
    dossier = Dossier.objects.get(format="paat")
    visiteur.ouvre(f"/campagnes/dossiers/{dossier.pk}/", etroit=True)
    visiteur.suit("Valider la trame")
    visiteur.presse("Valider la trame")
    visiteur.suit("Transmettre à l'ARS")
    visiteur.presse("Transmettre à l'ARS")
    dossier.refresh_from_db()
    assert dossier.etape == "transmis"


def give_an_opinion(visiteur: Visiteur, ght: Ght) -> None:
    visiteur.devient("referent_ars")
    visiteur.ouvre("/")
    page = visiteur.ouvre("/campagnes/avis/", etroit=True)
    visiteur.suit(str(ght), etroit=True)
    page.get_by_label("Réservé").check()
    page.get_by_label("Texte de l'avis").fill("La référence des solutés est à vérifier.")
    visiteur.presse("Rendre l'avis")
    assert "Votre avis est rendu : réservé." in page.locator("#messages").inner_text()


def ask_and_answer(visiteur: Visiteur, campagne: Campagne, ght: Ght) -> None:
    """The DGOS takes the dossier into control and asks; the GHT answers."""
    dossier = Dossier.objects.get(format="paat")
    visiteur.devient("dgos")
    page = visiteur.ouvre(f"/campagnes/{campagne.code}/etapes/", etroit=True)
    page.get_by_label("tous ceux qui sont à l'étape de départ").check()
    visiteur.presse("Prendre en contrôle (1)")
    visiteur.presse("Prendre en contrôle")
    visiteur.ouvre("/achats/controle/?annee=2021", etroit=True)
    choose(page, "A-3")
    visiteur.presse("Demander des observations…", etroit=True)
    page.get_by_label("Votre demande").fill("Justifiez le montant de référence.")
    visiteur.presse("Prévisualiser")
    visiteur.presse("Demander sur 1 ligne")
    visiteur.devient("directeur_achats")
    visiteur.ouvre("/")
    assert "Répondre" in visiteur.lit()
    visiteur.ouvre(f"/campagnes/dossiers/{dossier.pk}/")
    page.get_by_label("Votre réponse").fill("Le marché précédent portait sur deux lots.")
    visiteur.presse("Répondre")
    assert "Votre réponse est enregistrée." in page.locator("#messages").inner_text()


def choose(page: Any, *identifiants: str) -> None:
    """Tick these lines of the queue."""
    for identifiant in identifiants:
        page.locator("#tableau-file tr", has_text=identifiant).get_by_role("checkbox").check()


def decide_in_bulk(visiteur: Visiteur) -> None:
    """Nothing is written before the preview is confirmed; a withdrawal has its reason."""
    visiteur.devient("dgos")
    page = visiteur.ouvre("/achats/controle/?annee=2021")
    page.locator("#tableau-file").get_by_role("button", name=re.compile("détail|Ouvrir", re.I)).first.click()
    page.get_by_text("Pourquoi cette ligne est ici").wait_for()
    visiteur.regarde()
    choose(page, "A-3")
    visiteur.presse("Ne pas retenir…")
    page.get_by_label("Motif").fill("Référence non justifiée.")
    visiteur.presse("Prévisualiser", etroit=True)
    assert not Decision.objects.exists()
    visiteur.presse("Retirer 1 ligne")
    page.get_by_label("toutes les lignes filtrées").check()
    visiteur.presse("Retenir…")
    visiteur.presse("Prévisualiser")
    visiteur.presse("Retenir")
    sens = dict(Decision.objects.filter(courante=True).values_list("cle", "sens"))
    assert sens == {"A-1": "retenu", "A-2": "retenu", "A-3": "retire"}


def publish(visiteur: Visiteur, campagne: Campagne) -> None:
    page = visiteur.ouvre(f"/campagnes/{campagne.code}/etapes/")
    page.get_by_label("tous ceux qui sont à l'étape de départ").check()
    visiteur.presse("Arrêter les décisions (1)")
    visiteur.presse("Arrêter les décisions")
    visiteur.ouvre(f"/campagnes/{campagne.code}/publication/", etroit=True)
    page.get_by_label("J'ai relu les résultats").check()
    visiteur.presse("Publier", etroit=True)
    assert "publication n° 1" in visiteur.lit()
    visiteur.suit("Vérifier cette publication")
    ligne = page.locator("#tableau-par-region tr", has_text="Bourgogne-Franche-Comté")
    assert "18 000" in plain(ligne.inner_text())


def find_the_gain_again(visiteur: Visiteur, ght: Ght) -> None:
    """From the national table to the région, the GHT, the action, and the cell of the workbook."""
    page = visiteur.ouvre("/achats/performance/?territoire=national&annee=2021", etroit=True)
    rang = page.locator("#tableau-detail tbody tr", has_text="Bourgogne-Franche-Comté")
    assert "18 000" in plain(rang.inner_text())
    visiteur.suit("Bourgogne-Franche-Comté", dans=page.locator("#tableau-detail"))
    visiteur.suit(ght.code, dans=page.locator("#tableau-detail"))
    visiteur.suit("Voir les lignes", etroit=True)
    visiteur.suit("A-2", etroit=True, exact=True)
    dit = visiteur.lit()
    assert "12 000,00" in plain(dit)
    assert "trame.xlsx" in dit and "feuille « Actions »" in dit and "ligne 3" in dit
    assert "« douze mille » → « 12 000,00 »" in dit
