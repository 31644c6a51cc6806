"""A buyer asks what was spent, opens a figure down to the line of the file, and keeps the view."""

import pytest

from fanal.depenses.models import VueEnregistree
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.pages.conftest import LIGNES
from tests.parcours.visiteur import Visiteur, plain

pytestmark = pytest.mark.navigateur


def test_from_a_sum_to_the_line_and_back_to_a_view(visiteur: Visiteur, ght: Ght) -> None:
    visiteur.devient("directeur_achats")
    visiteur.ouvre("/depenses/", etroit=True)
    assert "Aucune ligne de commande n'a encore été reçue" in plain(visiteur.lit())
    poser(LIGNES, ght=ght)
    cross(visiteur)
    open_the_line(visiteur)
    keep_the_view(visiteur)
    see_what_misses(visiteur)


def cross(visiteur: Visiteur) -> None:
    """Families by month: the picture is drawn, the sum is that of the year."""
    page = visiteur.ouvre("/depenses/?annee=2021", etroit=True)
    assert "95 € HT commandés en 5 lignes" in plain(visiteur.lit())
    page.get_by_label("Colonnes", exact=True).first.select_option("mois")
    visiteur.presse("Afficher")
    page.locator(".image-vega svg").first.wait_for()
    assert page.get_by_role("columnheader", name="mars 2021").count() == 1


def open_the_line(visiteur: Visiteur) -> None:
    """A figure, its lines, one of them, the row of the file that it came from."""
    table = visiteur.page.locator("#tableau-croisement tbody")
    visiteur.suit("20", exact=True, dans=table, etroit=True)
    assert "20 € HT en 1 ligne de commande" in plain(visiteur.lit())
    visiteur.suit("C1", exact=True, etroit=True)
    said = plain(visiteur.lit())
    assert "fichier essai-1.csv, ligne 3" in said and "GANTS, TAILLE M" in said
    visiteur.page.go_back()
    visiteur.page.go_back()


def keep_the_view(visiteur: Visiteur) -> None:
    """The view is kept under a name, found again, and removed."""
    page = visiteur.page
    page.get_by_text("Vues enregistrées").first.click()
    page.get_by_label("Nom de la vue").fill("Familles par mois")
    visiteur.presse("Enregistrer la vue")
    assert "gardée pour vous" in visiteur.page.locator("body").inner_text()
    page.get_by_text("Vues enregistrées").first.click()
    visiteur.suit("Familles par mois")
    assert page.get_by_role("columnheader", name="mars 2021").count() == 1
    visiteur.ouvre("/depenses/vues/", etroit=True)
    visiteur.presse("Supprimer")
    assert not VueEnregistree.objects.exists()


def see_what_misses(visiteur: Visiteur) -> None:
    """Months that miss are told from zero."""
    visiteur.suit("Qualité des données", etroit=True)
    visiteur.ouvre("/depenses/qualite/210000002/?annee=2021")
    assert "Manquant" in visiteur.lit() and "non renseigné" in visiteur.lit()
