"""A contract of the GHT with a maximum of 1,000 €, two beneficiaries, and lines of consumption."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fanal.marches.models import Beneficiaire, Marche, Titulaire
from fanal.marches.rules.reception import LigneRecue
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import Noeud
from tests.marches.publication.fabrique import complet, creer, fournisseur

INSTANT = datetime(2026, 6, 15, 8, tzinfo=UTC)
SIREN = "552045999"


@pytest.fixture
def partie(ght: Ght) -> Etablissement:
    return Etablissement.objects.get(finess="210000002")


@pytest.fixture
def marche(ght: Ght, etablissement: Etablissement, partie: Etablissement) -> Marche:
    """Of the GHT, 2025-2028, at most 1,000 € of which 300 € for the party."""
    made = creer(
        complet(id="M-2025-01", dateNotification="2025-01-01"),
        Noeud("ght", ght),
        maximum_ht=Decimal(1000),
        date_debut=date(2025, 1, 1),
        date_fin_totale=date(2028, 12, 31),
        techniques=["Accord-cadre"],
    )
    Beneficiaire.objects.create(marche=made, etablissement=etablissement, entree=date(2025, 1, 1))
    Beneficiaire.objects.create(
        marche=made, etablissement=partie, entree=date(2025, 1, 1), part_maximum_ht=Decimal(300)
    )
    Titulaire.objects.all().delete()
    who = fournisseur({"typeIdentifiant": "SIRET", "id": "55204599900869"})
    who.siren = SIREN
    who.save()
    Titulaire.objects.create(marche=made, fournisseur=who)
    return made


@pytest.fixture
def ligne() -> Callable[..., LigneRecue]:
    """`ligne(n, montant, **changes)`: line number *n*, of the support, in March 2026, on the contract."""

    def build(number: int, amount: Any = "100", **changes: Any) -> LigneRecue:
        values: dict[str, Any] = {
            "rang": number,
            "cle": f"C{number}",
            "finess": "210000001",
            "le": date(2026, 3, 1),
            "montant_ht": Decimal(str(amount)),
            "numero_marche": "M-2025-01",
        }
        return LigneRecue(**(values | changes))

    return build
