"""The pages: a whole procedure driven by its forms, refusals kept on the form, the workbook that computes."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.models import Utilisateur
from fanal.procedures.models import Procedure
from fanal.procedures.volets import du_marche
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.procedures.outils import avec_offres, en_analyse, lancee, marche, membres, nouvelle, prete

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]


def adresse(nom: str, *arguments: object) -> str:
    return reverse(f"procedures:{nom}", args=arguments)


def test_created_then_seen_with_what_can_be_done(connecte: Connecte, ght: Ght) -> None:
    client = connecte("directeur_achats")
    ancien = marche(ght, "2023-07", date_debut=date(2024, 1, 1), date_fin_totale=date(2027, 12, 31))
    page = client.get(adresse("nouvelle"), {"marche": ancien.pk})
    assert "2028-01-01" in page.content.decode()  # the day after the contract's end
    envoi = {
        "ght": ght.code,
        "marche": ancien.pk,
        "intitule": "Gants d'examen",
        "nature_achat": "fournitures",
        "procedure": "Appel d'offres ouvert",
        "montant_estime_ht": "400 000,50",
        "date_besoin": "2028-01-01",
        "envoi_electronique": "on",
    }
    answer = client.post(adresse("nouvelle"), envoi)
    p = Procedure.objects.get()
    assert answer["Location"] == adresse("procedure", p.pk)
    assert p.montant_estime_ht == Decimal("400000.50")
    assert list(p.remplace.all()) == [ancien]
    page = client.get(adresse("procedure", p.pk)).content.decode()
    assert "Recenser les besoins" in page and "Décision d&#x27;attribution" in page
    vue = du_marche(ancien, _perimetre(ght), timezone.localdate())
    assert vue is not None and [x[0] for x in vue["suivantes"]] == [p]


def _perimetre(ght: Ght):  # type: ignore[no-untyped-def]
    from fanal.comptes.perimetre import Perimetre

    return Perimetre(ghts=frozenset({ght.pk}))


def test_a_refusal_keeps_what_was_typed(connecte: Connecte, ght: Ght) -> None:
    client = connecte("directeur_achats")
    p = nouvelle(ght)
    envoi = {
        "verrou": p.verrou,
        "intitule": "Lot à refuser",
        "critere-nombre": "2",
        "critere-0-titre": "Prix",
        "critere-0-nature": "prix",
        "critere-0-poids": "60",
        "critere-1-titre": "Environnement",
        "critere-1-nature": "environnement",
        "critere-1-poids": "30",
    }
    answer = client.post(adresse("ajouter_lot", p.pk), envoi)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "font 90" in page and "Lot à refuser" in page and 'value="30"' in page
    assert client.post(adresse("ajouter_lot", p.pk), {**envoi, "critere-1-poids": "40"}).status_code == 302
    assert p.lots.get().criteres[1]["nature"] == "environnement"


def test_two_people_at_once_on_the_page(connecte: Connecte, ght: Ght) -> None:
    client = connecte("directeur_achats")
    p = nouvelle(ght)
    envoi = {"verrou": p.verrou, "intitule": "Premier", "nature_achat": "fournitures"}
    assert client.post(adresse("modifier", p.pk), envoi).status_code == 302
    answer = client.post(adresse("modifier", p.pk), {**envoi, "intitule": "Second"})
    assert answer.status_code == 422
    assert "autre personne" in answer.content.decode()
    assert "Second" in answer.content.decode()
    p.refresh_from_db()
    assert p.intitule == "Premier"


def test_an_establishment_answers_its_survey_and_nothing_more(
    connecte: Connecte, ght: Ght, creer_utilisateur: Callable[..., Utilisateur]
) -> None:
    p = nouvelle(ght)
    partie = membres(ght)[1]
    client = Client()
    client.force_login(creer_utilisateur("pharmacien", Noeud("etablissement", partie)))
    assert client.get(adresse("procedure", p.pk)).status_code == 404  # not asked yet
    echeance = timezone.localdate() + timedelta(days=20)
    envoi = {
        "verrou": p.verrou,
        "echeance": echeance.isoformat(),
        "etablissements": [e.finess for e in membres(ght)],
    }
    assert connecte("directeur_achats").post(adresse("ouvrir_recensement", p.pk), envoi).status_code == 302
    assert "Répondre pour" in client.get(adresse("procedure", p.pk)).content.decode()
    lignes = {
        "b-nombre": "2",
        "b-0-designation": "Gants",
        "b-0-quantite": "1 200",
        "b-0-montant": "mille",
        "b-1-designation": "Masques",
    }
    refus = client.post(adresse("repondre", p.pk, partie.finess), lignes)
    assert refus.status_code == 422 and "mille" in refus.content.decode()
    bonnes = {**lignes, "b-0-montant": "5 400,50"}
    assert client.post(adresse("repondre", p.pk, partie.finess), bonnes).status_code == 302
    besoin = p.recensement.reponses.get(etablissement=partie).besoins.get(designation="Gants")
    assert (besoin.quantite_annuelle, besoin.montant_annuel_ht) == (1200, Decimal("5400.50"))
    autre = membres(ght)[0]
    assert client.post(adresse("repondre", p.pk, autre.finess), bonnes).status_code == 403
    assert client.get(adresse("modifier", p.pk)).status_code == 403


def test_offers_are_business_secrets(connecte: Connecte, ght: Ght) -> None:
    p = lancee(ght)
    avec_offres(p, 1, [("Alpha", 100_000, "15", "12")])
    assert "Alpha" in connecte("directeur_achats").get(adresse("offres", p.pk, 1)).content.decode()
    for role in ("referent_ars", "dgos"):
        assert connecte(role).get(adresse("procedure", p.pk)).status_code == 200
        assert connecte(role).get(adresse("offres", p.pk, 1)).status_code == 403
        assert connecte(role).get(adresse("analyse", p.pk, 1)).status_code == 403


def test_the_workbook_still_computes(connecte: Connecte, ght: Ght) -> None:
    p = lancee(ght)
    avec_offres(p, 1, [("Alpha", 100_000, "15", "12"), ("=Bêta", 120_000, "18", "14")])
    contenu = connecte("directeur_achats").get(adresse("analyse", p.pk, 1)).content
    formules = openpyxl.load_workbook(BytesIO(contenu))["Analyse"]
    valeurs = openpyxl.load_workbook(BytesIO(contenu), data_only=True)["Analyse"]
    # Rows: 6 amounts, 7 price, 8 technique, 9 environment, 10 total, 11 rank; suppliers in D and E.
    assert formules["D7"].value == "=ROUND($C$3*MIN(D6,E6)/D6,2)"
    assert formules["E10"].value == "=ROUND(SUMPRODUCT(E7:E9,$C$7:$C$9)/$C$3,2)"
    assert formules["E11"].value == "=1+(D10>E10)+(E10>E10)"
    assert valeurs["E7"].value == 16.67
    assert [valeurs["D10"].value, valeurs["E10"].value] == [88.5, 84.01]
    assert [valeurs["D11"].value, valeurs["E11"].value] == [1, 2]
    assert formules["E5"].value == "'=Bêta"  # a name never runs


def test_from_analysis_to_signature_by_the_pages(connecte: Connecte, ght: Ght) -> None:
    client = connecte("directeur_achats")
    p = lancee(ght, procedure="Procédure adaptée", montant_estime_ht=Decimal(150_000))
    alpha, beta = avec_offres(p, 1, [("Alpha", 100_000, "15", "12"), ("Bêta", 120_000, "8", "4")])
    en_analyse(p)
    assert "Classée 2" in client.get(adresse("choisir", p.pk, 1)).content.decode()
    sans = client.post(adresse("choisir", p.pk, 1), {"retenue": alpha.pk})
    assert sans.status_code == 422 and "motif du rejet" in sans.content.decode()
    choix = {"retenue": alpha.pk, f"motif-{beta.pk}": "Moins bien classée"}
    assert client.post(adresse("choisir", p.pk, 1), choix).status_code == 302
    contrat = {
        "identifiant": "2027-01",
        "date_signature": "2027-01-10",
        "date_debut": "2027-12-01",
        "duree_mois": "48",
        "reconductions": "0",
        "montant": "100 000",
        "beneficiaires": [e.finess for e in membres(ght)],
    }
    answer = client.post(adresse("signer", p.pk, 1), contrat)
    marche_cree = p.lots.get(numero=1).marches.get()
    assert answer["Location"] == reverse("marches:marche", args=[marche_cree.pk])
    assert marche_cree.montant == 100_000


def test_schedule_and_creation_in_number(connecte: Connecte, ght: Ght) -> None:
    client = connecte("directeur_achats")
    fin = timezone.localdate() + timedelta(days=400)
    m = marche(ght, "2023-09", date_debut=fin - timedelta(days=1000), date_fin_totale=fin)
    page = client.get(adresse("echeancier")).content.decode()
    assert "2023-09" in page and "1 marché se termine sans procédure" in page
    apercu = client.post(adresse("creer_en_nombre"), {"marche": [m.pk]})
    assert "1 procédure sera créée" in apercu.content.decode()
    assert Procedure.objects.count() == 0  # a preview writes nothing
    assert client.post(adresse("creer_en_nombre"), {"marche": [m.pk], "confirmer": "oui"}).status_code == 302
    assert Procedure.objects.get().remplace.get() == m
    for fmt in ("csv", "xlsx"):
        assert client.get(adresse("echeancier"), {"charge.export": fmt}).status_code == 200
    assert client.get(adresse("echeancier"), {"cpv": "x", "horizon": "z"}).status_code == 200


def test_who_sees_the_list(connecte: Connecte, utilisateurs: dict[str, Utilisateur], ght: Ght) -> None:
    p = prete(ght)
    voient = {
        "controleur_gestion",
        "directeur_achats",
        "acheteur",
        "pharmacien",
        "referent_ars",
        "dgos",
        "anap",
    }
    for role in utilisateurs:
        client = connecte(role)
        assert client.get(adresse("procedure", p.pk)).status_code == (200 if role in voient else 404), role
        liste = client.get(adresse("liste"))
        assert liste.status_code == (200 if role in voient | {"operateur"} else 403), role
        assert (p.numero in liste.content.decode()) == (role in voient), role
