"""Gloves bought by the piece and by the box, here and elsewhere, with the list of a contract."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from fanal.marches.models import Beneficiaire, Marche
from fanal.prix.models import LigneBpu, PrixLigne, VersionBpu
from fanal.territoires.models import Etablissement, Ght
from tests.appui.lac import poser
from tests.depenses.pages.conftest import ligne

INSTANT = datetime(2022, 1, 20, 10, 0, tzinfo=UTC)
GANTS, DRAPS = "3400930000014", "3400930000021"
ICI = ("210000001", "210000002")


def achat(finess: str, numero: str, prix: str, quantite: str, **autres: Any) -> dict[str, Any]:
    """An order line whose amount is quantity × price."""
    return (
        ligne(
            finess=finess,
            numero_commande=numero,
            code_produit=GANTS,
            libelle="GANT NITRILE T7",
            unite="U",
            numero_marche="M-1",
            prix_unitaire_ht=prix,
            quantite=quantite,
            montant_ht=str(round(float(prix) * float(quantite), 2)),
        )
        | autres
    )


LIGNES = [
    # 50 € the box of 100 at the first, 0.38 € the piece at the second; the contract says 0.40 €.
    achat("210000001", "A1", "50", "10", unite="BTE"),
    achat("210000001", "A2", "0.54", "1000", date_commande="2021-03-10"),
    achat("210000001", "A3", "0", "50", type_ligne="unites_gratuites"),
    achat("210000001", "A4", "0", "0", type_ligne="remise", montant_ht="-30.00"),
    achat("210000002", "B1", "0.38", "400", numero_marche=None),
    achat("210000002", "B2", "0.38", "-100", type_ligne="avoir", numero_marche=None),
    # Sheets: a unit that is not written, and a crate whose content nobody gave.
    achat("210000001", "A5", "3", "10", code_produit=DRAPS, libelle="DRAP", unite=None),
    achat("210000002", "B3", "60", "1", code_produit=DRAPS, libelle="DRAP", unite="CAISSE"),
]


@pytest.fixture
def marche(ght: Ght) -> Marche:
    """M-1, which both establishments execute: gloves by the box of 100 at 40 € without VAT."""
    contract = Marche.objects.create(
        niveau="ght",
        ght=ght,
        identifiant="M 1",
        objet="Gants",
        etat="notifie",
        date_notification=date(2020, 12, 15),
        date_debut=date(2021, 1, 1),
        created_at=INSTANT,
        updated_at=INSTANT,
    )
    version = VersionBpu.objects.create(marche=contract, numero=1, created_at=INSTANT)
    LigneBpu.objects.create(
        version=version,
        cle="1",
        type_code="CIP13",
        code=GANTS,
        libelle="Gant nitrile",
        unite="boîte",
        conditionnement=100,
        prix_unitaire_ht="40",
        taux_tva="20",
    )
    for price, since in (("42", date(2020, 12, 15)), ("40", date(2021, 6, 1)), ("39", date(2022, 6, 1))):
        PrixLigne.objects.create(
            marche=contract, cle="1", prix_unitaire_ht=price, depuis=since, origine="bpu", created_at=INSTANT
        )
    for finess in ICI:
        Beneficiaire.objects.create(marche=contract, etablissement=Etablissement.objects.get(finess=finess))
    return contract


@pytest.fixture
def lac(ght: Ght, marche: Marche) -> None:
    """The lines of both establishments."""
    poser(LIGNES, ght=ght)
