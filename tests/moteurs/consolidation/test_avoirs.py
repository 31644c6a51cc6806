"""The origin of a credit note, looked for again once its line was corrected."""

from datetime import date
from typing import Any

import pytest

from fanal.moteurs.consolidation.requetes.avoirs import refaire

ORDER = {"etablissement": 1, "numero_commande": "C1", "numero_facture": "F1", "article": 7, "produit": 8,
         "libelle": 9, "montant_ht": 1000, "date_commande": date(2021, 3, 2)}  # fmt: skip
NOTE = {**ORDER, "id": 99, "montant_ht": -500}


def order(ident: int, **autres: Any) -> dict[str, Any]:
    return {**ORDER, "id": ident, "numero_ligne": str(ident), **autres}


@pytest.mark.parametrize(
    ("note", "orders", "attendu"),
    [
        ({}, [order(2), order(1)], 1),
        ({}, [order(1), order(2, date_commande=date(2021, 3, 1))], 2),
        ({}, [order(1, montant_ht=400), order(2)], 2),
        ({}, [order(1, montant_ht=400), order(2, montant_ht=300)], 1),
        ({}, [order(1, article=None, produit=None), order(2)], 2),
        ({}, [order(1, article=5, libelle=5), order(2, article=5, produit=5)], 1),
        ({}, [order(1, numero_commande="C2"), order(2, article=None, produit=None)], 2),
        ({}, [order(1, numero_commande="C2")], 1),
        ({}, [order(1, etablissement=2)], None),
        ({"article": None}, [order(1, article=None, produit=None, libelle=5)], None),
        ({"numero_facture": None}, [order(1, numero_commande="C2", numero_facture=None)], None),
    ],
)
def test_the_rule_of_the_intake(
    note: dict[str, Any], orders: list[dict[str, Any]], attendu: int | None
) -> None:
    assert refaire([NOTE | note], orders) == ({} if attendu is None else {99: attendu})
