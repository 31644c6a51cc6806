"""The pages of the follow-up: both sides of a project, desk, comparison, results, report and data."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fanal.appels.actions import suivi
from fanal.appels.actions.publication import publier_resultats
from fanal.appels.actions.rappels_suivi import rappeler
from fanal.appels.actions.releves import Saisi, declarer
from fanal.appels.models import Appel, Attribution, EvenementProjet, Jalon, Releve
from fanal.appels.queries.suivi import accords, projets
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus
from fanal.territoires.models import Departement, Etablissement
from fanal.territoires.noeuds import Noeud
from tests.appels.suivi.fabrique import faire_projet

D = Decimal
Connecte = Callable[[str], Client]
PART, ERREURS = "part-automatisee", "erreurs"


def signer(accord: Attribution) -> None:
    """The agreement, so that the project knows."""
    suivi.signer(
        attribution=accord,
        signee_le=accord.decidee_le.date(),
        fin_le=date(2035, 12, 31),
        reference="C-1",
        papier=None,
        by=None,
        instant=accord.decidee_le + timedelta(hours=1),
    )


@pytest.fixture
def signe(accord: Attribution) -> Attribution:
    signer(accord)
    return accord


@pytest.fixture
def six(appel: Appel, accord: Attribution, maintenant: datetime) -> list[Attribution]:
    """Six projects, measured at 10, 20, 30, 40 and 50 %; the last one is not measured."""
    departement = Departement.objects.get(code="21")
    accords = [accord]
    for n in range(3, 8):
        autre = Etablissement.objects.create(
            finess=f"21000000{n}", nom=f"Établissement d'essai {n}", departement=departement
        )
        accords.append(faire_projet(appel, Noeud("etablissement", autre), maintenant))
    for n, a in enumerate(accords[:5], start=1):
        declarer(
            dossier=a.dossier,
            saisies=[
                Saisi(PART, "reference", maintenant.date(), D(0)),
                Saisi(PART, "cible", date(2024, 1, 1), D(50)),
                Saisi(PART, "mesure", date(2022, 8, 1), D(10 * n)),
            ],
            by=None,
            instant=maintenant + timedelta(days=200),
        )
    return accords


def url(nom: str, *arguments: Any) -> str:
    return reverse(f"appels:{nom}", args=arguments)


def test_an_applicant_sees_its_project_once_it_knows(
    accord: Attribution, connecte: Connecte, utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    page = url("projet", accord.dossier_id)
    assert connecte("pharmacien").get(page).status_code == 404
    assert b"Aucun projet retenu" in connecte("pharmacien").get(url("mes_projets")).content
    assert connecte("anap").get(page).status_code == 200
    signer(accord)
    answer = connecte("pharmacien").get(page)
    assert "100\u202f000,00\u00a0€ accordés" in answer.content.decode()
    assert b"C-1" in answer.content
    liste = connecte("pharmacien").get(url("mes_projets")).content.decode()
    assert "1 projet retenu : " in liste
    ailleurs = Client()
    ailleurs.force_login(utilisateurs_ailleurs["pharmacien"])
    assert ailleurs.get(page).status_code == 404


def test_money_is_acted_on_by_the_organiser_only(signe: Attribution, connecte: Connecte) -> None:
    page = url("projet_acte", signe.dossier_id, "echeancier")
    envoi = {
        "unite": "part",
        "jour_1": "2030-01-01",
        "valeur_1": "30",
        "jour_2": "2031-01-01",
        "valeur_2": "70",
    }
    assert connecte("pharmacien").post(page, envoi).status_code in {403, 404}
    assert connecte("anap").post(page, envoi).status_code in {403, 404}
    assert connecte("dgos").post(page, envoi).status_code == 302
    assert [v.montant for v in signe.convention.versements.all()] == [D("30000"), D("70000")]
    trop = {"unite": "montant", "jour_1": "2030-01-01", "valeur_1": "100 000,01"}
    refusee = connecte("dgos").post(page, trop)
    assert refusee.status_code == 409
    assert "Retirez 0,01" in refusee.content.decode()
    moitie = connecte("dgos").post(page, {"unite": "part", "jour_1": "2030-01-01"})
    assert "videz la ligne" in moitie.content.decode()


def test_a_request_goes_from_the_project_to_the_competent_authority(
    signe: Attribution, connecte: Connecte
) -> None:
    envoi = {"nature": "report", "motif": "Travaux en retard", "nouvelle_fin": "2036-06-30"}
    demander = url("projet_acte", signe.dossier_id, "demander")
    assert connecte("pharmacien").post(demander, envoi).status_code == 302
    demande = EvenementProjet.objects.get()
    bureau = connecte("anap").get(url("suivi", "essai-2021")).content.decode()
    assert "Une autre autorité est compétente" in bureau
    trancher = url("projet_acte_sur", signe.dossier_id, "trancher", demande.pk)
    assert connecte("pharmacien").post(trancher, {"sens": "oui"}).status_code in {403, 404}
    accueil = connecte("referent_ars").get("/").content.decode()
    assert "Trancher 1 demande de projets" in accueil
    assert connecte("referent_ars").post(trancher, {"sens": "oui"}).status_code == 302
    signe.convention.refresh_from_db()
    assert signe.convention.fin_le == date(2036, 6, 30)
    page = connecte("pharmacien").get(url("projet", signe.dossier_id)).content.decode()
    assert "ARS de la région du projet" in page


def test_declaring_by_form_and_correcting(signe: Attribution, connecte: Connecte) -> None:
    releve = signe.dossier.jalons.get(titre="Relevé des indicateurs à 1 an")
    page = url("declarer", signe.dossier_id, releve.pk)
    client = connecte("pharmacien")
    assert client.get(page).status_code == 200
    faute = client.post(page, {"jour": "2023-02-10", f"mesure-{PART}": "450", f"mesure-{ERREURS}": "3"})
    assert faute.status_code == 409
    assert "au-dessus de 100" in faute.content.decode()
    assert 'value="450"' in faute.content.decode(), "what was typed stays"
    assert not Releve.objects.exists()
    bonne = client.post(page, {"jour": "2023-02-10", f"mesure-{PART}": "45,5", f"mesure-{ERREURS}": "3"})
    assert bonne.status_code == 302
    assert Jalon.objects.get(pk=releve.pk).atteint_le == timezone.localdate()
    preremplie = client.get(page).content.decode()
    assert 'value="45,5"' in preremplie
    corrige = {"jour": "2023-02-10", f"mesure-{PART}": "54,5", f"lue-mesure-{PART}": "45.5000"}
    assert client.post(page, corrige).status_code == 409
    assert client.post(page, corrige | {"motif": "Chiffres inversés"}).status_code == 302
    vue = client.get(url("projet", signe.dossier_id)).content.decode()
    assert "Valeurs corrigées ou retirées (1)" in vue


def test_declaring_by_workbook(signe: Attribution, connecte: Connecte) -> None:
    client = connecte("pharmacien")
    modele = client.get(url("classeur_releves", signe.dossier_id))
    classeur = openpyxl.load_workbook(io.BytesIO(modele.content))
    feuille = classeur["releves"]
    rangs = [[c.value for c in rang] for rang in feuille.iter_rows(min_row=2)]
    assert [(r[0], r[1]) for r in rangs] == [
        (code, nature) for code in (PART, ERREURS) for nature in ("reference", "cible", "mesure", "mesure")
    ]
    valeurs = {2: 12, 3: 80, 4: 33, 6: 9, 7: 2, 8: -1}
    for rang, valeur in valeurs.items():
        feuille.cell(rang, 4, valeur)

    def envoyer() -> Any:
        octets = io.BytesIO()
        classeur.save(octets)
        fichier = SimpleUploadedFile("indicateurs.xlsx", octets.getvalue())
        return client.post(url("declarer_fichier", signe.dossier_id), {"fichier": fichier})

    refusee = envoyer()
    assert refusee.status_code == 409
    assert "Ligne 8 : « Erreurs de dispensation » : -1" in refusee.content.decode().replace("−", "-")
    assert not Releve.objects.exists()
    feuille.cell(8, 4, 6)
    assert envoyer().status_code == 302
    assert Releve.objects.count() == 6
    # The same workbook again changes nothing.
    assert envoyer().status_code == 302
    assert Releve.objects.count() == 6


def test_comparison_shows_the_spread_and_hides_others_from_applicants(
    six: list[Attribution], connecte: Connecte
) -> None:
    page = connecte("anap").get(url("comparaison", "essai-2021"), {"indicateur": PART}).content.decode()
    assert "La moitié centrale des 5 projets mesurés va de 20 % à 40 %, médiane 30 %." in page
    assert "1 projet ne l" in page
    assert "Établissement d'essai 3".replace("'", "&#x27;") in page
    a_date = connecte("anap").get(
        url("comparaison", "essai-2021"),
        {"indicateur": PART, "echeance": "Relevé des indicateurs à 1 an"},
    )
    assert "Aucun des 6 projets" in a_date.content.decode()
    assert connecte("pharmacien").get(url("comparaison", "essai-2021")).status_code == 403
    signer(six[0])
    sien = connecte("pharmacien").get(url("projet", six[0].dossier_id)).content.decode()
    assert "parmi le quart le moins avancé" in sien
    assert "(5 projets mesurés)" in sien
    assert "essai 3" not in sien


def test_the_desk_reads_a_few_times_whatever_the_number(
    six: list[Attribution], django_assert_max_num_queries: Any
) -> None:
    lus = accords(Dossier.objects.filter(campagne=six[0].dossier.campagne))
    with django_assert_max_num_queries(9):
        trouves = projets(lus, date(2023, 1, 1))
    assert len(trouves) == 6
    assert [p.etat for p in trouves] == ["en_retard"] * 6


def test_report_and_data(six: list[Attribution], connecte: Connecte) -> None:
    declarer(
        dossier=six[5].dossier,
        saisies=[Saisi(ERREURS, "mesure", date(2022, 8, 1), D("7.25"), "=1+1")],
        by=None,
        instant=six[5].decidee_le + timedelta(days=200),
    )
    anap = connecte("anap")
    rapport = anap.get(url("retour_experience", "essai-2021"))
    assert rapport["Content-Type"] == "application/pdf"
    assert rapport.content.startswith(b"%PDF-")
    assert connecte("pharmacien").get(url("retour_experience", "essai-2021")).status_code == 403
    brut = anap.get(url("suivi_donnees", "essai-2021", "csv")).content.decode("utf-8-sig")
    mention, _, table = brut.partition("\r\n")
    assert mention.startswith("Données de démonstration")
    lignes = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert len(lignes) == 16
    assert [u["Commentaire"] for u in lignes if u["Commentaire"]] == ["'=1+1"]
    document = json.loads(anap.get(url("suivi_donnees", "essai-2021", "json")).content)
    assert {v["valeur"] for v in document["valeurs"]} >= {"7.2500", "50.0000"}
    xlsx = anap.get(url("suivi_donnees", "essai-2021", "xlsx"))
    assert openpyxl.load_workbook(io.BytesIO(xlsx.content))["Données"].max_row == 20
    assert anap.get(url("suivi_donnees", "essai-2021", "exe")).status_code == 404
    # A regional agency reads the projects of its région only.
    assert (
        len(
            json.loads(connecte("referent_ars").get(url("suivi_donnees", "essai-2021", "json")).content)[
                "valeurs"
            ]
        )
        == 16
    )


def test_results_are_seen_by_all_once_published(
    appel: Appel,
    accord: Attribution,
    autre_etablissement: Etablissement,
    maintenant: datetime,
    connecte: Connecte,
) -> None:
    refuse = faire_projet(
        appel,
        Noeud("etablissement", autre_etablissement),
        maintenant,
        statut="provisoire",
        maximum="60000",
        montant="50000",
    )
    page = url("resultats", "essai-2021")
    assert "pas encore publiés" in connecte("pharmacien").get(page).content.decode()
    assert "ne sont pas publiés" in connecte("dgos").get(page).content.decode()
    with pytest.raises(Refus, match="1 dossier attend"):
        publier_resultats(appel=appel, by=None, instant=maintenant)
    refuse.dossier.etape = "non_retenu"
    refuse.dossier.save()
    with pytest.raises(Refus, match="1 montant est"):
        publier_resultats(appel=appel, by=None, instant=maintenant)
    refuse.statut, refuse.montant = "refusee", D(0)
    refuse.save()
    publier = url("publier_resultats", "essai-2021")
    assert connecte("pharmacien").post(publier).status_code in {403, 404}
    assert connecte("dgos").post(publier).status_code == 302
    vue = connecte("lecteur").get(page).content.decode()
    assert "1 projet retenu sur 2" in vue
    assert "210\u202f000,00" in vue
    assert "Établissement d&#x27;essai 210000001" in vue
    assert "350000001" not in vue, "those not kept are counted, never named"
    assert connecte("dgos").post(publier).status_code == 409
    assert connecte("dgos").post(publier, {"motif": "Erreur de région"}).status_code == 302
    assert appel.campagne.publications.count() == 2


def test_reminders_once_to_those_who_know(
    accord: Attribution, utilisateurs: dict[str, Utilisateur], creer_utilisateur: Any, maintenant: datetime
) -> None:
    jour = date(2022, 4, 4)  # a week before the baselines are due
    saisit = creer_utilisateur("pharmacien", Noeud.de(accord.dossier), email="declare@essai.example")
    assert rappeler(le=jour, instant=maintenant).envoyes == []
    signer(accord)
    bilan = rappeler(le=jour, instant=maintenant)
    assert bilan.envoyes == [saisit.email]
    assert len(mail.outbox) == 1
    assert "11/04/2022 : Valeurs de départ et cibles" in mail.outbox[0].body
    assert rappeler(le=jour, instant=maintenant).envoyes == []
    assert rappeler(le=jour + timedelta(days=7), instant=maintenant).envoyes == [saisit.email]
