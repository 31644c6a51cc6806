"""A small lake: two hospitals of one GHT, one of another, two months, a rebate, a line of each lack."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fanal.depenses.models import DepotLignes
from fanal.territoires.models import Ght
from tests.appui.lac import poser

Connecte = Callable[[str], Client]
Ligne = dict[str, Any]


def ligne(**champs: Any) -> Ligne:
    """A line that lacks nothing, but for what *champs* say."""
    return {
        "finess": "210000001",
        "uf": "1001",
        "numero_commande": "C1",
        "numero_ligne": "1",
        "date_commande": "2021-01-15",
        "date_facture": "2021-02-01",
        "numero_facture": "F1",
        "code_article": "A1",
        "code_produit": "3400930000001",
        "libelle": "PARACETAMOL 500 MG CPR",
        "famille": "MEDICAMENTS",
        "siret_fournisseur": "55204599900869",
        "numero_marche": "M1",
        "quantite": "100",
        "unite": "CPR",
        "prix_unitaire_ht": "0.10",
        "taux_tva": "2.1",
        "montant_ht": "10.00",
        "montant_facture_ht": "10.00",
        **champs,
    }


LIGNES: list[Ligne] = [
    ligne(),
    ligne(numero_ligne="2", libelle="GANTS, TAILLE M", famille="DISPOSITIFS, HYGIENE", montant_ht="20.00",
          code_article="A2", code_produit="FAUX1", prix_unitaire_ht="0.20"),
    ligne(numero_commande="C2", date_commande="2021-03-02", montant_ht="30.00", numero_marche=None,
          prix_unitaire_ht="0.30"),
    ligne(numero_commande="C3", date_commande="2021-03-05", type_ligne="remise", quantite="0",
          prix_unitaire_ht="0", montant_ht="-5.00", code_produit=None, taux_tva=None, numero_facture=None,
          date_facture=None, montant_facture_ht=None, libelle="REMISE DE FIN D'ANNEE"),
    ligne(finess="210000002", numero_commande="P1", montant_ht="40.00", quantite="400"),
]  # fmt: skip
AILLEURS = [
    ligne(finess="350000001", numero_commande="B1", montant_ht="1000.00", siret_fournisseur="44306184100047")
]


@pytest.fixture
def lac(ght: Ght, autre_ght: Ght) -> DepotLignes:
    """The lake with what both GHT sent; the deposit of the first."""
    first = poser(LIGNES, ght=ght)
    poser(AILLEURS, ght=autre_ght)
    return first


def texte(client: Client, url: str, statut: int = 200) -> str:
    """The page, with ordinary spaces."""
    answer = client.get(url, follow=statut == 200)
    assert answer.status_code == statut, (url, answer.status_code, answer.content[:600])
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ").replace("&#x27;", "'")
