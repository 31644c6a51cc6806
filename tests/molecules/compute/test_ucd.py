"""UCD codes, short and long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.molecules.compute.ucd import cle, code_court, code_long

COURTS = st.text("0123456789", min_size=7, max_size=7)


@given(COURTS)
def test_long_and_short_codes_name_the_same_drug(court: str) -> None:
    long = code_long(court)
    assert len(long) == 13
    assert long.startswith("34008")
    assert code_court(long) == court == code_court(court)


@given(COURTS, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_seen(court: str, rang: int, ecart: int) -> None:
    long = code_long(court)
    faux = long[:rang] + str((int(long[rang]) + ecart) % 10) + long[rang + 1 :]
    with pytest.raises(ValueError, match="UCD"):
        code_court(faux)


@given(st.text("0123456789", min_size=12, max_size=12))
def test_the_check_digit_makes_the_weighted_sum_a_multiple_of_ten(douze: str) -> None:
    treize = [int(c) for c in douze] + [cle(douze)]
    assert (sum(treize[0::2]) + 3 * sum(treize[1::2])) % 10 == 0


def test_a_published_code() -> None:
    # 34008 9416230, key 8: (3+0+8+4+6+3) + 3 × (4+0+9+1+2+0) = 24 + 48 = 72, 8 short of 80.
    assert code_long("9416230") == "3400894162308"


@pytest.mark.parametrize("ecrit", ["3400 8941 62308", "34008.94162308", " 9416230 ", "3400894162308"])
def test_separators_do_not_count(ecrit: str) -> None:
    assert code_court(ecrit) == "9416230"


@pytest.mark.parametrize("faux", ["", "941623", "94162301", "3400994162308", "٩٤١٦٢٣٠", "941623O"])
def test_what_is_no_code_is_refused_with_a_sentence(faux: str) -> None:
    with pytest.raises(ValueError, match="n'est pas un code UCD"):
        code_court(faux)


def test_twelve_digits_are_needed_for_a_key() -> None:
    with pytest.raises(ValueError, match="Douze"):
        cle("123")
