"""The life of contracts, by hand."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.marches.compute.echeances import (
    A_VENIR,
    EN_COURS,
    EXPIRE,
    EXPIRE_UTILISE,
    INCONNUE,
    RESILIE,
    Decision,
    DonneesVie,
    calculer,
)

# One year from 01/01/2025, three tacit renewals of a year, three months' notice.
GANTS = DonneesVie(
    date_debut=date(2025, 1, 1),
    date_fin=date(2025, 12, 31),
    date_fin_totale=date(2028, 12, 31),
    duree_mois=48,
    reconductions_prevues=3,
    reconduction_mois=12,
    preavis_mois=3,
)


def gants(**changes: object) -> DonneesVie:
    return DonneesVie(**{**GANTS.__dict__, **changes})


def test_the_first_period_ends_and_its_notice_comes_three_months_before() -> None:
    life = calculer(GANTS, date(2025, 6, 1))
    assert (life.fin, life.fin_totale) == (date(2025, 12, 31), date(2028, 12, 31))
    assert life.preavis_le == date(2025, 9, 30)
    assert life.prochaine is not None and life.prochaine.debut == date(2026, 1, 1)
    assert [p.fin.year for p in life.periodes] == [2025, 2026, 2027, 2028]


def test_a_tacit_renewal_has_happened_even_unrecorded() -> None:
    """R2112-4: the contract goes on unless somebody decides otherwise."""
    life = calculer(GANTS, date(2026, 1, 1))
    assert (life.etat_temps, life.fin, life.preavis_le) == (EN_COURS, date(2026, 12, 31), date(2026, 9, 30))


def test_an_express_renewal_nobody_decided_has_not_happened() -> None:
    life = calculer(gants(reconduction_tacite=False), date(2026, 1, 1))
    assert (life.etat_temps, life.fin) == (EXPIRE, date(2025, 12, 31))
    done = gants(
        reconduction_tacite=False,
        decisions=(Decision(1, "expresse", date(2026, 1, 1), date(2026, 12, 31)),),
        date_fin=date(2026, 12, 31),
    )
    assert calculer(done, date(2026, 6, 1)).etat_temps == EN_COURS


def test_a_refused_renewal_ends_the_contract() -> None:
    refused = gants(
        date_fin_totale=date(2025, 12, 31),
        decisions=(Decision(1, "refusee", date(2026, 1, 1), date(2026, 12, 31)),),
    )
    life = calculer(refused, date(2025, 10, 15))
    assert (life.fin_totale, life.prochaine, life.preavis_le) == (date(2025, 12, 31), None, None)
    assert calculer(refused, date(2026, 1, 1)).etat_temps == EXPIRE


@pytest.mark.parametrize(
    ("changes", "le", "expected"),
    [
        ({}, date(2024, 12, 31), A_VENIR),
        ({}, date(2028, 12, 31), EN_COURS),
        ({}, date(2029, 1, 1), EXPIRE),
        ({"derniere_commande": date(2029, 1, 1)}, date(2029, 2, 1), EXPIRE_UTILISE),
        ({"derniere_commande": date(2028, 12, 31)}, date(2029, 2, 1), EXPIRE),
        ({"fin_anticipee_le": date(2026, 3, 31)}, date(2026, 3, 31), EN_COURS),
        ({"fin_anticipee_le": date(2026, 3, 31)}, date(2026, 4, 1), RESILIE),
    ],
)
def test_where_it_stands(changes: dict[str, object], le: date, expected: str) -> None:
    assert calculer(gants(**changes), le).etat_temps == expected


def test_without_notification_or_duration_the_end_is_unknown() -> None:
    assert calculer(DonneesVie(duree_mois=12), date(2026, 1, 1)).etat_temps == INCONNUE
    assert calculer(DonneesVie(date_notification=date(2026, 1, 1)), date(2027, 1, 1)).etat_temps == INCONNUE
    known = calculer(DonneesVie(date_notification=date(2026, 1, 15), duree_mois=12), date(2026, 2, 1))
    assert known.fin_totale == date(2027, 1, 14)


def test_an_end_moved_past_the_last_renewal_belongs_to_it() -> None:
    life = calculer(gants(date_fin_totale=date(2029, 3, 31)), date(2029, 2, 1))
    assert (life.etat_temps, life.fin) == (EN_COURS, date(2029, 3, 31))


def test_a_notice_falls_on_the_last_day_of_a_short_month() -> None:
    """End on 31/05, three months: the last day to decide is 28/02, not a day that does not exist."""
    life = calculer(
        gants(
            date_debut=date(2024, 6, 1),
            date_fin=date(2025, 5, 31),
            date_fin_totale=date(2028, 5, 31),
        ),
        date(2025, 1, 1),
    )
    assert life.preavis_le == date(2025, 2, 28)


@given(
    debut=st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    premiere=st.integers(1, 36),
    n=st.integers(0, 4),
    mois=st.integers(1, 24),
    jours=st.integers(-400, 4000),
)
def test_periods_cover_the_contract_without_gap(
    debut: date, premiere: int, n: int, mois: int, jours: int
) -> None:
    """A second count, month by month: the end of the k-th period is the day before its anniversary."""
    from dateutil.relativedelta import relativedelta

    data = DonneesVie(
        date_debut=debut, duree_mois=premiere + n * mois, reconductions_prevues=n, reconduction_mois=mois
    )
    le = debut + timedelta(days=jours)
    life = calculer(data, le)
    periods = life.periodes
    assert periods[0].debut == debut and periods[-1].fin == life.fin_totale
    for before, after in pairwise(periods):
        assert after.debut == before.fin + timedelta(days=1)
    assert life.fin_totale == debut + relativedelta(months=premiere + n * mois) - timedelta(days=1)
    assert (life.etat_temps == EN_COURS) == (debut <= le <= life.fin_totale)
