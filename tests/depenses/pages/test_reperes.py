"""Benchmarks: what lines show beside what was published, and nothing where they cannot say."""

from datetime import date
from decimal import Decimal

from fanal.depenses.models import DepotLignes
from fanal.depenses.queries.portee import Portee
from fanal.depenses.queries.reperes import TITRES, reperes
from fanal.parametres.catalogue import valeur
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.pages.conftest import Connecte, ligne, texte

JOUR = date(2022, 2, 10)
PUI = [
    ligne(numero_commande="1", compte_m21="60211", montant_ht="100.00"),
    ligne(numero_commande="2", compte_m21="60211", montant_ht="50.00", uf="1002"),
    ligne(numero_commande="3", compte_m21="60661", montant_ht="30.00"),
    ligne(numero_commande="4", compte_m21="60211", montant_ht="-40.00", type_ligne="remise"),
]


def test_the_mean_of_a_line_is_that_of_orders(ght: Ght, autre_ght: Ght) -> None:
    poser(PUI, ght=ght)
    poser([ligne(finess="350000001", compte_m21="60211", montant_ht="9000.00")], ght=autre_ght)
    found = reperes(Portee(frozenset({"210000001"}), frozenset()), 2021, JOUR).reperes
    by = {(r.activite, r.code): r for r in found}
    assert by["pui", "montant_moyen_ligne"].observe == Decimal("60.00")  # (100 + 50 + 30) / 3
    # One month, two units: what each ordered, rebate included, brought to a year.
    assert by["pui", "commandes_par_uf"].observe == Decimal("140.00") * 12 / 2
    assert by["pui", "commandes_stock_par_uf"].observe == Decimal("110.00") * 12 / 2
    assert by["pui", "montant_moyen_ligne"].publie == Decimal("352.31")


def test_what_lines_cannot_say_is_not_computed(lac: DepotLignes) -> None:
    found = reperes(Portee(None, None), 2021, JOUR).reperes
    assert all(r.observe is None and r.pourquoi for r in found)
    assert {r.code for r in found} == {*TITRES, "couverture"}
    weeks = valeur("depenses.reperes.couverture_semaines", le=JOUR)
    told = {r.titre: r.publie for r in found if r.code == "couverture"}
    assert told["Couverture du stock, médicaments"] == Decimal(weeks["medicaments"])


def test_the_page_holds_both_side_by_side(connecte: Connecte, ght: Ght) -> None:
    poser(PUI, ght=ght)
    page = texte(connecte("directeur_achats"), "/depenses/reperes/")
    assert "une ligne de commande vaut en moyenne : Pharmacie (PUI) 60,00 € (repère 352,31 €)" in page
    assert "en dessous du repère" in page and "indicatifs" in page
    assert "Les lignes ne disent pas le nombre de lits." in page and "non calculable" in page


def test_without_a_line_benchmarks_are_there_all_the_same(connecte: Connecte, ght: Ght) -> None:
    page = texte(connecte("dgos"), "/depenses/reperes/")
    assert "aucune ligne ne porte un compte" in page and "352,31" in page
