"""Likeness of names, marks by month, bank accounts: by hand and against naive computations."""

from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.fournisseurs.compute.evaluations import Periode, note, par_mois
from fanal.fournisseurs.compute.ressemblance import MEME_SIREN, Candidat, proposer, ressemblance
from fanal.fournisseurs.rules.comptes import check_iban, check_remplacement, masquer
from fanal.fournisseurs.rules.decisions import check_cloture, check_evaluation, check_incident
from fanal.refus import Refus

POIDS = {"delais": Decimal("0.5"), "conformite": Decimal("0.3"), "relation": Decimal("0.2")}
SEUIL = Decimal("0.90")
# Published examples of the IBAN registry (ISO 13616), of no real account.
IBAN_FR, IBAN_BE = "FR14 2004 1010 0505 0001 3M02 606", "BE68539007547034"


def test_the_same_siren_or_name_is_proposed() -> None:
    found = proposer(
        [
            Candidat(1, "732829320", "ALPHA SANTE SAS"),
            Candidat(2, "732829320", "ALPHA SANTE LYON"),
            Candidat(3, "", "ALPHA SANTE"),
            Candidat(4, "", "OMEGA"),
            Candidat(5, "", ""),
            Candidat(6, "", ""),
        ],
        SEUIL,
    )
    assert [(p.garde, p.double) for p in found] == [(1, 2), (1, 3)]
    assert found[0].raison == MEME_SIREN and found[1].ressemblance == 1


def test_different_siren_say_so() -> None:
    (found,) = proposer([Candidat(1, "732829320", "ALPHA"), Candidat(2, "356000000", "ALPHA")], SEUIL)
    assert "SIREN différents" in found.raison


NAMES = st.lists(
    st.sampled_from(["ALPHA", "ALPHA SA", "ALPHAS", "ALPHB", "BETA", "BETA SAS", ""]), max_size=8
)


@given(NAMES)
def test_proposals_by_name_agree_with_comparing_every_pair(names: list[str]) -> None:
    rows = [Candidat(n, "", name) for n, name in enumerate(names)]
    naive = {
        (a.pk, b.pk)
        for a, b in combinations(rows, 2)
        if a.nom and b.nom and a.nom[:4] == b.nom[:4] and ressemblance(a.nom, b.nom) >= SEUIL
    }
    assert {(p.garde, p.double) for p in proposer(rows, SEUIL)} == naive


def test_a_mark_is_a_weighted_mean_of_what_was_marked() -> None:
    assert note({"delais": 5, "conformite": 4, "relation": 1}, POIDS) == Decimal("3.90")
    assert note({"delais": 5, "relation": 1}, POIDS) == Decimal("3.86")  # (2.5 + 0.2) / 0.7
    assert note({}, POIDS) is None and note({"inconnu": 3}, POIDS) is None


def test_a_month_without_orders_is_not_scored() -> None:
    periods = [
        Periode(date(2026, 1, 15), date(2026, 3, 2), {"delais": 4}),
        Periode(date(2026, 3, 1), date(2026, 3, 31), {"delais": 2}),
    ]
    january, february, march = par_mois(periods, POIDS, frozenset({date(2026, 1, 1), date(2026, 3, 1)}))
    assert (january.note, february.note, march.note) == (4, None, 3)
    assert february.commandes is False
    unknown = par_mois(periods, POIDS, None)
    assert [m.note for m in unknown] == [4, 4, 3] and {m.commandes for m in unknown} == {None}


def naive_iban(text: str) -> bool:
    """ISO 13616: four first characters at the end, letters as numbers, remainder 1 by 97."""
    turned = text[4:] + text[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


@pytest.mark.parametrize("text", [IBAN_FR, IBAN_BE])
def test_an_iban_is_checked_and_masked(text: str) -> None:
    compact = text.replace(" ", "")
    assert check_iban(text.lower()) == compact and naive_iban(compact)
    masked = masquer(compact)
    assert masked.startswith(compact[:2]) and masked.endswith(compact[-4:]) and compact[4:12] not in masked
    for position in range(4, len(compact)):
        wrong = compact[:position] + ("1" if compact[position] != "1" else "2") + compact[position + 1 :]
        if not naive_iban(wrong):
            with pytest.raises(Refus):
                check_iban(wrong)


def test_an_account_is_replaced_by_a_later_one_only() -> None:
    with pytest.raises(Refus, match="déjà"):
        check_remplacement("A", "A", date(2026, 1, 1), date(2025, 1, 1))
    with pytest.raises(Refus, match="postérieure"):
        check_remplacement("A", "B", date(2025, 1, 1), date(2025, 1, 1))
    check_remplacement("A", "B", date(2025, 1, 2), date(2025, 1, 1))
    check_remplacement(None, "B", date(2020, 1, 1), None)


def test_refusals_of_incidents_and_marks() -> None:
    with pytest.raises(Refus, match="pas encore"):
        check_incident(date(2026, 3, 3), "Retard", date(2026, 3, 2))
    with pytest.raises(Refus, match="Décrivez"):
        check_incident(date(2026, 3, 1), "  ", date(2026, 3, 2))
    with pytest.raises(Refus, match="déjà clos"):
        check_cloture(date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    titles = {"delais": "Délais"}
    for marks in ({}, {"delais": 6}, {"delais": 0}, {"autre": 3}):
        with pytest.raises(Refus):
            check_evaluation(date(2026, 1, 1), date(2026, 2, 1), marks, titles)
    with pytest.raises(Refus, match="avant de commencer"):
        check_evaluation(date(2026, 2, 1), date(2026, 1, 1), {"delais": 3}, titles)
    check_evaluation(date(2026, 1, 1), date(2026, 1, 1), {"delais": 5}, titles)
