"""Two people fill in the same dossier in a real browser: saved as they type, nothing lost, accessible."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.models import Brouillon, VersionFormulaire
from tests.appui.navigateur import Navigateur

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def voisin(navigateur: Navigateur, directeur: Utilisateur) -> Any:
    """Another person's browser on the same server."""
    context = navigateur.page.context.browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    other = Navigateur(context.new_page(), navigateur.adresse)
    other.connecter(directeur)
    yield other
    context.close()
    assert other.erreurs == []


def saved(page: Any) -> None:
    page.locator("#etat-saisie", has_text="Enregistré à").wait_for()


def test_a_dossier_is_filled_in_by_two(
    navigateur: Navigateur,
    voisin: Navigateur,
    brouillon: Brouillon,
    dossier: Dossier,
    acheteur: Utilisateur,
    pdf: Path,
) -> None:
    navigateur.connecter(acheteur)
    overview = reverse("questionnaires:remplir", args=[dossier.pk])
    navigateur.ouvrir(overview)
    navigateur.axe()
    navigateur.sans_debordement()
    section = reverse("questionnaires:section", args=[dossier.pk, "porteur"])
    page, other = navigateur.ouvrir(section), voisin.ouvrir(section)
    # Typed without leaving the field: saved, and the caret stays where it was.
    page.locator("#q-intitule-0").press_sequentially("Robot de la pharmacie")
    saved(page)
    assert page.evaluate("document.activeElement.id") == "q-intitule-0"
    # Relevance follows, by keyboard.
    page.locator("#q-pui-2").focus()
    page.keyboard.press("Space")
    page.locator("#q-pui-precision-0").fill("Convention signée")
    page.locator("#q-debut-0").focus()
    # A sentence under the field, told to screen readers.
    page.locator("#q-intitule-0").fill("x" * 61)
    page.get_by_text("Soixante caractères au plus.").wait_for()
    page.wait_for_selector("#q-intitule-0[aria-invalid=true]")
    navigateur.axe()
    navigateur.sans_debordement()
    # The neighbour, whose page is older, answers another question, then the same one.
    from playwright.sync_api import expect

    other.locator("#q-zones-1").check()
    expect(other.locator("#q-intitule-0")).to_have_value("x" * 61)
    page.locator("#q-intitule-0").fill("Robot")
    page.get_by_text("Soixante caractères au plus.").wait_for(state="detached")
    other.locator("#q-intitule-0").fill("Armoire")
    other.get_by_text("vient d'être modifiée par Acheteur").wait_for()
    other.locator(".q-perdue", has_text="Armoire").wait_for()
    assert other.locator("#q-intitule-0").input_value() == "Robot"
    # A table: a new row takes the focus, a calculation follows.
    page.get_by_role("button", name="Section suivante").click()
    page.get_by_role("button", name="Ajouter une ligne").click()
    page.locator("[id$='nom-0']:focus").wait_for()
    page.keyboard.type("Robot")
    page.keyboard.press("Tab")
    page.keyboard.type("12500,5")
    page.keyboard.press("Tab")
    page.locator("output", has_text="12\u202f500,5").wait_for()
    navigateur.axe()
    navigateur.sans_debordement()
    # A file is attached as soon as it is chosen.
    page.get_by_role("button", name="Section suivante").click()
    page.locator("#q-lettre-0").set_input_files(pdf)
    page.locator(".q-piece", has_text="lettre.pdf").wait_for()
    navigateur.axe()
    brouillon.refresh_from_db()
    assert brouillon.reponses["intitule"] == "Robot"
    assert brouillon.reponses["zones"] == ["nord"]
    assert brouillon.reponses["equipements"] == [{"nom": "Robot", "prix": "12500.5", "quantite": "1"}]


def test_an_officer_looks_at_a_form(
    navigateur: Navigateur, version: VersionFormulaire, utilisateurs: dict[str, Utilisateur]
) -> None:
    navigateur.connecter(utilisateurs["dgos"])
    for name, pk in (("formulaires", None), ("formulaire", version.formulaire_id), ("apercu", version.pk)):
        page = navigateur.ouvrir(reverse(f"questionnaires:{name}", args=[pk] if pk else []))
        navigateur.axe()
        navigateur.sans_debordement()
    page.locator("#q-pui-2").check()
    page.locator("#q-pui-precision-0").wait_for()
    page.get_by_role("button", name="Ajouter une ligne").click()
    page.locator("#q-equipements_5b_1_5d__2e_prix-0").fill("abc")
    page.get_by_text("n'est pas un nombre").wait_for()
    assert not Brouillon.objects.exists()
