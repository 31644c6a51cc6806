"""Home and search: what misses, what waits, what is found and by whom."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from fanal.comptes.models import Utilisateur
from fanal.comptes.roles import ROLES
from fanal.depenses import accueil, recherche
from fanal.depenses.models import BilanMensuel, DepotLignes, LigneReprise
from fanal.depenses.onglets import liens
from fanal.fournisseurs.models import Fournisseur
from fanal.interface import menu
from fanal.territoires.models import Etablissement, Ght
from tests.appui.lac import poser
from tests.depenses.pages.conftest import Connecte, ligne, texte


@pytest.fixture
def bilans(lac: DepotLignes, etablissement: Etablissement) -> DepotLignes:
    """January and March received, February not."""
    for month in (1, 3):
        BilanMensuel.objects.create(
            depot=lac, etablissement=etablissement, mois=date(2021, month, 1), lignes=2
        )
    return lac


def test_months_that_miss_are_asked_for(
    utilisateurs: dict[str, Utilisateur], bilans: DepotLignes, aujourd_hui: date
) -> None:
    # From April to December 2021 and February; January 2022 is due on March 3rd.
    (task,) = accueil.taches(utilisateurs["acheteur"], aujourd_hui)
    assert task.phrase.startswith("10 mois manquent depuis 02/2021")
    assert (task.etat, task.echeance) == ("en_retard", date(2021, 3, 31))
    assert list(accueil.taches(utilisateurs["dgos"], aujourd_hui)) == []


def test_who_stopped_is_told_once(utilisateurs: dict[str, Utilisateur], bilans: DepotLignes) -> None:
    (task,) = accueil.taches(utilisateurs["acheteur"], date(2026, 5, 4))
    assert task.phrase == (
        "1 mois manque depuis 02/2021 (Établissement d'essai 210000001). Établissement d'essai 210000001 n'a "
        "rien transmis depuis plus d'un an ; dernier mois reçu : 03/2021."
    )


def test_who_never_sent_anything_is_not_asked_for_more(
    utilisateurs: dict[str, Utilisateur], aujourd_hui: date
) -> None:
    assert list(accueil.taches(utilisateurs["acheteur"], aujourd_hui)) == []


def test_lines_set_aside_wait_until_they_are_entered_again(
    utilisateurs: dict[str, Utilisateur], lac: DepotLignes, aujourd_hui: date
) -> None:
    lac.ecartees, lac.montant_ecarte_ht = 2, Decimal("12.00")
    lac.save()
    (task,) = accueil.taches(utilisateurs["directeur_achats"], aujourd_hui)
    assert task.titre == "Corriger des lignes écartées : essai-1.csv" and "2 lignes pour 12" in task.phrase
    again = DepotLignes.objects.exclude(pk=lac.pk).get()
    LigneReprise.objects.create(depot=lac, ligne=2, par=again)
    (task,) = accueil.taches(utilisateurs["directeur_achats"], aujourd_hui)
    assert "1 ligne pour" in task.phrase
    LigneReprise.objects.create(depot=lac, ligne=3, par=again)
    assert list(accueil.taches(utilisateurs["directeur_achats"], aujourd_hui)) == []


def test_an_order_is_found_by_who_reads_it(
    utilisateurs: dict[str, Utilisateur], connecte: Connecte, ght: Ght, autre_ght: Ght, aujourd_hui: date
) -> None:
    mine = [ligne(numero_commande="CMD-7"), ligne(numero_commande="CMD-7", numero_ligne="2")]
    poser(mine, ght=ght)
    poser([ligne(finess="350000001", numero_commande="CMD-8")], ght=autre_ght)
    buyer, nation = utilisateurs["directeur_achats"], utilisateurs["dgos"]
    (found,) = recherche.find_orders(buyer, "CMD-7", aujourd_hui)
    assert found.titre == "Commande CMD-7" and "2 lignes" in found.phrase
    assert "2 lignes de commande" in texte(connecte("directeur_achats"), found.url)
    assert not list(recherche.find_orders(buyer, "CMD-8", aujourd_hui))  # another GHT's
    assert not list(recherche.find_orders(buyer, "CMD", aujourd_hui))
    assert not list(recherche.find_orders(nation, "CMD-7", aujourd_hui))


def test_products_and_suppliers(
    utilisateurs: dict[str, Utilisateur], connecte: Connecte, lac: DepotLignes, aujourd_hui: date
) -> None:
    Fournisseur.objects.create(
        nom="Laboratoire d'ailleurs", nom_normalise="LABO", siren="443061841", identifiant="44306184100047"
    )
    buyer, nation = utilisateurs["directeur_achats"], utilisateurs["dgos"]
    (product,) = recherche.find_products(buyer, "34009300", aujourd_hui)
    assert product.titre == "Produit 3400930000001"
    assert "80 €" in product.phrase.replace("\xa0", " ") and "3 lignes" in product.phrase
    page = texte(connecte("directeur_achats"), f"{product.url}&du=2021-01")
    assert "80 € HT commandés en 3 lignes" in page
    (supplier,) = recherche.find_suppliers(buyer, "552045999", aujourd_hui)
    assert supplier.titre == "55204599900869"
    # The supplier of another GHT: found by the nation, whose readers see all sums, and by nobody here.
    assert not list(recherche.find_suppliers(buyer, "laboratoire d'ailleurs", aujourd_hui))
    (elsewhere,) = recherche.find_suppliers(nation, "laboratoire d'ailleurs", aujourd_hui)
    assert elsewhere.titre == "Laboratoire d'ailleurs (44306184100047)"
    assert not list(recherche.find_suppliers(utilisateurs["lecteur"], "552045999", aujourd_hui))


@pytest.mark.parametrize("typed", ["", "a", "\u0301", "%", "=1+1", "é" * 200, "C1\x00", "'; drop"])
def test_anything_may_be_typed(
    utilisateurs: dict[str, Utilisateur], lac: DepotLignes, maintenant: datetime, typed: str
) -> None:
    for find in (recherche.find_orders, recherche.find_products, recherche.find_suppliers):
        assert list(find(utilisateurs["directeur_achats"], typed, maintenant.date())) == []


def test_the_side_list_keeps_eight_entries_and_tabs_follow_permissions(db: None) -> None:
    for code, role in ROLES.items():
        entries = menu.liens(role.permissions, "/depenses/lignes/")
        assert len(entries) <= 8, code
        mine = [e for e in entries if e.titre == "Dépenses"]
        assert bool(mine) == ("depense.voir" in role.permissions), code
        assert all(e.courant for e in mine)
        tabs = liens(role.permissions, "/depenses/qualite/210000001/")
        assert [t.titre for t in tabs if t.courant] == (["Qualité des données"] if mine else [])
