"""The blanket agreement of another program, as an outside case.

Figures restated from the scenario of Tryton's module purchase_blanket_agreement (8.2): an agreement of thirty
days for 20 units at 7.00 each; five are ordered, fifteen remain; twenty more are too many; fifteen close it.
Where that program warns, ours refuses or asks for a reason.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fanal.marches.actions import commandes, cycle, saisie
from fanal.marches.models import Marche
from fanal.marches.queries.situation import situation
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Ght
from tests.marches.vie.fabrique import DEBUT, at, notifie, termes

pytestmark = pytest.mark.django_db
PRIX = Decimal("7.0000")
FIN = DEBUT + timedelta(days=30)


@pytest.fixture
def accord(ght: Ght) -> Marche:
    marche = notifie(
        ght,
        montant=Decimal(140),
        maximum_ht=None,
        maximum_quantite=Decimal(20),
        duree_mois=1,
        reconductions_prevues=0,
        reconduction_mois=None,
        preavis_mois=None,
        objet="Un produit à l'unité",
    )
    assert marche.date_fin_totale == FIN
    return marche


def order(marche: Marche, unites: int, jour: int = 0) -> Any:
    day = DEBUT + timedelta(days=jour)
    return commandes.commander(
        marche=marche,
        etablissement=Etablissement.objects.get(finess="210000002"),
        le=day,
        montant_ht=unites * PRIX,
        quantite=Decimal(unites),
        by=None,
        instant=at(day),
    )


def left(marche: Marche) -> Decimal | None:
    return situation(Marche.objects.get(pk=marche.pk), DEBUT).jauge_quantite.reste


def test_the_whole_scenario(accord: Marche) -> None:
    assert left(accord) == 20
    order(accord, 5)
    assert left(accord) == 15
    with pytest.raises(Refus, match="il reste 15 sur 20"):
        order(accord, 20, jour=1)
    assert left(accord) == 15, "what is refused takes nothing"
    with pytest.raises(Refus, match="avec 15 unités disponibles"):
        settle(accord)
    order(accord, 15, jour=2)
    assert left(accord) == 0
    with pytest.raises(Refus, match="il reste 0 sur 20"):
        order(accord, 1, jour=3)
    settle(accord, motif="Tout est livré.")
    assert Marche.objects.get(pk=accord.pk).etat == "solde"


def settle(marche: Marche, motif: str = "") -> None:
    day = DEBUT + timedelta(days=10)
    verrou = Marche.objects.get(pk=marche.pk).verrou
    cycle.solder(marche=marche, paiement=day, motif=motif, by=None, instant=at(day), verrou=verrou)


def test_a_running_agreement_does_not_change_its_unit(accord: Marche) -> None:
    with pytest.raises(Refus, match="ses termes ne changent plus que par un avenant"):
        saisie.corriger(
            marche=accord,
            termes=termes(maximum_quantite=Decimal(20), maximum_ht=None),
            autres={"unite_quantite": "kg"},
            by=None,
            instant=at(DEBUT),
            verrou=accord.verrou,
        )


def test_outside_its_dates_nothing_is_ordered(accord: Marche) -> None:
    with pytest.raises(Refus, match="a pris fin le 31/01/2025"):
        order(accord, 1, jour=31)
    with pytest.raises(Refus, match="avant le début du marché"):
        commandes.commander(
            marche=accord,
            etablissement=Etablissement.objects.get(finess="210000002"),
            le=DEBUT - timedelta(days=1),
            montant_ht=PRIX,
            quantite=Decimal(1),
            by=None,
            instant=at(DEBUT),
        )


def test_an_order_without_quantity_does_not_escape_the_maximum(accord: Marche) -> None:
    with pytest.raises(Refus, match="indiquez la quantité"):
        commandes.commander(
            marche=accord,
            etablissement=Etablissement.objects.get(finess="210000002"),
            le=DEBUT,
            montant_ht=Decimal(1_000_000),
            by=None,
            instant=at(DEBUT),
        )
