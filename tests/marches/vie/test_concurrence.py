"""Two people at once on one contract: threads with their own connections, on SQLite and on PostgreSQL."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from fanal.journal.queries import verifier
from fanal.marches.actions import avenants, commandes, reconductions
from fanal.marches.models import Consommation, Marche, Modification, Reconduction
from fanal.marches.rules.avenants import Avenant
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Ght
from tests.campagnes.test_concurrence import at_once
from tests.marches.vie.fabrique import at, notifie

pytestmark = pytest.mark.django_db(transaction=True)
MAI = date(2025, 5, 5)
N = 4


def test_two_people_amending_at_once_leave_one_amendment(ght: Ght) -> None:
    """Both read the same version: the first writes, the others are told to read again."""
    marche = notifie(ght)

    def sign() -> object:
        return avenants.signer(
            marche=Marche.objects.get(pk=marche.pk),
            avenant=Avenant("R2194-8", "Ajouter une référence", MAI, Decimal(6_000)),
            date_notification=MAI,
            by=None,
            instant=at(MAI),
            verrou=marche.verrou,
        )

    results = at_once(*[sign] * N)
    refused = [r for r in results if isinstance(r, Refus)]
    assert len(refused) == N - 1
    assert all("modifié par quelqu'un d'autre" in r.phrase for r in refused)
    assert list(Modification.objects.values_list("numero", flat=True)) == [1]
    assert verifier().ok


def test_orders_made_at_once_never_pass_the_maximum(ght: Ght) -> None:
    """100 000 € at most, four orders of 40 000 € together: two go through, each seeing the others."""
    marche = notifie(ght)

    def order() -> object:
        return commandes.commander(
            marche=Marche.objects.get(pk=marche.pk),
            etablissement=Etablissement.objects.get(finess="210000001"),
            le=MAI,
            montant_ht=Decimal(40_000),
            by=None,
            instant=at(MAI),
        )

    results = at_once(*[order] * N)
    assert sum(isinstance(r, Refus) for r in results) == N - 2
    assert Consommation.objects.aggregate(s=Sum("montant_ht"))["s"] == 80_000
    assert verifier().ok


def test_two_workers_record_a_tacit_renewal_once(ght: Ght) -> None:
    notifie(ght)
    le = date(2026, 2, 1)
    at_once(*[lambda: reconductions.enregistrer_tacites(le=le, instant=at(le))] * N)
    assert Reconduction.objects.count() == 1
    assert verifier().ok
