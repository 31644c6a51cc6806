"""Modifications: their limits, their effects, and initial values that stay."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.marches.actions import (
    avenants,
    commandes,
)
from fanal.marches.compute.effets import Changement, appliquer
from fanal.marches.models import Marche
from fanal.marches.queries.situation import maximums_ht, situation
from fanal.marches.rules.avenants import Avenant
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Etablissement, Ght
from tests.marches.vie.fabrique import at, notifie

D = Decimal
pytestmark = pytest.mark.django_db
MAI = date(2025, 5, 5)
ESPACES = {0x202F: " ", 0xA0: " "}


def acte(marche: Marche, le: date = MAI) -> dict[str, Any]:
    marche.refresh_from_db()
    return {"marche": marche, "by": None, "instant": at(le), "verrou": marche.verrou}


def etablissement(finess: str = "210000001") -> Etablissement:
    return Etablissement.objects.get(finess=finess)


def commander(marche: Marche, montant: int, le: date = MAI, finess: str = "210000001") -> Any:
    return commandes.commander(
        marche=marche,
        etablissement=etablissement(finess),
        le=le,
        montant_ht=D(montant),
        by=None,
        instant=at(le),
    )


def avenant(**changes: Any) -> Avenant:
    values: dict[str, Any] = {
        "motif": "R2194-8",
        "objet": "Ajouter une référence",
        "date_signature": MAI,
        "variation_ht": D(5_000),
        **changes,
    }
    return Avenant(**values)


# Modifications ---------------------------------------------------------------------------------------------


def test_an_amendment_appends_and_leaves_the_initial_values(ght: Ght) -> None:
    marche = notifie(ght)
    written = avenants.signer(**acte(marche), avenant=avenant(), date_notification=MAI)
    marche.refresh_from_db()
    assert (written.numero, written.montant_apres) == (1, 105_000)
    assert (marche.montant, marche.maximum_ht, marche.duree_mois) == (100_000, 100_000, 48)
    assert situation(marche, MAI).effets.maximum_ht == 105_000


def test_a_signed_amendment_counts_for_its_ground_and_acts_once_notified(ght: Ght) -> None:
    marche = notifie(ght)
    avenants.signer(**acte(marche), avenant=avenant(), date_notification=None)
    facts = situation(Marche.objects.get(pk=marche.pk), MAI)
    assert (facts.effets.maximum_ht, facts.effets.deja) == (100_000, {"R2194-8": D(5_000)})
    with pytest.raises(Refus, match="signé mais pas notifié"):
        avenants.signer(**acte(marche), avenant=avenant(), date_notification=None)
    with pytest.raises(Introuvable):
        avenants.notifier(**acte(marche), numero=2, le=MAI)
    avenants.notifier(**acte(marche), numero=1, le=MAI)
    assert situation(Marche.objects.get(pk=marche.pk), MAI).effets.maximum_ht == 105_000
    assert maximums_ht(Marche.objects.filter(pk=marche.pk)) == {marche.pk: D(105_000)}


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"variation_ht": D(10_000)}, "n'est pas en dessous"),
        ({"motif": "R2194-2", "variation_ht": D("50000.01")}, "limitée à"),
        ({"motif": "R2194-6"}, "ne change pas le montant"),
        ({"motif": "R2194-9"}, "Choisissez le motif"),
        ({"objet": ""}, "sans objet"),
        ({"variation_ht": D(0)}, "ne change ni le montant"),
        ({"date_signature": date(2024, 12, 1)}, "avant la notification"),
        ({"date_signature": date(2025, 5, 6)}, "dans le futur"),
        ({"date_fin_apres": date(2029, 1, 31), "motif": "R2194-1"}, "plus de 4 ans"),
        ({"date_fin_apres": date(2025, 5, 4)}, "prononcez une résiliation"),
        ({"titulaires": True}, "R2194-6"),
        ({"variation_quantite": D(5)}, "pas de maximum en quantité"),
    ],
)
def test_amendments_refused(ght: Ght, changes: dict[str, Any], phrase: str) -> None:
    marche = notifie(ght)
    with pytest.raises(Refus, match=phrase):
        avenants.signer(**acte(marche), avenant=avenant(**changes), date_notification=None)


def test_limits_at_their_bounds(ght: Ght) -> None:
    marche = notifie(ght)
    half = avenant(motif="R2194-2", variation_ht=D(50_000))
    avenants.signer(**acte(marche), avenant=half, date_notification=MAI)
    avenants.signer(**acte(marche), avenant=half, date_notification=MAI)  # per modification, not cumulated
    small = avenant(variation_ht=D("9999.99"))
    avenants.signer(**acte(marche), avenant=small, date_notification=MAI)
    with pytest.raises(Refus, match="n'est pas en dessous"):
        avenants.signer(**acte(marche), avenant=avenant(variation_ht=D("0.01")), date_notification=MAI)


def test_past_the_end_the_sentence_says_so(ght: Ght) -> None:
    marche = notifie(ght, duree_mois=12, reconductions_prevues=0, reconduction_mois=None)
    with pytest.raises(Refus) as refus:
        avenants.signer(
            **acte(marche, date(2026, 1, 2)),
            avenant=avenant(date_signature=date(2026, 1, 2)),
            date_notification=None,
        )
    assert refus.value.phrase == (
        "Ce marché a pris fin le 31/12/2025 : un avenant n'est plus possible. Vérifiez la date de fin saisie."
    )


def test_an_extension_moves_the_end_and_keeps_the_first_one(ght: Ght) -> None:
    marche = notifie(ght, duree_mois=24, reconductions_prevues=0, reconduction_mois=None)
    longer = avenant(motif="R2194-1", variation_ht=D(0), date_fin_apres=date(2027, 6, 30))
    written = avenants.signer(**acte(marche), avenant=longer, date_notification=MAI)
    marche.refresh_from_db()
    assert (marche.date_fin_totale, marche.date_fin_initiale) == (date(2027, 6, 30), date(2026, 12, 31))
    assert (marche.date_fin, marche.duree_mois, written.duree_mois_apres) == (date(2027, 6, 30), 24, 30)


def test_a_new_holder_is_appended(ght: Ght) -> None:
    marche = notifie(ght)
    change = avenant(motif="R2194-6", variation_ht=D(0), titulaires=True)
    written = avenants.signer(
        **acte(marche),
        avenant=change,
        titulaires=[("SIRET", "35600000000048", "Repreneur")],
        date_notification=MAI,
    )
    assert written.titulaires_apres == [
        {"typeIdentifiant": "SIRET", "id": "35600000000048", "nom": "Repreneur"}
    ]
    assert [t.fournisseur.identifiant for t in marche.titulaires.all()] == ["73282932000074"]


@given(
    changes=st.lists(
        st.tuples(
            st.sampled_from(["R2194-1", "R2194-8", ""]),
            st.integers(-900, 900),
            st.booleans(),
            st.booleans(),
        ),
        max_size=6,
    )
)
@settings(max_examples=60)
def test_effects_equal_a_naive_replay(changes: list[tuple[str, int, bool, bool]]) -> None:
    """Some modifications say what they add, others (published data) only the amount they lead to."""
    amount, maximum, by_ground = D(10_000), D(10_000), {}
    rows = []
    for i, (ground, delta, absolute, effective) in enumerate(changes, start=1):
        after = amount + delta
        rows.append(
            Changement(
                numero=i,
                motif=ground,
                variation_ht=None if absolute else D(delta),
                montant_apres=after if absolute else None,
                effet=effective,
            )
        )
        by_ground[ground] = by_ground.get(ground, D(0)) + delta
        if effective:
            amount, maximum = after, maximum + delta
    found = appliquer(
        montant=D(10_000), maximum_ht=D(10_000), maximum_quantite=None, changements=reversed(rows)
    )
    assert (found.montant, found.maximum_ht, found.deja) == (amount, maximum, by_ground)
