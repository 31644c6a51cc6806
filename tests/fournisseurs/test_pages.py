"""Pages of suppliers: what each sees, what each may do, and nothing of another GHT."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from fanal.comptes.models import Utilisateur
from fanal.fournisseurs.actions.rapprochements import fusionner
from fanal.fournisseurs.models import CompteBancaire, Evaluation, Fournisseur, Incident
from fanal.marches.models import Marche, Titulaire
from fanal.territoires.models import Etablissement, Ght
from tests.fournisseurs.conftest import INSTANT, Creer
from tests.marches.portefeuille.conftest import use

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]
IBAN = "FR1420041010050500013M02606"


@pytest.fixture
def alpha(creer: Creer, ght: Ght) -> Fournisseur:
    """A supplier with one contract of `ght`, used in January 2022."""
    supplier = creer("Alpha", "73282932000074")
    marche = Marche.objects.create(
        niveau="ght",
        ght=ght,
        acheteur_siret="26210007600013",
        identifiant="A-1",
        objet="Gants",
        montant=Decimal(80_000),
        date_notification=date(2021, 1, 1),
        date_debut=date(2021, 1, 1),
        duree_mois=240,
        created_at=INSTANT,
        updated_at=INSTANT,
    )
    Titulaire.objects.create(marche=marche, fournisseur=supplier)
    use(marche, Decimal("1234.56"), date(2022, 1, 15))
    return supplier


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_page_says_what_is_bought(connecte: Connecte, alpha: Fournisseur) -> None:
    seen = page(connecte("acheteur"), f"/fournisseurs/{alpha.pk}/")
    assert "1 marché dont 1 en cours, pour 80\u202f000\xa0€ HT." in seen
    assert "A-1" in seen and "1\u202f235" in seen  # what was ordered, in whole euros
    assert "100,0\xa0%" in seen  # it holds the whole of what its GHT runs


def test_another_ght_sees_the_identity_and_nothing_else(
    utilisateurs_ailleurs: dict[str, Utilisateur], alpha: Fournisseur, ght: Ght, etablissement: Etablissement
) -> None:
    Incident.objects.create(
        fournisseur=alpha,
        ght=ght,
        etablissement=etablissement,
        nature="retard",
        survenu_le=date(2022, 1, 2),
        description="Secret de livraison",
    )
    Evaluation.objects.create(
        fournisseur=alpha,
        ght=ght,
        du=date(2022, 1, 1),
        au=date(2022, 1, 31),
        notes={"delais": 4},
        commentaire="Secret de note",
        created_at=INSTANT,
    )
    CompteBancaire.objects.create(fournisseur=alpha, ght=ght, iban=IBAN, depuis=date(2022, 1, 1))
    client = Client()
    client.force_login(utilisateurs_ailleurs["directeur_achats"])
    seen = page(client, f"/fournisseurs/{alpha.pk}/")
    assert "Alpha" in seen and "Aucun marché que vous voyez" in seen
    for secret in ("A-1", "80\u202f000", "Secret", "2606", ght.code):
        assert secret not in seen
    assert "Alpha" not in page(client, "/fournisseurs/")
    assert "Alpha" in page(client, "/fournisseurs/?tous=oui")
    assert client.get(f"/fournisseurs/incidents/{Incident.objects.get().pk}/clore/").status_code == 404


def test_an_iban_is_never_shown(connecte: Connecte, alpha: Fournisseur, ght: Ght) -> None:
    client = connecte("directeur_achats")
    sent = {"ght": ght.pk, "iban": IBAN, "depuis": "2026-01-01"}
    assert client.post(f"/fournisseurs/{alpha.pk}/compte/", sent).status_code == 302
    seen = page(client, f"/fournisseurs/{alpha.pk}/")
    assert IBAN not in seen and "FR** **** 2606" in seen
    wrong = client.post(f"/fournisseurs/{alpha.pk}/compte/", {**sent, "iban": "FR00"})
    assert wrong.status_code == 400 and "n&#x27;est pas valide" in wrong.content.decode()
    assert "2606" not in page(connecte("referent_ars"), f"/fournisseurs/{alpha.pk}/")


def test_incident_and_evaluation(
    connecte: Connecte, alpha: Fournisseur, ght: Ght, etablissement: Etablissement
) -> None:
    client = connecte("pharmacien")
    sent = {
        "etablissement": etablissement.pk,
        "nature": "rupture",
        "survenu_le": "2022-01-10",
        "description": "Rupture de gants",
    }
    assert client.post(f"/fournisseurs/{alpha.pk}/incident/", sent).status_code == 302
    future = client.post(f"/fournisseurs/{alpha.pk}/incident/", {**sent, "survenu_le": "2099-01-01"})
    assert future.status_code == 400 and "pas encore passé" in future.content.decode()
    marks = {"ght": ght.pk, "du": "2022-01-01", "au": "2022-02-28", "note_delais": "4"}
    buyer = connecte("acheteur")
    assert buyer.post(f"/fournisseurs/{alpha.pk}/evaluation/", marks).status_code == 302
    seen = page(buyer, f"/fournisseurs/{alpha.pk}/")
    assert "1 incident ouvert" in seen and "Rupture de gants" in seen
    # Orders are known for January only: February is not scored.
    assert "1 mois sans commande, non noté" in seen and "4 sur 5" in seen
    incident = Incident.objects.get()
    assert buyer.post(f"/fournisseurs/incidents/{incident.pk}/clore/", {"motif": "Livré"}).status_code == 302
    assert "1 incident ouvert" not in page(buyer, f"/fournisseurs/{alpha.pk}/")


def test_merging_through_the_pages(connecte: Connecte, alpha: Fournisseur, creer: Creer) -> None:
    double = creer("ALPHA SAS")
    client = connecte("directeur_achats")
    assert client.post("/fournisseurs/rapprochements/").status_code == 302
    seen = page(client, "/fournisseurs/rapprochements/")
    assert "ALPHA SAS" in seen and "1 paires" not in seen
    pair = alpha.rapprochements_gardes.get()
    client.post(f"/fournisseurs/rapprochements/{pair.pk}/", {"sens": "fusionner", "motif": "Même maison"})
    assert client.get(f"/fournisseurs/{double.pk}/")["Location"] == f"/fournisseurs/{alpha.pk}/"
    assert "Séparer ALPHA SAS" in page(client, f"/fournisseurs/{alpha.pk}/")
    client.post(f"/fournisseurs/{double.pk}/separer/", {"motif": "Erreur"})
    assert client.get(f"/fournisseurs/{double.pk}/").status_code == 200
    refused = client.post(f"/fournisseurs/{alpha.pk}/rapprocher/", {"autre": "Personne", "motif": "x"})
    assert refused.status_code == 400 and "Aucun fournisseur ne correspond" in refused.content.decode()
    assert client.get("/fournisseurs/999999/").status_code == 404


def test_a_reader_merges_nothing(connecte: Connecte, alpha: Fournisseur) -> None:
    for role in ("pharmacien", "referent_ars"):
        assert connecte(role).get("/fournisseurs/rapprochements/").status_code == 403
    assert connecte("lecteur").get("/fournisseurs/").status_code == 403


def test_a_closed_siret_warns(connecte: Connecte, alpha: Fournisseur) -> None:
    Fournisseur.objects.filter(pk=alpha.pk).update(
        etat="ferme", etat_le=date(2022, 1, 1), etat_source="liste.csv"
    )
    seen = page(connecte("acheteur"), f"/fournisseurs/{alpha.pk}/")
    assert "Cet établissement est fermé au 01/01/2022 (liste.csv)" in seen


def test_the_merged_ones_are_read_together(connecte: Connecte, alpha: Fournisseur, creer: Creer) -> None:
    head = creer("Groupe")
    fusionner(garde=head, double=alpha, motif="Rachat", by=None, instant=INSTANT)
    assert "1 marché dont 1 en cours" in page(connecte("acheteur"), f"/fournisseurs/{head.pk}/")
    listed = page(connecte("acheteur"), "/fournisseurs/")
    assert "Groupe" in listed and ">Alpha<" not in listed


def test_states_are_imported_through_the_page(connecte: Connecte, alpha: Fournisseur) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = connecte("acheteur")
    sent = SimpleUploadedFile("etats.csv", b"siret;etat;date_etat\n73282932000074;F;2026-01-15\n")
    answer = client.post("/fournisseurs/etats/", {"fichier": sent})
    assert "1 fournisseur modifié," in answer.content.decode()
    broken = client.post("/fournisseurs/etats/", {"fichier": SimpleUploadedFile("x.xlsx", b"PK\x03\x04rien")})
    assert broken.status_code == 400


def test_the_api_says_the_same(connecte: Connecte, alpha: Fournisseur) -> None:
    listed = connecte("acheteur").get("/api/v1/fournisseurs", {"q": "alph"}).json()
    assert (listed["total"], listed["elements"][0]["montant"]) == (1, "80000.00")
    detail = connecte("acheteur").get(f"/api/v1/fournisseurs/{alpha.pk}").json()
    assert (detail["verification"], detail["en_cours"]) == ("exact", 1)
    figures = connecte("acheteur").get("/api/v1/marches/indicateurs").json()
    assert (figures["marches"], figures["annee"], figures["ihh"]) == (1, 2021, "10000")
