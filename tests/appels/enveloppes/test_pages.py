"""The pages of envelopes, walked as an organiser does; what an applicant sees before and after its letter."""

import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from fanal.appels.models import Appel, Attribution, Courrier, Enveloppe, Simulation
from fanal.campagnes.models import Dossier
from fanal.moteurs.allocation import lire_partage, repartir_enveloppe
from tests.appels.enveloppes.fabrique import essayer, faire_enveloppe

Monde = tuple[Appel, list[Dossier]]


def url(nom: str, *args: Any) -> str:
    return reverse(f"appels:{nom}", args=args)


def lu(reponse: Any) -> str:
    return " ".join(reponse.content.decode().replace("\u202f", " ").replace("\xa0", " ").split())


@pytest.fixture
def dgos(connecte: Callable[[str], Client]) -> Client:
    return connecte("dgos")


def test_from_a_new_envelope_to_letters_sent(quatre: Monde, dgos: Client) -> None:
    appel, dossiers = quatre
    code = appel.campagne.code
    assert "pas encore d'enveloppe" in lu(dgos.get(url("enveloppes", code))).replace("&#x27;", "'")
    refus = dgos.post(url("nouvelle_enveloppe", code), {"nom": "Crédits", "annee": 26, "montant": 5})
    assert refus.status_code == 422
    dgos.post(
        url("nouvelle_enveloppe", code),
        {"nom": "Crédits", "annee": 2026, "montant": "120000", "ferme": "on"},
    )
    enveloppe = Enveloppe.objects.get()
    page = lu(dgos.get(url("simuler", enveloppe.pk)))
    assert "120 000,00 € attribués à 3 dossiers sur 4" in page
    dgos.post(url("garder_simulation", enveloppe.pk), {"titre": "Premier essai", "part": "100"})
    simulation = Simulation.objects.get()
    assert simulation.titre == "Premier essai"
    assert simulation.empreinte in lu(dgos.get(url("simulation", simulation.pk)))
    apercu = lu(dgos.get(url("retenir_simulation", simulation.pk)))
    assert "3 dossiers seront retenus, 1 en liste complémentaire, 0 non retenus" in apercu
    sans_motif = dgos.post(url("retenir_simulation", simulation.pk), {"liste": "oui", "motif": ""})
    assert sans_motif.status_code == 422
    assert not Attribution.objects.exists()
    dgos.post(url("retenir_simulation", simulation.pk), {"liste": "oui", "motif": "Avis du jury."})
    assert Attribution.objects.count() == 4
    page = lu(dgos.get(url("enveloppe", enveloppe.pk)))
    assert "120 000,00 € attribués à 3 dossiers" in page
    assert "À établir" in page
    tous = {"portee": "tout"}
    dgos.post(url("courriers", enveloppe.pk), tous | {"geste": "etablir"})
    assert Courrier.objects.count() == 4
    assert dgos.post(url("courriers", enveloppe.pk), tous | {"geste": "zip"}).content[:2] == b"PK"
    assert dgos.post(url("courriers", enveloppe.pk), tous | {"geste": "pdf"}).content[:4] == b"%PDF"
    dgos.post(url("courriers", enveloppe.pk), tous | {"geste": "envoyer"})
    assert Courrier.objects.filter(envoye_le__isnull=False).count() == 4
    premiere = Attribution.objects.get(dossier=dossiers[0])
    dgos.post(url("finaliser", enveloppe.pk), {"attribution": [premiere.pk]})
    premiere.refresh_from_db()
    assert premiere.statut == "definitive"
    assert "Envoyé" in lu(dgos.get(url("attribution", premiere.pk)))


def test_the_sliders_move_the_result(quatre: Monde, dgos: Client) -> None:
    enveloppe = faire_enveloppe(quatre[0], "120000")
    adresse = url("simuler", enveloppe.pk)
    moitie = lu(dgos.get(adresse, {"part": 50}, headers={"HX-Request": "true", "HX-Target": "essai"}))
    assert "60 000,00 € attribués à 1 dossier sur 4" in moitie
    assert "<html" not in moitie
    assert "sortie-part" in moitie
    plafonne = lu(dgos.get(adresse, {"plafond": "20000", "regle": "optimal"}))
    assert "80 000,00 € attribués à 4 dossiers sur 4" in plafonne
    assert "Choix prouvé" in plafonne
    taux = lu(dgos.get(adresse, {"taux": 0}))
    assert "0,00 € attribués à 0 dossier sur 4" in taux
    bornes = lu(dgos.get(adresse, {"plafonds": "BFC 50 000", "planchers": "BRE 10000,50"}))
    assert "attribués" in bornes
    faute = lu(dgos.get(adresse, {"plafonds": "BFC beaucoup"}))
    assert "ne se lit pas" in faute
    sans = lu(dgos.get(adresse, {"exclus": quatre[1][0].pk}))
    assert "1 dossier hors du partage" in sans


def test_each_amount_is_explained(quatre: Monde, dgos: Client) -> None:
    simulation = essayer(faire_enveloppe(quatre[0], "120000"))
    page = lu(dgos.get(url("expliquer", simulation.pk, quatre[1][3].pk)))
    assert "avec une enveloppe de 180 000,00 €" in page
    assert "avec un score de 84,51 (elle a 65,25)" in page
    variantes = lu(dgos.get(url("variantes", simulation.pk), {"sans": quatre[1][0].pk}))
    assert "5 % d" in variantes
    assert "Sans " in variantes


def test_the_best_choices_are_ranked(quatre: Monde, dgos: Client) -> None:
    simulation = essayer(faire_enveloppe(quatre[0], "120000"), regle="optimal")
    assert "Meilleurs choix" in lu(dgos.get(url("variantes", simulation.pk)))


def test_simulations_side_by_side(quatre: Monde, dgos: Client) -> None:
    enveloppe = faire_enveloppe(quatre[0], "120000")
    une, autre = essayer(enveloppe, "Au score"), essayer(enveloppe, "Au prorata", regle="prorata")
    page = lu(dgos.get(url("comparer_simulations", enveloppe.pk), {"simulation": [une.pk, autre.pk]}))
    assert "4 dossiers changent de montant sur 4" in page
    assert "Au prorata" in page
    assert dgos.get(url("comparer_simulations", enveloppe.pk), {"simulation": une.pk}).status_code == 302


def test_the_files_give_the_same_sharing(quatre: Monde, dgos: Client) -> None:
    enveloppe = faire_enveloppe(quatre[0], "100000.01")
    simulation = essayer(enveloppe, regle="prorata")
    question = json.loads(dgos.get(url("question_json", simulation.pk)).content)
    reponse = json.loads(dgos.get(url("reponse_json", simulation.pk)).content)
    assert repartir_enveloppe(lire_partage(question)).empreinte == reponse["empreinte_sha256"]
    contenu = dgos.get(url("classeur_simulation", simulation.pk)).content
    feuille = openpyxl.load_workbook(io.BytesIO(contenu)).active
    assert feuille is not None
    assert str(feuille["G7"].value).startswith("=IF($B$2>=SUM(")
    assert feuille["F7"].value.startswith("=MIN(")
    valeurs = openpyxl.load_workbook(io.BytesIO(contenu), data_only=True).active
    assert valeurs is not None
    assert sum(Decimal(str(valeurs[f"H{i}"].value)) for i in range(7, 11)) == Decimal("100000.01")


def test_acts_on_one_decision(quatre: Monde, dgos: Client) -> None:
    appel, dossiers = quatre
    simulation = essayer(faire_enveloppe(appel, "120000"))
    dgos.post(url("retenir_simulation", simulation.pk), {"liste": "non", "motif": "Avis du jury."})
    prise = Attribution.objects.get(dossier=dossiers[0])
    for acte, champs, statut in (
        ("attribuer", {"montant": "50000"}, "provisoire"),
        ("motiver", {}, "provisoire"),
        ("refuser", {}, "refusee"),
        ("lister", {}, "complementaire"),
    ):
        adresse = url("acte_attribution", prise.pk, acte)
        assert dgos.get(adresse).status_code == 200
        assert dgos.post(adresse, champs).status_code == 422
        dgos.post(adresse, champs | {"motif": "Après nouvel examen."})
        prise.refresh_from_db()
        assert prise.statut == statut
    enveloppe = prise.enveloppe
    adresse = url("promouvoir", enveloppe.pk)
    assert dgos.get(adresse).status_code == 200
    trop = dgos.post(adresse, {"montant": "60000.01", "motif": "Suite de la liste."})
    assert trop.status_code == 422
    assert "60000.01" in trop.content.decode()
    dgos.post(adresse, {"montant": "60000", "motif": "Suite de la liste."})
    prise.refresh_from_db()
    assert prise.montant == 60_000
    dgos.post(url("acte_attribution", prise.pk, "abandonner"), {"motif": "Projet arrêté."})
    prise.refresh_from_db()
    assert prise.statut == "abandonnee"
    dgos.post(
        url("modifier_enveloppe", enveloppe.pk), {"montant": "500000", "ferme": "on", "motif": "Budget voté."}
    )
    enveloppe.refresh_from_db()
    assert enveloppe.montant == 500_000
    reprise = dgos.post(url("rouvrir_simulation", simulation.pk), {"motif": "Erreur de barème."})
    assert reprise.status_code == 302
    assert dgos.get(url("acte_attribution", prise.pk, "inconnu")).status_code == 404


def test_an_applicant_learns_its_decision_from_its_letter_only(
    quatre: Monde, dgos: Client, connecte: Callable[[str], Client]
) -> None:
    appel, dossiers = quatre
    sien, autre = dossiers[0], dossiers[1]
    simulation = essayer(faire_enveloppe(appel, "120000"))
    dgos.post(url("retenir_simulation", simulation.pk), {"liste": "oui", "motif": "Avis secret du jury."})
    declarant = connecte("directeur_achats")
    for adresse in (url("dossier", sien.pk), url("mes_dossiers")):
        page = lu(declarant.get(adresse))
        for mot in (">Retenu<", "60 000,00 €", "Retenir", "Avis secret"):
            assert mot not in page, (adresse, mot)
    for adresse in ("/", f"/recherche/?q={sien.reference}", f"/api/v1/candidatures/{sien.pk}"):
        page = lu(declarant.get(adresse))
        assert "etenu" not in page.replace("Mes projets retenus", ""), adresse
    assert declarant.get("/api/v1/candidatures", {"etape": "retenu"}).json()["total"] == 0
    assert declarant.get(url("enveloppes", appel.campagne.code)).status_code in (403, 404)
    tous = {"portee": "tout"}
    dgos.post(url("courriers", simulation.enveloppe_id), tous | {"geste": "etablir"})
    courrier = Courrier.objects.get(attribution__dossier=sien)
    assert declarant.get(url("courrier_recu", sien.pk, courrier.pk)).status_code == 404
    dgos.post(url("courriers", simulation.enveloppe_id), tous | {"geste": "envoyer"})
    page = lu(declarant.get(url("dossier", sien.pk)))
    assert "60 000,00 €" in page
    assert "Retenu" in page
    recu = declarant.get(url("courrier_recu", sien.pk, courrier.pk))
    assert b"".join(recu.streaming_content)[:4] == b"%PDF"  # type: ignore[attr-defined]
    assert declarant.get(f"/api/v1/candidatures/{sien.pk}").json()["etape"] == "retenu"
    assert "Lire la décision sur le dossier" in lu(declarant.get("/"))
    # Another's letter is not found, nor by another's number.
    ailleurs = Courrier.objects.get(attribution__dossier=autre)
    assert declarant.get(url("courrier_recu", sien.pk, ailleurs.pk)).status_code == 404
    assert declarant.get(url("courrier", courrier.pk)).status_code in (403, 404)


@pytest.mark.parametrize("role", ["directeur_achats", "referent_ars", "anap", "jure", "lecteur"])
def test_only_who_organises_shares(quatre: Monde, connecte: Callable[[str], Client], role: str) -> None:
    simulation = essayer(faire_enveloppe(quatre[0], "120000"))
    client = connecte(role)
    for adresse in (
        url("enveloppes", quatre[0].campagne.code),
        url("enveloppe", simulation.enveloppe_id),
        url("simuler", simulation.enveloppe_id),
        url("simulation", simulation.pk),
        url("question_json", simulation.pk),
    ):
        assert client.get(adresse).status_code in (403, 404), adresse
    assert client.post(url("retenir_simulation", simulation.pk), {"motif": "Je décide."}).status_code in (
        403,
        404,
    )
    assert not Attribution.objects.exists()
