"""A small register around `ght`, as imports and receptions leave it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fanal.fournisseurs.compute.noms import normaliser_nom
from fanal.fournisseurs.models import Fournisseur
from fanal.marches.models import Consommation, LotConsommation, Marche, Titulaire
from fanal.territoires.models import Etablissement, Ght

INSTANT = datetime(2022, 2, 10, 9, 30, tzinfo=UTC)
LE = date(2022, 2, 10)
Marcher = Callable[..., Marche]


@pytest.fixture
def marcher(db: None, ght: Ght) -> Marcher:
    """`marcher(identifiant, titulaire="Alpha", consomme=None, **fields)`: a contract of `ght`."""

    def make(identifiant: str, titulaire: str = "", consomme: Any = None, **fields: Any) -> Marche:
        given = {
            "niveau": "ght",
            "ght": ght,
            "acheteur_siret": "26210007600013",
            "acheteur_nom": "Hôpital d'essai",
            "objet": f"Objet de {identifiant}",
            "date_notification": date(2021, 1, 1),
            "date_debut": date(2021, 1, 1),
            "duree_mois": 24,
            "date_fin_totale": date(2022, 12, 31),
            "montant": Decimal(100_000),
            "created_at": INSTANT,
            "updated_at": INSTANT,
        } | fields
        marche = Marche.objects.create(identifiant=identifiant, **given)
        if titulaire:
            holder, _ = Fournisseur.objects.get_or_create(
                nom=titulaire,
                defaults={"nom_normalise": normaliser_nom(titulaire), "type_identifiant": "HORS-UE",
                          "identifiant": titulaire, "identifiant_valide": True},
            )  # fmt: skip
            Titulaire.objects.create(marche=marche, fournisseur=holder)
        if consomme is not None:
            use(marche, Decimal(consomme), date(2022, 1, 15))
        return marche

    return make


def use(marche: Marche, montant: Decimal, le: date) -> Consommation:
    """Something ordered on a contract."""
    number = Consommation.objects.count()
    lot = LotConsommation.objects.create(
        cle=f"lot{number}", source="fichier", empreinte="0", recu_le=INSTANT, ght=marche.ght
    )
    place = Etablissement.objects.order_by("pk")[0]
    return Consommation.objects.create(
        marche=marche, etablissement=place, lot=lot, cle=f"l{number}", le=le, montant_ht=montant
    )
