"""Pages, exports, PDF and API: what each role reads, and above all which counts of patients it does not."""

import io
import re
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from fanal.appels.actions import instruction
from fanal.appels.models import Appel
from fanal.molecules.models import DecisionMolecule, DemandeMolecule, Inscription, PropositionOmedit
from fanal.territoires.models import Etablissement
from tests.molecules.conftest import INSTANT, CreerAppel, Deposer

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]
# Seven patients: a figure that stands nowhere else in what a page prints of this request.
PETIT, GRAND = "7", "4321"
VOIENT, NE_VOIENT_PAS = ("pharmacien", "directeur_achats", "omedit", "referent_ars"), ("dgos", "anap")


@pytest.fixture
def deux(
    appel: Appel, etablissement: Etablissement, deposer: Deposer
) -> tuple[DemandeMolecule, DemandeMolecule]:
    """A small count and a large one."""
    return (
        deposer(appel, etablissement, patients=PETIT),
        deposer(appel, etablissement, ucd="9000002", patients=GRAND),
    )


def effectif_du_tableau(client: Client, demande: DemandeMolecule) -> str:
    """The cell « Patients » of the request in the exported workbook."""
    adresse = reverse("molecules:demandes")
    contenu = client.get(f"{adresse}?demandes.export=xlsx&demandes.cols=ucd&demandes.cols=patients").content
    feuille = openpyxl.load_workbook(io.BytesIO(contenu))["Données"]
    lignes = {str(r[0]): str(r[1]) for r in feuille.iter_rows(min_row=4, values_only=True) if r[0]}
    return lignes[demande.ucd]


def test_small_counts_are_hidden_on_pages_exports_pdf_and_api(
    deux: tuple[DemandeMolecule, DemandeMolecule], connecte: Connecte
) -> None:
    petite, grande = deux
    for role in (*VOIENT, *NE_VOIENT_PAS):
        client, voit = connecte(role), role in VOIENT
        attendu = PETIT if voit else "moins de 11"
        assert effectif_du_tableau(client, petite) == attendu, role
        assert effectif_du_tableau(client, grande) == GRAND, role
        page = client.get(reverse("molecules:demande", args=[petite.pk])).content.decode()
        assert f"<dd>{attendu}</dd>" in page, role
        dossier = client.get(reverse("appels:dossier", args=[petite.dossier_id])).content.decode()
        assert ("moins de 11" not in dossier) == voit, role
        dit = client.get(f"/api/v1/molecules/demandes/{petite.pk}").json()
        assert (dit["patients"], dit["patients_masques"]) == ((7, False) if voit else (None, True)), role
        toutes = client.get("/api/v1/molecules/demandes").json()["elements"]
        assert {e["patients"] for e in toutes} == ({7, 4321} if voit else {None, 4321}), role


def test_the_column_of_counts_has_no_total_and_no_order(
    deux: tuple[DemandeMolecule, DemandeMolecule], connecte: Connecte
) -> None:
    client, adresse = connecte("dgos"), reverse("molecules:demandes")
    page = client.get(adresse).content.decode()
    assert str(int(PETIT) + int(GRAND)) not in page.replace("\u202f", "")
    assert "tri=patients" not in page
    assert re.search("tri=-?montant", page)
    # Asked by hand all the same: the order is that of the page without it.
    ordres = [
        re.findall(r'href="(/molecules/demandes/\d+/)"', client.get(adresse + suite).content.decode())
        for suite in ("", "?demandes.tri=patients", "?demandes.tri=-patients")
    ]
    assert ordres[0] == ordres[1] == ordres[2] != []


def test_whoever_has_no_part_in_it_reads_nothing(
    deux: tuple[DemandeMolecule, DemandeMolecule], connecte: Connecte
) -> None:
    assert connecte("lecteur").get(reverse("molecules:demande", args=[deux[0].pk])).status_code == 404
    assert connecte("lecteur").get("/api/v1/molecules/demandes").status_code == 403
    assert connecte("pharmacien").get(reverse("molecules:analyse")).status_code == 403


def test_the_applicant_reads_the_decision_not_the_advice(
    demande: DemandeMolecule, connecte: Connecte
) -> None:
    champs = {"dossier": demande.dossier, "version": demande.version, "rendue_le": INSTANT}
    PropositionOmedit.objects.create(priorite=4, montant=5, motif="Conseil réservé.", **champs)
    DecisionMolecule.objects.create(sens="partiel", montant=6, motif="Six euros.", **champs)
    adresse = reverse("molecules:demande", args=[demande.pk])
    page = connecte("pharmacien").get(adresse).content.decode()
    assert "Conseil réservé." not in page
    assert "Six euros." in page
    assert connecte("pharmacien").get(f"/api/v1/molecules/demandes/{demande.pk}").json()["priorite"] is None
    assert "Conseil réservé." in connecte("referent_ars").get(adresse).content.decode()


def test_from_the_proposal_of_exclusion_to_the_decision(
    inscription: Inscription, appel: Appel, etablissement: Etablissement, deposer: Deposer, connecte: Connecte
) -> None:
    demande = deposer(appel, etablissement)
    omedit, ars = connecte("omedit"), connecte("referent_ars")
    propose = demande.rapprochements.get()
    adresse = reverse("molecules:rapprochement", args=[propose.pk])
    assert omedit.post(adresse, {"sens": "rejeter", "motif": ""}).status_code == 400
    assert ars.post(adresse, {"sens": "rejeter", "motif": "x"}).status_code == 403
    assert omedit.post(adresse, {"sens": "rejeter", "motif": "Autre dosage."}).status_code == 302
    propose.refresh_from_db()
    assert propose.statut == "rejete"
    proposer = reverse("molecules:proposition", args=[demande.pk])
    trop = omedit.post(proposer, {"priorite": 1, "montant": "20 000,00"})
    assert trop.status_code == 400
    assert "dépasse la demande" in trop.content.decode()
    assert omedit.post(proposer, {"priorite": 1, "montant": "12006,00"}).status_code == 302
    instruction.declarer_recevable(dossiers=[demande.dossier], by=None, instant=INSTANT, motif="Essai.")
    reponse = ars.post(reverse("molecules:decision", args=[demande.pk]), {"montant": "12006,00"})
    assert reponse.status_code == 302
    assert DecisionMolecule.objects.get().montant == Decimal("12006.00")


def test_analysis_balance_and_their_document(
    creer_appel: CreerAppel, appel: Appel, etablissement: Etablissement, deposer: Deposer, connecte: Connecte
) -> None:
    avant = creer_appel(appel.region, 2023)
    deposer(avant, etablissement, secteur="had")
    deposer(appel, etablissement, secteur="had")
    deposer(appel, etablissement, secteur="had", ucd="9000002")
    client = connecte("omedit")
    for nom in ("analyse", "recurrences", "bilan"):
        page = client.get(f"{reverse(f'molecules:{nom}')}?annee=2024")
        assert page.status_code == 200, nom
        assert "100" in page.content.decode()
    bilan = client.get(f"{reverse('molecules:bilan')}?annee=2024").content.decode()
    # 24 012 × (12 006 ÷ 12 006) + 12 006 new.
    assert "36 018 €" in bilan.replace("\u202f", " ").replace("\u00a0", " ")
    document = client.get(f"{reverse('molecules:bilan_document')}?annee=2024")
    assert document.content.startswith(b"%PDF")
    dit = client.get("/api/v1/molecules/bilan?annee=2024&region=BFC").json()
    assert (dit["montant"], dit["variation"], dit["prevision"]["attendu"]) == (
        "24012.00",
        "1.0000",
        "36018.00",
    )
    assert client.get("/api/v1/molecules/bilan?annee=2020&region=BFC").status_code == 404
    vide = client.get(f"{reverse('molecules:analyse')}?annee=2022").content.decode()
    assert "Aucune demande" in vide
    assert connecte("dgos").get(f"{reverse('molecules:analyse')}?annee=2024").status_code == 200
