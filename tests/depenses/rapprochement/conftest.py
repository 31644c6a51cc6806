"""A small catalogue, and order lines whose labels drift."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fanal.depenses.models import ProduitReference
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import marche, plan

__all__ = ["lignes", "marche", "plan", "referentiel"]

INSTANT = datetime(2022, 3, 1, 9, 0, tzinfo=UTC)
PARACETAMOL, AMOXICILLINE, GANTS = "3400930000014", "3400930000021", "2900000000016"
_numeros = iter(range(1, 1_000_000))


def ligne(libelle: str, montant: str = "100", **autres: Any) -> dict[str, Any]:
    """One order line without a product code."""
    return {
        "finess": "210000001",
        "numero_commande": f"R{next(_numeros)}",
        "numero_ligne": "1",
        "date_commande": "2021-05-10",
        "libelle": libelle,
        "quantite": "10",
        "prix_unitaire_ht": str(float(montant) / 10),
        "montant_ht": montant,
        "taux_tva": "20",
        "unite": "pièce",
        **autres,
    }


@pytest.fixture
def referentiel(db: None) -> dict[str, ProduitReference]:
    """Three products."""
    labels = {
        PARACETAMOL: "Paracétamol 500 mg, comprimé, boîte de 100",
        AMOXICILLINE: "Amoxicilline 1 g, poudre pour solution injectable, boîte de 10",
        GANTS: "Gants d'examen nitrile, taille 7, boîte de 100",
    }
    return {
        code: ProduitReference.objects.create(
            code=code, libelle=label, unites=100, unite="unité", updated_at=INSTANT
        )
        for code, label in labels.items()
    }


@pytest.fixture
def lignes(ght: Ght, referentiel: dict[str, ProduitReference]) -> Callable[..., Any]:
    """Four labels: three without code in two groups and one apart, one line with a sound code."""
    poser(
        [
            ligne("PARACETAMOL 500MG CP B/100", "300"),
            ligne("paracétamol 0,5 g comprimés bte 100", "200", finess="210000002"),
            ligne("AMOXICILLINE 1G PDRE SOL INJ B/10", "50"),
            ligne("LOCATION BARNUM FETE", "40"),
            ligne("Gants nitrile", "10", code_produit=GANTS),
        ],
        ght=ght,
    )
    return poser
