from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.campagnes.canonique import canonical, sha256, to_json
from fanal.campagnes.rules import is_after, is_late
from fanal.campagnes.temps import end_of, instant_fr, local_day, start_of
from tests.campagnes.jouet import CLOTURE, CORRECTION


def test_a_day_of_paris_begins_and_ends_in_legal_time_summer_and_winter() -> None:
    assert start_of(date(2022, 1, 4)) == datetime(2022, 1, 3, 23, tzinfo=UTC)
    assert end_of(date(2022, 7, 31)) == datetime(2022, 7, 31, 21, 59, 59, tzinfo=UTC)
    assert local_day(datetime(2022, 2, 28, 23, 0, tzinfo=UTC)) == date(2022, 3, 1)


@pytest.mark.parametrize(
    ("apres_cloture", "late"),
    [
        (timedelta(0), False),
        (timedelta(microseconds=999_999), False),
        (timedelta(seconds=1), True),
        (timedelta(seconds=-1), False),
    ],
)
def test_the_closing_counts_to_the_second(apres_cloture: timedelta, late: bool) -> None:
    assert is_after(CLOTURE, CLOTURE + apres_cloture) is late
    dates = {"cloture": CLOTURE, "correction_jusqu_au": CORRECTION, "instant": CLOTURE + apres_cloture}
    assert is_late(**dates, correction=False) is late
    assert is_late(**dates, correction=True) is False


def test_instants_are_written_as_people_say_them() -> None:
    assert instant_fr(CLOTURE) == "28/02/2022 à 23 h 59 min 59 s"
    assert instant_fr(start_of(date(2022, 1, 4))) == "04/01/2022 à 00 h 00"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(json_values)
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: object) -> None:
    def turned(v: object) -> object:
        if isinstance(v, dict):
            return {k: turned(v[k]) for k in reversed(list(v))}
        return [turned(x) for x in v] if isinstance(v, list) else v

    assert canonical(value) == canonical(turned(value))
    assert sha256(value) == sha256(turned(value))


def test_decimals_and_dates_become_text_and_floats_are_refused() -> None:
    assert to_json({"a": Decimal("1.10"), "b": [date(2022, 3, 1)], "c": (1,)}) == {
        "a": "1.10",
        "b": ["2022-03-01"],
        "c": [1],
    }
    with pytest.raises(TypeError):
        to_json({"taux": 0.2356})
