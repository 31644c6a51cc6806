"""Two contracts of a GHT, and purchases that none, the wrong one or the right one covers."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from fanal.fournisseurs.models import Fournisseur
from fanal.marches.models import Beneficiaire, Marche, Titulaire
from fanal.territoires.models import Etablissement, Ght
from tests.appui.lac import poser
from tests.depenses.pages.conftest import ligne

INSTANT = datetime(2022, 1, 20, 10, 0, tzinfo=UTC)
ICI, PARTIE, AILLEURS = "210000001", "210000002", "350000001"
SIRET, AUTRE = "55204599900869", "44306184100047"


def achat(numero: str, montant: str, **champs: Any) -> dict[str, Any]:
    """An order line of one unit; M-1 by default."""
    return (
        ligne(
            numero_commande=numero,
            quantite="1",
            prix_unitaire_ht=montant,
            montant_ht=montant,
            numero_marche="M-1",
        )
        | champs
    )


LIGNES = [
    achat("A1", "100.00"),
    achat("A2", "50.00", numero_marche=None, siret_fournisseur=SIRET),
    achat("A3", "30.00", numero_marche=None, date_commande="2021-06-02"),
    achat("A4", "-10.00", numero_marche=None, type_ligne="avoir", quantite="-1", date_commande="2021-07-02"),
    achat("A5", "25.00", numero_marche="X9", siret_fournisseur=AUTRE, famille="LINGE"),
    achat("A6", "5.00", type_ligne="remise", numero_marche=None),
    # M-2 is executed by the first establishment only, until the end of June.
    achat("B1", "40.00", numero_marche="M-2", finess=PARTIE),
    achat("A7", "15.00", numero_marche="M-2", date_commande="2021-07-05"),
    achat("A8", "60.00", numero_marche="M-2", date_commande="2021-03-05"),
]


@pytest.fixture
def creer_marche(ght: Ght) -> Callable[..., Marche]:
    """`creer_marche(numero, finess, **fields)`: a contract of the GHT that these establishments execute."""

    def create(numero: str, finess: tuple[str, ...], **fields: Any) -> Marche:
        values: dict[str, Any] = {
            "niveau": "ght",
            "ght": ght,
            "identifiant": numero,
            "objet": f"Objet {numero}",
            "etat": "notifie",
            "date_notification": date(2020, 12, 1),
            "date_debut": date(2021, 1, 1),
            "date_fin": date(2024, 12, 31),
            "date_fin_totale": date(2024, 12, 31),
            "created_at": INSTANT,
            "updated_at": INSTANT,
        }
        contract = Marche.objects.create(**values | fields)
        for code in finess:
            place = Etablissement.objects.get(finess=code)
            Beneficiaire.objects.create(marche=contract, etablissement=place)
        return contract

    return create


@pytest.fixture
def marches(creer_marche: Callable[..., Marche]) -> tuple[Marche, Marche]:
    """M-1, executed by both, whose holder is the usual supplier; M-2, by the first only, until June 2021."""
    first = creer_marche("M 1", (ICI, PARTIE), famille="MEDICAMENTS")
    second = creer_marche(
        "M-2", (ICI,), famille="Linge", date_fin=date(2021, 6, 30), date_fin_totale=date(2021, 6, 30)
    )
    holder = Fournisseur.objects.create(siren=SIRET[:9], nom="Fournisseur d'essai")
    Titulaire.objects.create(marche=first, fournisseur=holder)
    return first, second


@pytest.fixture
def lac(ght: Ght, autre_ght: Ght, marches: tuple[Marche, Marche]) -> None:
    """What the GHT sent, and one line of another."""
    poser(LIGNES, ght=ght)
    poser([achat("Z1", "9999.00", finess=AILLEURS, numero_marche=None)], ght=autre_ght)
