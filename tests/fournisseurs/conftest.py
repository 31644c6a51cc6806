"""Suppliers and a clock for their tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fanal.fournisseurs.compute.noms import normaliser_nom
from fanal.fournisseurs.models import Fournisseur
from fanal.fournisseurs.rules.identites import controler

INSTANT = datetime(2026, 3, 2, 9, tzinfo=UTC)
Creer = Callable[..., Fournisseur]


@pytest.fixture
def creer(db: None) -> Creer:
    """`creer(nom, siret, **fields)`: a supplier as an import leaves it."""

    def make(nom: str, siret: str = "", **fields: Any) -> Fournisseur:
        read = controler("SIRET", siret)
        return Fournisseur.objects.create(
            type_identifiant="SIRET" if siret else "",
            identifiant=read.identifiant,
            identifiant_valide=read.valide,
            siren=read.siren,
            nom=nom,
            nom_normalise=normaliser_nom(nom),
            **fields,
        )

    return make
