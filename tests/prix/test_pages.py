"""Pages of prices: what they answer, who may, files sent and mapped, the live test of a clause."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.marches.models import Marche
from fanal.prix.models import ClauseRevision, LigneBpu, PropositionPrix
from tests.prix.conftest import ENTETE, LIGNES

pytestmark = pytest.mark.django_db


def fichier(*lines: str, entete: str = ENTETE) -> SimpleUploadedFile:
    return SimpleUploadedFile("fichier.csv", "\n".join([entete, *lines]).encode())


@pytest.fixture
def client(connecte: Any) -> Client:
    found: Client = connecte("acheteur")
    return found


def texte(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page_of_prices(client: Client, clause: ClauseRevision) -> None:
    page = texte(client.get(reverse("prix:bpu", args=[clause.marche_id])))
    assert "Le bordereau compte 3 lignes, dont 1 échue." in page
    assert "A / A₀" in page
    exported = client.get(reverse("prix:bpu", args=[clause.marche_id]), {"lignes.export": "csv"})
    assert "3400930000014" in texte(exported)
    before = texte(client.get(reverse("prix:bpu", args=[clause.marche_id]), {"le": "2024-06-01"}))
    assert "Le bordereau compte 3 lignes." in before


def test_a_list_is_previewed_then_kept(client: Client, marche: Marche) -> None:
    sent = client.post(
        reverse("prix:deposer", args=[marche.pk]), {"fichier": fichier(*LIGNES, "4;;;Faux;boîte;1;;20;;")}
    )
    assert sent.status_code == 302
    page = client.get(sent.url)  # type: ignore[attr-defined]
    assert "3 lignes lues, 1 écartée" in texte(page)
    assert "Ligne 5, colonne prix_unitaire_ht" in texte(page)
    assert not LigneBpu.objects.exists()
    kept = client.post(sent.url, {"applicable_le": "2024-01-01", "motif": ""})  # type: ignore[attr-defined]
    assert kept.status_code == 302
    assert LigneBpu.objects.count() == 3
    assert "Premier bordereau : 3 lignes" in texte(client.get(kept.url))  # type: ignore[attr-defined]


def test_two_people_at_once(client: Client, marche: Marche, deposer: Any) -> None:
    sent = client.post(reverse("prix:deposer", args=[marche.pk]), {"fichier": fichier(*LIGNES)})
    read = marche.verrou
    deposer(marche)
    url = sent.url  # type: ignore[attr-defined]
    asked = {"applicable_le": "2026-01-01", "motif": "Avenant n° 1", "origine": "avenant", "verrou": read}
    late = client.post(url, asked)
    assert late.status_code == 422
    assert "modifié par quelqu'un d'autre" in texte(late).replace("&#x27;", "'")
    assert marche.versions_bpu.count() == 1


def test_columns_are_mapped_once(client: Client, marche: Marche) -> None:
    odd = fichier("1;Produit A;boîte;2,5;20", entete="Repère;Intitulé long;Cdt;Mon prix;Taxe")
    sent = client.post(reverse("prix:deposer", args=[marche.pk]), {"fichier": odd})
    page = client.get(sent.url)  # type: ignore[attr-defined]
    assert page.status_code == 422 and "Désigner les colonnes" in texte(page)
    token = sent.url.partition("?f=")[2]  # type: ignore[attr-defined]
    url = f"{reverse('prix:colonnes', args=[marche.pk])}?f={token}"
    assert "Mon prix" in texte(client.get(url))
    fields = ("numero_ligne", "libelle", "unite", "prix_unitaire_ht", "taux_tva")
    choices = {f"c{n}": field for n, field in enumerate(fields)}
    lacking = client.post(url, {**choices, "c4": "", "nom": "Nos titres", "ordre_dates": "jma"})
    assert lacking.status_code == 422 and "Taux de TVA" in texte(lacking)
    mapped = client.post(url, {**choices, "nom": "Nos titres", "ordre_dates": "jma"})
    assert "1 ligne lue" in texte(client.get(mapped.url))  # type: ignore[attr-defined]
    again = texte(client.get(reverse("prix:deposer", args=[marche.pk])))
    assert "Nos titres" in again


def test_a_token_is_for_its_sender(client: Client, marche: Marche, connecte: Any) -> None:
    sent = client.post(reverse("prix:deposer", args=[marche.pk]), {"fichier": fichier(*LIGNES)})
    answer = connecte("directeur_achats").get(sent.url)  # type: ignore[attr-defined]
    assert answer.url == reverse("prix:deposer", args=[marche.pk])
    forged = f"{reverse('prix:apercu', args=[marche.pk])}?f=faux"
    assert client.get(forged).status_code == 302


def test_the_clause_is_tried_live(client: Client, clause: ClauseRevision) -> None:
    url = reverse("prix:essai", args=[clause.marche_id])
    good = "formule: {fixe: 0.5, termes: [{indice: A, part: 0.5}]}\nmois_zero: 2023-12"
    answer = texte(client.post(url, {"definition": good, "essai_le": "2024-12-15"}))
    assert "donne le coefficient 1,05" in answer and "10,50" in answer
    wrong = texte(client.post(url, {"definition": good.replace("0.5}", "0.4}"), "essai_le": "2024-12-15"}))
    assert "Leur somme doit être exactement 1" in wrong
    assert "pas du YAML" in texte(client.post(url, {"definition": "a: [", "essai_le": ""}))
    assert clause.marche.clauses.count() == 1


def test_a_clause_is_written_then_applied(client: Client, creer_marche: Any, indices: None) -> None:
    draft = creer_marche(etat="attribue", date_notification=None)
    url = reverse("prix:clause_nouvelle", args=[draft.pk])
    assert "CODE-INDICE-1" in texte(client.get(url))
    refused = client.post(url, {"definition": "formule: {}"})
    assert refused.status_code == 422
    good = "formule: {termes: [{indice: A, part: 1}]}\nmois_zero: 2023-12"
    kept = client.post(url, {"definition": good})
    assert kept.status_code == 302
    clause = ClauseRevision.objects.get()
    assert "mois zéro : décembre 2023" in texte(client.get(kept.url))  # type: ignore[attr-defined]
    page = texte(client.get(reverse("prix:clause_modifier", args=[clause.pk])))
    assert "mois_zero: 2023-12" in page.replace("&#x27;", "").replace("'", "")
    client.post(reverse("prix:clause_retirer", args=[clause.pk]), {"motif": "Erreur"})
    assert not ClauseRevision.objects.exists()


def test_a_revision_is_seen_then_applied(client: Client, clause: ClauseRevision) -> None:
    url = f"{reverse('prix:reviser', args=[clause.pk])}?le=2025-01-01"
    page = texte(client.get(url))
    assert "Le butoir le ramène à 1,03" in page and "échue le 31/12/2024" in page
    assert client.post(url, {"motif": ""}).status_code == 302
    assert clause.revisions.get().le == date(2025, 1, 1)
    assert "est déjà faite" in texte(client.get(url))
    assert client.post(url, {"motif": ""}).status_code == 422
    missing = texte(client.get(f"{reverse('prix:reviser', args=[clause.pk])}?le=2027-01-01"))
    assert "n&#x27;a pas de valeur pour décembre 2026" in missing


def test_a_line_and_its_acts(client: Client, clause: ClauseRevision) -> None:
    line = LigneBpu.objects.get(cle="1")
    url = reverse("prix:ligne", args=[clause.marche_id, line.pk])
    assert "10,00" in texte(client.get(url))
    avis = {
        "acte": "avis",
        "avis-avis": "favorable",
        "avis-avis_le": "2026-02-01",
        "avis-livret": "au_livret",
    }
    assert client.post(url, avis).status_code == 302
    assert "Au livret" in texte(client.get(url))
    prix = {"acte": "prix", "prix-prix": "8,50", "prix-depuis": "2026-04-01", "prix-origine": "promotion"}
    assert client.post(url, {**prix, "prix-motif": "Offre"}).status_code == 422
    done = client.post(url, {**prix, "prix-motif": "Offre d'avril", "prix-au": "2026-04-30"})
    assert done.status_code == 302
    assert client.get(reverse("prix:ligne", args=[clause.marche_id, 987654])).status_code == 404


def test_a_proposal_from_file_to_answer(client: Client, clause: ClauseRevision) -> None:
    sent = client.post(
        reverse("prix:proposition_deposer", args=[clause.marche_id]),
        {
            "applicable_le": "2025-01-01",
            "fichier": fichier("1;10,50", "3;2,57", entete="numero_ligne;prix_propose_ht"),
        },
    )
    assert sent.status_code == 302
    page = texte(client.get(sent.url))  # type: ignore[attr-defined]
    assert "1 prix s&#x27;écarte de la clause sur 2, pour 200" in page
    assert client.post(sent.url, {"reponse": "accepter"}).status_code == 422  # type: ignore[attr-defined]
    done = client.post(sent.url, {"reponse": "refuser", "motif": "Butoir ignoré"})  # type: ignore[attr-defined]
    assert done.status_code == 302
    assert PropositionPrix.objects.get().statut == "refusee"


def test_indices_from_file_to_page(client: Client) -> None:
    text = fichier("A;2024-01;100;28/02/2024", "A;hier;100;", entete="serie;mois;valeur;publiee_le")
    done = texte(client.post(reverse("prix:indices_importer"), {"fichier": text}))
    assert "1 série : 1 valeur ajoutée, 1 ligne écartée." in done
    assert "1 série d&#x27;indice, sans mois manquant." in texte(client.get(reverse("prix:indices")))
    assert "publiée le 28/02/2024" in texte(client.get(reverse("prix:indice", args=["A"])))
    assert client.get(reverse("prix:indice", args=["B"])).status_code == 404


def test_worklists(client: Client, clause: ClauseRevision) -> None:
    assert "sont en retard" in texte(client.get(reverse("prix:revisions")))
    assert client.get(reverse("prix:ecarts")).status_code == 200
    home = texte(client.get(reverse("interface:accueil")))
    assert "Réviser les prix" in home


ADRESSES = ("bpu", "deposer", "clause_nouvelle", "proposition_deposer")


@pytest.mark.parametrize("name", ADRESSES)
def test_other_ght_see_nothing(
    name: str, clause: ClauseRevision, utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    stranger = Client()
    stranger.force_login(utilisateurs_ailleurs["directeur_achats"])
    assert stranger.get(reverse(f"prix:{name}", args=[clause.marche_id])).status_code == 404
    assert stranger.get(reverse("prix:clause", args=[clause.pk])).status_code == 404
    assert stranger.get(reverse("prix:reviser", args=[clause.pk])).status_code == 404
    page = texte(stranger.get(reverse("prix:revisions")))
    assert "Gants d" not in page and reverse("marches:marche", args=[clause.marche_id]) not in page


@pytest.mark.parametrize("role", ["referent_ars", "dgos", "anap"])
def test_unit_prices_stay_in_the_ght(role: str, clause: ClauseRevision, connecte: Any) -> None:
    """Those who see contracts without `prix.voir` see no price, nor the panel of prices."""
    client = connecte(role)
    assert client.get(reverse("prix:bpu", args=[clause.marche_id])).status_code == 403
    assert "Ouvrir les prix" not in texte(client.get(reverse("marches:marche", args=[clause.marche_id])))


def test_a_pharmacist_reads_and_does_not_write(clause: ClauseRevision, connecte: Any) -> None:
    client = connecte("pharmacien")
    page = texte(client.get(reverse("prix:bpu", args=[clause.marche_id])))
    assert "Votre compte consulte ces prix sans les modifier" in page
    assert client.get(reverse("prix:deposer", args=[clause.marche_id])).status_code == 403
    url = f"{reverse('prix:reviser', args=[clause.pk])}?le=2025-01-01"
    assert client.post(url, {"motif": ""}).status_code == 403
    assert not clause.revisions.exists()


def test_the_panel_of_the_contract(client: Client, clause: ClauseRevision) -> None:
    page = texte(client.get(reverse("marches:marche", args=[clause.marche_id])))
    assert "Bordereau de 3 lignes, dont 1 échue (version 1)." in page


def test_the_formats_have_models(client: Client, tmp_path: Path) -> None:
    for name in ("bpu", "indices", "prix_proposes"):
        assert client.get(reverse("depots:modele", args=[name])).status_code == 200
