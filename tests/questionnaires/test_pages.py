"""Pages of filling in and of forms, as a browser without JavaScript and as htmx use them."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.models import Brouillon, Formulaire, SectionConfiee, VersionFormulaire
from fanal.territoires.noeuds import NATIONAL
from tests.questionnaires.conftest import FORMULAIRE, PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(connecte: Callable[[str], Client]) -> Client:
    return connecte("acheteur")


def address(name: str, dossier: Dossier, *more: Any) -> str:
    return reverse(f"questionnaires:{name}", args=[dossier.pk, *more])


def fields(html: str) -> dict[str, Any]:
    """What a browser would send of the page's form: names and values of its fields."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.sent: dict[str, list[str]] = {}
            self.select = self.area = ""
            self.inside = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            a = {k: v or "" for k, v in attrs}
            if tag == "form":
                self.inside = "q-formulaire" in a.get("class", "")
            if not self.inside:
                return
            kind = a.get("type", "text")
            if tag == "input" and kind != "file" and (kind not in {"radio", "checkbox"} or "checked" in a):
                self.sent.setdefault(a["name"], []).append(a.get("value", ""))
            elif tag == "select":
                self.select = a["name"]
            elif tag == "textarea":
                self.area = a["name"]
                self.sent[self.area] = [""]
            elif tag == "option" and self.select and "selected" in a:
                self.sent.setdefault(self.select, []).append(a.get("value", ""))

        def handle_data(self, data: str) -> None:
            if self.area:
                self.sent[self.area][0] += data

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.area = ""
            elif tag == "select":
                self.select = ""
            elif tag == "form":
                self.inside = False

    reader = Reader()
    reader.feed(html)
    reader.sent.pop("csrfmiddlewaretoken", None)
    return dict(reader.sent)


def page(client: Client, dossier: Dossier, section: str) -> dict[str, Any]:
    return fields(client.get(address("section", dossier, section)).content.decode())


def post(client: Client, dossier: Dossier, section: str, sent: dict[str, Any], **headers: Any) -> Any:
    return client.post(address("section", dossier, section), sent, headers=headers or None)


def test_the_overview_says_where_the_dossier_stands(
    client: Client, brouillon: Brouillon, dossier: Dossier
) -> None:
    html = client.get(address("remplir", dossier)).content.decode()
    assert "Aucune des 4 réponses obligatoires" in html
    assert "Lisez l&#x27;instruction avant de commencer" in html
    assert html.count("À remplir") == 3
    assert reverse("appels:deposer", args=[dossier.pk]) in html


def test_a_section_is_saved_by_its_button(client: Client, brouillon: Brouillon, dossier: Dossier) -> None:
    sent = page(client, dossier, "porteur") | {
        "v.intitule": "Robot",
        "v.pui": "non",
        "v.zones": ["nord", "sud"],
    }
    answer = post(client, dossier, "porteur", {**sent, "vers": "section:equipements"})
    assert answer.status_code == 302
    assert answer["Location"] == address("section", dossier, "equipements")
    brouillon.refresh_from_db()
    assert brouillon.reponses == {"intitule": "Robot", "pui": "non", "zones": ["nord", "sud"]}
    html = client.get(address("section", dossier, "porteur")).content.decode()
    assert "Précisez la convention" in html
    assert 'value="Robot"' in html


def test_htmx_gets_only_what_changed(client: Client, brouillon: Brouillon, dossier: Dossier) -> None:
    sent = page(client, dossier, "porteur") | {"v.pui": "non"}
    answer = post(client, dossier, "porteur", sent, **{"HX-Request": "true"})
    html = answer.content.decode()
    swapped = set(re.findall(r'id="(q-[\w-]+)" hx-swap-oob', html))
    assert swapped == {"q-pui-suite", "q-pui-precision"}
    assert "Enregistré à" in html
    # What the page shows now: nothing more to change.
    again = page(client, dossier, "porteur")
    html = post(client, dossier, "porteur", again, **{"HX-Request": "true"}).content.decode()
    assert not re.findall(r'id="q-[\w-]+" hx-swap-oob', html)


def test_a_list_follows_the_answer_it_depends_on(
    client: Client, brouillon: Brouillon, dossier: Dossier
) -> None:
    sent = page(client, dossier, "porteur") | {"v.zone_principale": "nord"}
    html = post(client, dossier, "porteur", sent, **{"HX-Request": "true"}).content.decode()
    assert "Site A" in html
    assert "Site C" not in html


def test_what_somebody_else_wrote_comes_with_the_next_answer(
    client: Client, connecte: Callable[[str], Client], brouillon: Brouillon, dossier: Dossier
) -> None:
    mine = page(client, dossier, "porteur")
    other = connecte("directeur_achats")
    post(other, dossier, "porteur", page(other, dossier, "porteur") | {"v.intitule": "Robot"})
    html = post(
        client, dossier, "porteur", mine | {"v.pui": "oui"}, **{"HX-Request": "true"}
    ).content.decode()
    assert 'id="q-intitule" hx-swap-oob' in html
    assert "Directeur achats" in html
    late = post(client, dossier, "porteur", mine | {"v.intitule": "Armoire"}, **{"HX-Request": "true"})
    assert "vient d&#x27;être modifiée par Directeur achats" in late.content.decode()
    assert "Armoire" in late.content.decode()
    brouillon.refresh_from_db()
    assert brouillon.reponses == {"intitule": "Robot", "pui": "oui"}


def test_rows_are_added_and_taken_away_by_buttons(
    client: Client, brouillon: Brouillon, dossier: Dossier
) -> None:
    post(
        client, dossier, "equipements", page(client, dossier, "equipements") | {"acte": "ajouter:equipements"}
    )
    sent = page(client, dossier, "equipements") | {"v.equipements[1].nom": "Robot"}
    post(client, dossier, "equipements", sent | {"acte": "dupliquer:equipements[1]"})
    sent = page(client, dossier, "equipements") | {"v.equipements[2].nom": "Armoire"}
    answer = post(
        client, dossier, "equipements", sent | {"acte": "retirer:equipements[1]"}, **{"HX-Request": "true"}
    )
    assert 'id="q-equipements"' in answer.content.decode()
    brouillon.refresh_from_db()
    assert [r["nom"] for r in brouillon.reponses["equipements"]] == ["Armoire"]


def test_a_file_is_attached_and_refused_on_the_page(
    client: Client, brouillon: Brouillon, dossier: Dossier, connecte: Callable[[str], Client]
) -> None:
    sent = page(client, dossier, "engagement") | {"acte": "joindre:lettre"}
    post(client, dossier, "engagement", {**sent, "f.lettre": SimpleUploadedFile("lettre.pdf", PDF)})
    piece = dossier.pieces_jointes.get()
    html = client.get(address("section", dossier, "engagement")).content.decode()
    assert "lettre.pdf" in html
    got = client.get(address("fichier", dossier, piece.pk))
    assert b"".join(got.streaming_content) == PDF  # type: ignore[attr-defined]
    assert got["Content-Disposition"].startswith("attachment")
    # Not handed in yet: those who instruct do not see it.
    assert connecte("dgos").get(address("fichier", dossier, piece.pk)).status_code == 404
    answer = client.post(
        address("section", dossier, "engagement"),
        {**sent, "f.lettre": SimpleUploadedFile("lettre.pdf", b"MZ\x90\x00")},
        follow=True,
    )
    assert "contient un programme" in answer.content.decode()
    assert dossier.pieces_jointes.count() == 1


def test_a_dossier_handed_in_is_read_only(client: Client, brouillon: Brouillon, dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(etape="depose")
    html = client.get(address("section", dossier, "porteur")).content.decode()
    assert "ne se modifient plus" in html
    assert "hx-post" not in html
    answer = post(client, dossier, "porteur", {"t.intitule": "-:-:-", "v.intitule": "Robot"})
    assert answer.status_code == 409
    assert post(client, dossier, "porteur", {}, **{"HX-Request": "true"}).status_code == 409


def test_a_section_is_entrusted_and_finished(
    client: Client,
    brouillon: Brouillon,
    dossier: Dossier,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    connecte: Callable[[str], Client],
) -> None:
    to = utilisateurs["pharmacien"]
    client.post(address("confier", dossier), {"section": "porteur", "compte": to.pk})
    assert SectionConfiee.objects.get().utilisateur == to
    home = connecte("pharmacien").get("/").content.decode()
    assert "Remplir « Le porteur »" in home
    connecte("pharmacien").post(address("terminer", dossier), {"section": "porteur"})
    assert SectionConfiee.objects.get().terminee_le is not None
    assert "Remplir « Le porteur »" not in connecte("pharmacien").get("/").content.decode()
    assert "Terminée" in client.get(address("remplir", dossier)).content.decode()
    elsewhere = utilisateurs_ailleurs["acheteur"].pk
    assert (
        client.post(address("confier", dossier), {"section": "porteur", "compte": elsewhere}).status_code
        == 409
    )
    assert client.post(address("confier", dossier), {"section": "x", "compte": to.pk}).status_code == 422


def test_a_workbook_shows_what_it_changes_before(
    client: Client, brouillon: Brouillon, dossier: Dossier, ecrire: Callable[..., Brouillon]
) -> None:
    ecrire(intitule="Robot", equipements=[{"nom": "Robot", "prix": "10"}])
    book = openpyxl.load_workbook(BytesIO(client.get(address("classeur", dossier)).content))
    sheet = book["Réponses"]
    for row in sheet.iter_rows():
        if row[0].value == "intitule":
            row[2].value = "Armoire"
    out = BytesIO()
    book.save(out)
    sent = {"fichier": SimpleUploadedFile("classeur.xlsx", out.getvalue())}
    html = client.post(address("deposer_classeur", dossier), sent).content.decode()
    assert "change (1)" in html
    assert "<td>Robot</td>" in re.sub(r"\s+", " ", html).replace("<td> ", "<td>").replace(" </td>", "</td>")
    brouillon.refresh_from_db()
    assert brouillon.reponses["intitule"] == "Robot"  # nothing is written yet
    token = re.search(r'name="jeton" value="([^"]+)"', html)
    assert token
    answer = client.post(address("deposer_classeur", dossier), {"jeton": token[1]})
    assert answer.status_code == 302
    brouillon.refresh_from_db()
    assert brouillon.reponses["intitule"] == "Armoire"
    assert brouillon.reponses["equipements"] == [{"nom": "Robot", "prix": "10"}]
    # Confirmed a second time, the draft has changed since: refused with its sentence.
    again = client.post(address("deposer_classeur", dossier), {"jeton": token[1]})
    assert "modifié depuis" in again.content.decode()
    forged = client.post(address("deposer_classeur", dossier), {"jeton": token[1] + "x"})
    assert "a expiré" in forged.content.decode()


def test_what_is_no_workbook_is_told(client: Client, brouillon: Brouillon, dossier: Dossier) -> None:
    sent = {"fichier": SimpleUploadedFile("classeur.xlsx", b"PK\x03\x04 cut")}
    answer = client.post(address("deposer_classeur", dossier), sent)
    assert answer.status_code == 422
    assert client.post(address("deposer_classeur", dossier), {}).status_code == 422


def test_a_link_leads_to_the_question(client: Client, brouillon: Brouillon, dossier: Dossier) -> None:
    answer = client.get(address("vers", dossier), {"chemin": "equipements[2].prix"})
    assert (
        answer["Location"] == address("section", dossier, "equipements") + "#q-equipements_5b_2_5d__2e_prix"
    )
    lost = client.get(address("vers", dossier), {"chemin": "nulle_part"})
    assert lost["Location"] == address("remplir", dossier)


def test_the_form_may_change_under_a_draft(
    client: Client, brouillon: Brouillon, dossier: Dossier, instant: datetime
) -> None:
    new = importer_formulaire(
        texte=FORMULAIRE.replace("Intitulé du projet", "Titre"), noeud=NATIONAL, by=None, instant=instant
    )
    appel = dossier.campagne.appel
    appel.formulaire = new
    appel.save()
    assert "Le formulaire a changé" in client.get(address("remplir", dossier)).content.decode()
    client.post(address("suivre_version", dossier))
    brouillon.refresh_from_db()
    assert brouillon.formulaire == new


# Forms of an officer ------------------------------------------------------------------------------


def book_of(text: str, tmp_path: Path) -> SimpleUploadedFile:
    from fanal.moteurs import xlsform

    path = tmp_path / "form.xlsx"
    xlsform.en_classeur(text, path)
    return SimpleUploadedFile("form.xlsx", path.read_bytes())


def test_an_officer_imports_a_workbook(connecte: Callable[[str], Client], tmp_path: Path) -> None:
    dgos = connecte("dgos")
    url = reverse("questionnaires:formulaires")
    answer = dgos.post(url, {"noeud": "national", "fichier": book_of(FORMULAIRE, tmp_path)})
    form = Formulaire.objects.get()
    assert answer["Location"] == reverse("questionnaires:formulaire", args=[form.pk])
    changed = FORMULAIRE.replace("Intitulé du projet", "Titre")
    dgos.post(url, {"noeud": "national", "fichier": book_of(changed, tmp_path)})
    html = dgos.get(reverse("questionnaires:formulaire", args=[form.pk])).content.decode()
    assert "Version 2" in html
    assert "l&#x27;intitulé" in html
    wrong = SimpleUploadedFile("form.xlsx", b"not a workbook")
    answer = dgos.post(url, {"noeud": "national", "fichier": wrong})
    assert answer.status_code == 422
    assert Formulaire.objects.count() == 1


def test_forms_belong_to_those_who_organise(
    connecte: Callable[[str], Client], version: VersionFormulaire, tmp_path: Path
) -> None:
    assert connecte("directeur_achats").get(reverse("questionnaires:formulaires")).status_code == 403
    ars = connecte("referent_ars")
    assert ars.get(reverse("questionnaires:formulaire", args=[version.formulaire_id])).status_code == 404
    sent = {"noeud": "national", "fichier": book_of(FORMULAIRE, tmp_path)}
    assert ars.post(reverse("questionnaires:formulaires"), sent).status_code == 422
    sent = {"noeud": "region:BFC", "fichier": book_of(FORMULAIRE, tmp_path)}
    assert ars.post(reverse("questionnaires:formulaires"), sent).status_code == 302
    assert Formulaire.objects.filter(niveau="region").count() == 1


def test_the_preview_lives_and_keeps_nothing(
    connecte: Callable[[str], Client], version: VersionFormulaire
) -> None:
    dgos = connecte("dgos")
    url = reverse("questionnaires:apercu", args=[version.pk])
    sent = fields(dgos.get(url).content.decode()) | {"v.pui": "non", "v.intitule": "Robot"}
    html = dgos.post(url, sent, headers={"HX-Request": "true"}).content.decode()
    assert 'id="q-pui-precision" hx-swap-oob' in html
    html = dgos.post(url, sent | {"acte": "ajouter:equipements"}).content.decode()
    assert "q-equipements_5b_1_5d__2e_prix" in html
    assert 'value="Robot"' in html
    assert not Brouillon.objects.exists()


# The API ------------------------------------------------------------------------------------------


def test_the_api_gives_the_same_verdict(client: Client, brouillon: Brouillon, dossier: Dossier) -> None:
    base = f"/api/v1/questionnaires/dossiers/{dossier.pk}"
    answers = {"intitule": "x" * 61, "pui": "non", "equipements": [{"nom": "Robot", "prix": "-1"}]}
    judged = client.post(f"{base}/verdict", json.dumps({"reponses": answers}), "application/json").json()
    assert {(a["chemin"], a["regle"]) for a in judged["anomalies"]} == {
        ("intitule", "contrainte"),
        ("pui_precision", "requis"),
        ("equipements[1].prix", "contrainte"),
        ("lettre", "requis"),
        ("accord", "accord"),
    }
    brouillon.refresh_from_db()
    assert brouillon.reponses == {}  # judged, not kept
    put = client.put(f"{base}/reponses", json.dumps({"reponses": answers, "revision": 0}), "application/json")
    assert put.json()["verdict"]["anomalies"] == judged["anomalies"]
    read = client.get(f"{base}/reponses").json()
    assert (read["revision"], read["reponses"]["pui"]) == (1, "non")
    stale = client.put(f"{base}/reponses", json.dumps({"reponses": {}, "revision": 0}), "application/json")
    assert stale.status_code == 409
    # And the page says the same.
    html = client.get(address("section", dossier, "porteur")).content.decode()
    assert "Soixante caractères au plus." in html
    form = client.get(f"{base}/formulaire").json()
    assert "equipements[].prix" in form["chemins"]


def test_the_api_attaches_a_file(client: Client, brouillon: Brouillon, dossier: Dossier) -> None:
    base = f"/api/v1/questionnaires/dossiers/{dossier.pk}/pieces"
    sent = {"chemin": "lettre", "fichier": SimpleUploadedFile("l.pdf", PDF)}
    answer = client.post(base, sent).json()
    assert (answer["nom"], answer["type"]) == ("l.pdf", "application/pdf")
    wrong = {"chemin": "lettre", "fichier": SimpleUploadedFile("l.pdf", b"MZ")}
    assert "programme" in client.post(base, wrong).json()["phrase"]
