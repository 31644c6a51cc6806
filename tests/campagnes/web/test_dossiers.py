"""Pages of a dossier and its versions: what they show, to whom, and what they write."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fanal.campagnes.actions import decisions, dossiers, observations
from fanal.campagnes.models import Dossier
from fanal.campagnes.registre import Choix
from fanal.depots.models import Depot
from tests.campagnes.trames import classeur, ligne
from tests.campagnes.web.lecture import dit

Connecte = Callable[[str], Client]


def page(nom: str, dossier: Dossier, *suite: object) -> str:
    return reverse(f"campagnes:{nom}", args=[dossier.pk, *suite])


def test_the_dossier_says_where_it_stands(connecte: Connecte, dossier: Dossier) -> None:
    html = dit(connecte("directeur_achats").get(page("dossier", dossier)))
    assert "4 lignes lues, 3 prises en compte, 1 à corriger." in html
    assert 'aria-current="step"' in html
    assert "Valider la trame" in html
    assert "Transmettre à l'ARS" not in html.split("<main")[1].split("marches")[0]


def test_a_button_of_another_role_is_not_shown(connecte: Connecte, dossier: Dossier) -> None:
    html = dit(connecte("controleur_gestion").get(page("dossier", dossier)))
    assert "Valider la trame" not in html
    assert "Corriger" in html


VERSION = ["version", "original", "annote", "trame"]


@pytest.mark.parametrize("nom", ["dossier", *VERSION])
def test_another_ght_sees_nothing(ailleurs: Client, dossier: Dossier, nom: str) -> None:
    adresse = page(nom, dossier, 1) if nom in VERSION else page(nom, dossier)
    assert ailleurs.get(adresse).status_code == 404


@pytest.mark.parametrize("nom", ["dossier", *VERSION])
def test_who_may_not_see_dossiers_is_told_so(connecte: Connecte, dossier: Dossier, nom: str) -> None:
    adresse = page(nom, dossier, 1) if nom in VERSION else page(nom, dossier)
    reponse = connecte("lecteur").get(adresse)
    assert reponse.status_code == 403
    assert "Voir un dossier" in dit(reponse) or "voir un dossier" in dit(reponse)


def test_pages_that_do_not_exist_say_so(connecte: Connecte, dossier: Dossier) -> None:
    client = connecte("dgos")
    assert client.get(page("version", dossier, 9)).status_code == 404
    assert client.get(reverse("campagnes:dossier", args=[999_999])).status_code == 404
    assert client.get(page("ligne", dossier, 1, 999)).status_code == 404
    assert client.get(page("franchir", dossier, "inconnu")).status_code == 404


def test_validating_and_sending(connecte: Connecte, dossier: Dossier) -> None:
    client = connecte("directeur_achats")
    adresse = page("franchir", dossier, "valider")
    assert "Validé" in dit(client.get(adresse))
    reponse = client.post(adresse, follow=True)
    assert "« Validé »" in dit(reponse)
    dossier.refresh_from_db()
    assert dossier.etape == "valide"
    client.post(page("franchir", dossier, "transmettre"))
    dossier.refresh_from_db()
    assert dossier.etape == "transmis"
    assert client.get(page("franchir", dossier, "renvoyer")).status_code == 403
    assert client.post(adresse).status_code == 409


def test_sending_back_asks_why(connecte: Connecte, dossier: Dossier, present: datetime) -> None:
    for transition in ("valider", "transmettre"):
        dossiers.franchir(dossier=dossier, transition=transition, by=None, instant=present)
    client = connecte("dgos")
    adresse = page("franchir", dossier, "renvoyer")
    assert client.post(adresse, {"motif": " "}).status_code == 409
    dossier.refresh_from_db()
    assert dossier.etape == "transmis"
    assert client.post(adresse, {"motif": "Trame incomplète"}).status_code == 302
    assert "Motif : Trame incomplète" in dit(client.get(page("dossier", dossier)))


def test_the_region_gives_its_opinion_from_the_dossier(
    connecte: Connecte, dossier: Dossier, present: datetime
) -> None:
    adresse = reverse("campagnes:rendre_avis", args=[dossier.pk])
    tot = dit(connecte("referent_ars").get(page("dossier", dossier)))
    assert adresse not in tot and "Aucun avis n'est attendu à l'étape « Brouillon »" in tot
    for transition in ("valider", "transmettre"):
        dossiers.franchir(dossier=dossier, transition=transition, by=None, instant=present)
    assert adresse in dit(connecte("referent_ars").get(page("dossier", dossier)))
    assert "Donner l'avis" not in dit(connecte("directeur_achats").get(page("dossier", dossier)))


def test_a_button_that_cannot_act_keeps_its_reason(
    connecte: Connecte, dossier: Dossier, present: datetime
) -> None:
    for transition in ("valider", "transmettre", "controler"):
        dossiers.franchir(dossier=dossier, transition=transition, by=None, instant=present)
    html = dit(connecte("dgos").get(page("dossier", dossier)))
    assert "Il reste 3 lignes à décider" in html
    assert connecte("dgos").post(page("franchir", dossier, "arreter")).status_code == 409


def test_the_version_lists_what_does_not_count_first(connecte: Connecte, dossier: Dossier) -> None:
    html = dit(connecte("controleur_gestion").get(page("version", dossier, 1)))
    table = html[html.index('id="tableau-anomalies"') :]
    assert "« douze mille »" in table
    assert table.index("« douze mille »") < table.index("Note interne")
    filtre = connecte("controleur_gestion").get(
        page("version", dossier, 1), {"anomalies.f.gravite": "information"}
    )
    assert "« douze mille »" not in dit(filtre)


def test_files_are_given_back(connecte: Connecte, dossier: Dossier, trame: Path) -> None:
    client = connecte("controleur_gestion")
    recu = client.get(page("original", dossier, 1))
    assert b"".join(recu.streaming_content) == trame.read_bytes()
    annote = client.get(page("annote", dossier, 1))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(annote.streaming_content)))
    cellule = book["Actions"]["K5"]
    assert cellule.value == "douze mille"
    assert cellule.comment is not None
    assert "trame-annote.xlsx" in annote["Content-Disposition"]


def test_a_row_shows_its_cell_of_the_file(connecte: Connecte, dossier: Dossier) -> None:
    html = dit(connecte("referent_ars").get(page("ligne", dossier, 1, 5)))
    assert "feuille « Actions », ligne 5" in html
    assert "data-detail" in html
    assert "douze mille" in html
    assert "Enregistrer les corrections" not in html


def test_differences_with_the_version_before(
    connecte: Connecte, dossier: Dossier, depose: Callable[..., Dossier], tmp_path: Path
) -> None:
    nouvelle = [ligne(1, gain_annuel_ttc=9_000), ligne(2), ligne(4)]
    depose(chemin=classeur(tmp_path / "trame2.xlsx", nouvelle))
    html = dit(connecte("controleur_gestion").get(page("version", dossier, 2)))
    assert "1 ligne ajoutée, 1 modifiée, 1 retirée." in html
    assert "5\u202f001,00" in html and "9\u202f000,00" in html


@pytest.fixture
def demande(dossier: Dossier, present: datetime) -> Dossier:
    for transition in ("valider", "transmettre", "controler"):
        dossiers.franchir(dossier=dossier, transition=transition, by=None, instant=present)
    observations.demander(
        dossier=dossier,
        demandes={"A-001": "Comment ce gain est-il calculé ?"},
        echeance=timezone.localdate() + timedelta(days=15),
        by=None,
        instant=present,
    )
    dossier.refresh_from_db()
    return dossier


def test_the_ght_answers_an_observation(connecte: Connecte, demande: Dossier) -> None:
    client = connecte("controleur_gestion")
    html = dit(client.get(page("dossier", demande)))
    assert "Comment ce gain est-il calculé" in html and "Votre réponse" in html
    posee = demande.observations.get()
    adresse = page("repondre", demande, posee.pk)
    assert client.get(adresse).status_code == 405
    client.post(adresse, {"reponse": "  "})
    posee.refresh_from_db()
    assert posee.repondu_le is None
    reponse = client.post(adresse, {"reponse": "Prix de la mise en concurrence."}, follow=True)
    assert "Votre réponse est enregistrée." in dit(reponse)
    posee.refresh_from_db()
    assert posee.reponse == "Prix de la mise en concurrence."
    assert "Vous avez déjà répondu" in dit(client.post(adresse, {"reponse": "Encore"}, follow=True))


def test_answering_is_the_respondent_s(connecte: Connecte, ailleurs: Client, demande: Dossier) -> None:
    adresse = page("repondre", demande, demande.observations.get().pk)
    assert connecte("dgos").post(adresse, {"reponse": "x"}).status_code == 403
    assert ailleurs.post(adresse, {"reponse": "x"}).status_code == 404
    assert "Votre réponse" not in dit(connecte("dgos").get(page("dossier", demande)))
    assert (
        connecte("controleur_gestion").post(page("repondre", demande, 0), {"reponse": "x"}).status_code == 404
    )


def test_the_trame_comes_back_with_the_decisions(
    connecte: Connecte, demande: Dossier, present: datetime
) -> None:
    observations.repondre(observation=demande.observations.get(), reponse="Voici.", by=None, instant=present)
    choix = [
        Choix("A-001", "retire", motif="Référence non documentée", commentaire="=À revoir"),
        Choix("A-003", "retenu"),
    ]
    decisions.decider(dossier=demande, choix=choix, by=None, instant=present)
    reponse = connecte("controleur_gestion").get(page("trame", demande, 1))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(reponse.streaming_content)))
    rangees = {r[0]: r for r in book["Actions"].iter_rows(min_row=4, values_only=True)}
    assert [c.value for c in book["Actions"][3]][12:] == ["Décision", "Montant retenu", "Commentaire DGOS"]
    assert rangees["A-001"][12:] == ("Retiré", 0, "=À revoir")
    assert rangees["A-003"][12:15] == ("Retenu", 5_003, None)
    assert rangees["A-004"][12:15] == ("Non décidé", None, None)
    assert rangees["A-002"][12:15] == (None, None, None)
    assert book["Actions"]["O4"].data_type == "s"
    html = dit(connecte("directeur_achats").get(page("dossier", demande)))
    assert "Référence non documentée" in html


def test_correcting_a_row_in_place(connecte: Connecte, dossier: Dossier) -> None:
    client = connecte("controleur_gestion")
    formulaire = dit(client.get(page("ligne", dossier, 1, 5)))
    assert 'name="l5-gain_annuel_ttc" value="douze mille"' in formulaire
    remarques = client.post(
        page("verifier", dossier, 1, 5), {"l5-gain_annuel_ttc": "treize"}, headers={"HX-Request": "true"}
    )
    assert "« treize »" in dit(remarques)
    remarques = client.post(page("verifier", dossier, 1, 5), {"l5-gain_annuel_ttc": "12 000"})
    assert "« douze mille »" not in dit(remarques) and "À corriger" not in dit(remarques)
    reponse = client.post(
        page("corriger", dossier, 1), {"l5-gain_annuel_ttc": "12 000", "l5-finess": "210000001"}, follow=True
    )
    html = dit(reponse)
    assert "4 lignes lues, toutes prises en compte." in html
    assert "« douze mille » corrigé en « 12 000 »" in html
    dossier.refresh_from_db()
    assert dossier.version_courante.numero == 2
    assert Depot.objects.get(versions__numero=2).canal == "saisie"
    provenance = dit(client.get(page("ligne", dossier, 2, 5)))
    assert "« douze mille » corrigé en « 12 000 »" in provenance
    assert page("original", dossier, 1) in provenance


def test_what_cannot_be_saved_keeps_what_was_typed(connecte: Connecte, dossier: Dossier) -> None:
    client = connecte("controleur_gestion")
    reponse = client.post(page("corriger", dossier, 1), {"l5-gain_annuel_ttc": "douze mille"})
    assert reponse.status_code == 409
    assert "Aucune cellule" in dit(reponse)
    client.post(page("corriger", dossier, 1), {"l5-gain_annuel_ttc": "1"})
    tard = client.post(page("corriger", dossier, 1), {"l5-gain_annuel_ttc": "2"})
    assert tard.status_code == 409
    html = dit(tard)
    assert "version 2" in html and 'name="l5-gain_annuel_ttc" value="2"' in html
    assert dossier.versions.count() == 2


def test_the_correction_page_shows_refused_rows_then_those_asked_for(
    connecte: Connecte, dossier: Dossier
) -> None:
    client = connecte("controleur_gestion")
    html = dit(client.get(page("corriger", dossier, 1)))
    assert "1 ligne à corriger" in html and "<legend>Ligne 5</legend>" in html
    html = dit(client.get(page("corriger", dossier, 1), {"ligne": "4"}))
    assert html.index("Ligne 4") < html.index("Ligne 5")


@pytest.mark.parametrize(("nom", "suite"), [("corriger", (1,)), ("verifier", (1, 5))])
def test_correcting_is_the_depositor_s(
    connecte: Connecte, ailleurs: Client, dossier: Dossier, nom: str, suite: tuple[int, ...]
) -> None:
    adresse = page(nom, dossier, *suite)
    saisie = {"l5-gain_annuel_ttc": "1"}
    assert ailleurs.post(adresse, saisie).status_code == 404
    assert connecte("dgos").post(adresse, saisie).status_code == 403
    assert dossier.versions.count() == 1


def test_signing_in_comes_first(client: Client, dossier: Dossier) -> None:
    for adresse in (page("dossier", dossier), page("version", dossier, 1), page("corriger", dossier, 1)):
        assert client.get(adresse).status_code == 302
