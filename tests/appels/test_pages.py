"""The pages: what each reader sees, the builder without code, the same rules by page and by file."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fanal.appels.models import Appel
from fanal.appels.queries.appels import regles_de
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import PARIS
from fanal.comptes.roles import ROLES
from fanal.interface import menu
from fanal.moteurs import xlsform
from fanal.territoires.models import Etablissement, Region
from fanal.territoires.noeuds import Noeud
from tests.appels.conftest import COMPLETES, FORMULAIRE, CreerAppel, Remplir

Connecte = Callable[[str], Client]


def texte(client: Client, url: str, statut: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == statut, (url, answer.status_code)
    return answer.content.decode()


def test_anybody_reads_a_public_call(client: Client, creer_appel: CreerAppel, instant: datetime) -> None:
    creer_appel("ouvert")
    creer_appel("avenir", ouverture=instant + timedelta(days=2))
    creer_appel("clos", cloture=instant - timedelta(seconds=2), instant=instant - timedelta(days=6))
    creer_appel("prive", public=False)
    creer_appel("brouillon", publie=False)
    page = texte(client, "/appels/")
    assert "1 appel ouvert, 1 à venir." in page
    assert "Appel clos" in page and "Appel prive" not in page and "Appel brouillon" not in page
    page = texte(client, "/appels/ouvert/")
    assert "Se connecter pour répondre" in page and "Texte d&#x27;essai, article 1" in page
    assert "encore 10 jours" in page and "heure légale" in page.lower()
    assert "Titre du projet" in texte(client, "/appels/ouvert/formulaire/")
    assert client.get("/appels/prive/").status_code == 404
    assert client.get("/appels/brouillon/").status_code == 404
    assert client.get("/appels/ouvert/repondre/").status_code == 302


def test_an_applicant_goes_from_the_call_to_the_receipt(
    connecte: Connecte, appel: Appel, etablissement: Etablissement, remplir: Remplir
) -> None:
    client = connecte("directeur_achats")
    assert "Répondre à cet appel" in texte(client, "/appels/essai-1/")
    code = f"etablissement:{etablissement.finess}"
    answer = client.post("/appels/essai-1/repondre/", {"declarant": code})
    assert answer.status_code == 302
    dossier = Dossier.objects.get()
    assert answer["Location"] == f"/questionnaires/dossiers/{dossier.pk}/"
    url = f"/appels/dossiers/{dossier.pk}/"
    assert "reste" in texte(client, url) and "Titre du projet" in texte(client, f"{url}deposer/")
    refused = client.post(f"{url}deposer/", follow=True).content.decode()
    assert "Le dossier n&#x27;est pas complet" in refused
    remplir(dossier)
    assert "Ce qui sera constaté au dépôt" in texte(client, f"{url}deposer/")
    receipt = client.post(f"{url}deposer/", follow=True).content.decode()
    dossier = Dossier.objects.get()
    assert dossier.version_courante is not None and dossier.version_courante.empreinte in receipt
    pdf = client.get(f"{url}versions/1/accuse.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert "Vous pouvez le reprendre" in texte(client, url)
    assert client.post(f"{url}reprendre/").status_code == 302
    remplir(Dossier.objects.get(), demande="12345")
    client.post(f"{url}deposer/")
    assert "12" in texte(client, f"{url}versions/2/differences/")
    assert client.post(f"{url}abandonner/", {"motif": ""}).status_code == 422
    client.post(f"{url}abandonner/", {"motif": "Renoncement."})
    assert Dossier.objects.get().etape == "abandonne"


def test_an_applicant_never_sees_others(
    connecte: Connecte, dossier_depose: Dossier, autre_dossier_depose: Dossier
) -> None:
    client = connecte("directeur_achats")
    for suite in ("", "deposer/", "reprendre/", "abandonner/", "versions/1/", "versions/1/accuse.pdf"):
        assert client.get(f"/appels/dossiers/{autre_dossier_depose.pk}/{suite}").status_code == 404
    page = texte(client, "/appels/mes-dossiers/")
    assert "210000001" in page and "350000001" not in page
    assert "En attente" in texte(connecte("referent_ars"), f"/appels/dossiers/{dossier_depose.pk}/")


def test_the_home_page_and_the_search(connecte: Connecte, brouillon_ouvert: Dossier) -> None:
    client = connecte("directeur_achats")
    assert "Terminer et déposer le dossier" in texte(client, "/")
    found = texte(client, "/recherche/?q=essai-1")
    assert "Appel essai-1" in found


def champs(instant: datetime, **fields: Any) -> dict[str, Any]:
    def local(t: datetime) -> str:
        return t.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S")

    return {
        "organisateur": "region:BFC",
        "titre": "Appel régional",
        "code": "regional",
        "annee": instant.year,
        "resume": "Pour les établissements.",
        "ouverture": local(instant - timedelta(hours=1)),
        "cloture": local(instant + timedelta(days=3)),
    } | fields


def test_an_agency_opens_a_call_from_a_spreadsheet(
    connecte: Connecte, instant: datetime, tmp_path: Path, etablissement: Etablissement, region: Region
) -> None:
    client = connecte("referent_ars")
    assert (
        client.post("/appels/gestion/nouveau/", champs(instant, organisateur="national")).status_code == 422
    )
    assert client.post("/appels/gestion/nouveau/", champs(instant, code="Ça va")).status_code == 422
    assert client.post("/appels/gestion/nouveau/", champs(instant)).status_code == 302
    url = "/appels/regional/reglages/"
    assert "Déposez le formulaire" in texte(client, url)
    chemin = tmp_path / "form.xlsx"
    xlsform.en_classeur(FORMULAIRE, chemin)
    classeur = SimpleUploadedFile("form.xlsx", chemin.read_bytes())
    assert client.post(f"{url}formulaire/", {"fichier": classeur}).status_code == 302
    appel = Appel.objects.get()
    page = {
        "niveau_etablissement": "on",
        "par_declarant": "1",
        "compte_par": "declarant",
        "eligible": "eligible",
        "demande": "demande",
        "taux_max": "50",
        "avis_ars": "on",
        "repartition": "prorata",
        "notes": "Première remarque.",
    }
    assert client.post(f"{url}regles/", page).status_code == 302
    by_page = regles_de(Appel.objects.get())
    assert str(by_page.montants.taux_max) == "0.5" and by_page.avis[0].instance == "ars"
    fichier = client.get(f"{url}regles.yaml").content
    Appel.objects.update(regles={})
    answer = client.post(f"{url}regles/fichier/", {"fichier": SimpleUploadedFile("r.yaml", fichier)})
    assert answer.status_code == 302
    assert regles_de(Appel.objects.get()) == by_page, "the page and the file give the same rules"
    bad = SimpleUploadedFile("r.yaml", b"declarants: {niveau: [ght]}")
    wrong = client.post(f"{url}regles/fichier/", {"fichier": bad})
    assert wrong.status_code == 422 and "declarants.niveau" in wrong.content.decode()
    assert client.get(f"{url}formulaire.xlsx").status_code == 200
    document = SimpleUploadedFile("notice.pdf", b"%PDF-1.4\n%%EOF\n")
    assert client.post(f"{url}documents/", {"titre": "Notice", "fichier": document}).status_code == 302
    programme = SimpleUploadedFile("notice.pdf", b"MZ\x90\x00" + bytes(64))
    assert client.post(f"{url}documents/", {"titre": "X", "fichier": programme}).status_code == 422
    assert client.post(f"{url}invites/", {"niveau": "etablissement", "region": "BFC"}).status_code == 302
    assert appel.campagne.repondants.count() == 2
    assert client.post(f"{url}publier/").status_code == 302
    public = texte(Client(), "/appels/regional/")
    assert "Notice" in public and "Première remarque." in public
    document_url = f"/appels/regional/documents/{appel.documents.get().pk}/"
    assert b"".join(Client().get(document_url).streaming_content).startswith(b"%PDF")
    # Two hospitals answer, without a line of code written.
    directeur = connecte("directeur_achats")
    for e in Etablissement.objects.filter(finess__startswith="21"):
        directeur.post("/appels/regional/repondre/", {"declarant": f"etablissement:{e.finess}"})
    for dossier in Dossier.objects.all():
        dossier.brouillon.reponses = COMPLETES
        dossier.brouillon.save()
        directeur.post(f"/appels/dossiers/{dossier.pk}/deposer/")
    assert Dossier.objects.filter(etape="depose").count() == 2
    later = champs(
        instant, cloture=(instant + timedelta(days=9)).astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S")
    )
    dates = {n: later[n] for n in ("ouverture", "cloture")}
    assert client.post(f"{url}dates/", dates).status_code == 422  # a reason is due
    assert client.post(f"{url}dates/", dates | {"motif": "Affluence."}).status_code == 302
    assert client.post(f"{url}retirer/", {"motif": "Budget annulé."}).status_code == 302
    assert "Retiré" in texte(Client(), "/appels/regional/")


def test_settling_belongs_to_the_organiser(
    connecte: Connecte, appel: Appel, creer_appel: CreerAppel, autre_region: Region
) -> None:
    creer_appel("ailleurs", noeud=Noeud("region", autre_region))
    ars = connecte("referent_ars")
    assert ars.get("/appels/essai-1/reglages/").status_code in (403, 404)  # a national call
    assert ars.get("/appels/ailleurs/reglages/").status_code == 404
    assert connecte("dgos").get("/appels/ailleurs/reglages/").status_code == 200
    assert connecte("directeur_achats").get("/appels/gestion/").status_code == 403


def test_the_api_has_the_same_rules(
    utilisateurs: dict[str, Any], appel: Appel, etablissement: Etablissement, client: Client
) -> None:
    client.force_login(utilisateurs["directeur_achats"])
    listed = client.get("/api/v1/appels").json()
    assert [a["code"] for a in listed["elements"]] == ["essai-1"] and listed["elements"][0][
        "etat"
    ] == "ouvert"
    assert client.get("/api/v1/appels/essai-1").json()["regles"]["montants"]["taux_max"] == "0.50"
    body = {"declarant": f"etablissement:{etablissement.finess}"}
    made = client.post("/api/v1/appels/essai-1/candidatures", body, content_type="application/json")
    assert made.status_code == 201
    numero = made.json()["numero"]
    refused = client.post(f"/api/v1/candidatures/{numero}/deposer")
    assert refused.status_code == 409 and "Titre du projet" in refused.json()["phrase"]
    dossier = Dossier.objects.get(pk=numero)
    dossier.brouillon.reponses = COMPLETES
    dossier.brouillon.save()
    done = client.post(f"/api/v1/candidatures/{numero}/deposer").json()
    assert done["etape"] == "depose" and done["montant_maximum"] == "40000.00"
    assert {c["code"]: c["verdict"] for c in done["constats"]}["avis_ars"] == "non"
    ailleurs = client.post(
        "/api/v1/appels/essai-1/candidatures", {"declarant": "ght:BRE-99"}, content_type="application/json"
    )
    assert ailleurs.status_code == 404


def test_the_side_list_stays_short(db: None) -> None:
    for code, role in ROLES.items():
        assert len(menu.liens(role.permissions, "/")) <= 8, code


def test_the_command_line(fanal: Any, tmp_path: Path) -> None:
    chemin = tmp_path / "form.xlsx"
    xlsform.en_classeur(FORMULAIRE, chemin)
    regles = tmp_path / "regles.yaml"
    regles.write_text("montants: {eligible: eligible, demande: demande}\n")
    options = ["--titre", "Essai", "--resume", "Pour voir.", "--ouverture", "2024-01-01"]
    options += ["--cloture", "2099-01-01T12:00", "--formulaire", chemin, "--regles", regles]
    made = fanal.json("appels", "ouvrir", "essai", *options)
    assert (made["etat"], made["cloture"]) == ("ouvert", "2099-01-01T12:00:00+01:00")
    assert fanal("appels", "ouvrir", "essai", *options).returncode == 1  # it exists already
    regles.write_text("montants: {demande: absente}\n")
    wrong = fanal("appels", "ouvrir", "autre", *options)
    assert wrong.returncode == 1 and "absente" in wrong.stderr
    assert [a["code"] for a in fanal.json("appels", "lister", "--etat", "ouvert")] == ["essai"]
    assert fanal.json("appels", "candidatures", "essai") == []
    assert fanal("appels", "candidatures", "rien").returncode == 2
