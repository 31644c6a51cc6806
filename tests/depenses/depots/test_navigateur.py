"""A buyer's file, as its finance system exports it: mapped, imported, its set-aside line corrected."""

from pathlib import Path
from typing import Any

import pytest

from fanal.comptes.models import Utilisateur
from fanal.depenses.models import DepotLignes, LigneReprise
from fanal.territoires.models import Etablissement, Ght
from tests.appui.navigateur import Navigateur
from tests.depenses.depots.test_pages import COLONNES, ETRANGER

pytestmark = pytest.mark.navigateur


@pytest.fixture(autouse=True)
def lac_neuf(tmp_path: Path, settings: Any) -> None:
    settings.LAC = str(tmp_path / "lac")
    settings.VAR = tmp_path / "var"


def voir(navigateur: Navigateur) -> None:
    """What every page of the journey must be."""
    navigateur.axe()
    navigateur.sans_debordement()


def test_from_a_foreign_file_to_a_corrected_line(
    navigateur: Navigateur, utilisateurs: dict[str, Utilisateur], ght: Ght, etablissement: Etablissement,
    tmp_path: Path,
) -> None:  # fmt: skip
    navigateur.connecter(utilisateurs["acheteur"])
    file = tmp_path / "export de la GEF.csv"
    file.write_bytes(ETRANGER.format(finess=etablissement.finess).encode("cp1252"))
    page = navigateur.ouvrir("/depenses/depots/")
    voir(navigateur)
    page.get_by_role("link", name="Déposer des lignes").first.click()
    page.get_by_label("Fichier").set_input_files(file)
    voir(navigateur)
    page.get_by_role("button", name="Envoyer et vérifier la lecture").click()
    page.get_by_role("heading", name="Vérifier la lecture").wait_for()
    for rank, field in enumerate(COLONNES):
        page.locator(f"#c{rank}").select_option(field)
    page.get_by_label("Ordre des dates").select_option("mja")
    page.get_by_label("Avoirs et remises écrits").select_option("positifs")
    page.get_by_role("button", name="Relire avec ces choix").click()
    page.get_by_label("« A » veut dire").select_option("commande")
    page.get_by_label("« V » veut dire").select_option("avoir")
    page.get_by_label("Nom de la correspondance").fill("MIPIH")
    page.get_by_role("button", name="Relire avec ces choix").click()
    page.get_by_text("2 seraient acceptées et 1 écartées").wait_for()
    voir(navigateur)
    page.get_by_role("button", name="Importer le fichier").click()
    page.get_by_text("2 lignes acceptées sur 3,").wait_for()
    voir(navigateur)
    page.get_by_role("link", name="Voir et corriger les lignes écartées").click()
    voir(navigateur)
    page.get_by_role("link", name="Ligne 3").click()
    voir(navigateur)
    page.get_by_label("Mt HT").fill("20,00")
    page.get_by_role("button", name="Reprendre cette ligne").click()
    page.get_by_text("1 ligne acceptée sur 1,").wait_for()
    assert LigneReprise.objects.get().ligne == 3
    assert DepotLignes.objects.filter(etat="termine").count() == 2
