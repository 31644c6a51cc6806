"""Small counts of patients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.moteurs import xlsform
from fanal.questionnaires.compute.masquage import Masque, cacher, masquer, total

EFFECTIFS = st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=8)


@given(st.one_of(st.none(), st.integers(0, 1000)), st.integers(1, 50))
def test_only_counts_between_one_and_the_minimum_are_hidden(effectif: int | None, minimum: int) -> None:
    montre = masquer(effectif, minimum, complet=False)
    if effectif is not None and 0 < effectif < minimum:
        assert montre == Masque(minimum)
        assert str(effectif) not in str(montre).replace(str(minimum), "")
    else:
        assert montre == effectif
    assert masquer(effectif, minimum, complet=True) == effectif


@given(EFFECTIFS, st.integers(1, 20))
def test_a_total_never_tells_a_hidden_count(effectifs: list[int | None], minimum: int) -> None:
    caches = [n for n in effectifs if n is not None and 0 < n < minimum]
    somme = total(effectifs, minimum, complet=False)
    assert (somme is None) == bool(caches)
    assert total(effectifs, minimum, complet=True) == sum(n for n in effectifs if n)


def test_ten_is_hidden_and_eleven_is_not() -> None:
    assert str(masquer(10, 11, complet=False)) == "moins de 11"
    assert masquer(11, 11, complet=False) == 11
    assert masquer(0, 11, complet=False) == 0


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="négatif"):
        masquer(-1, 11, complet=False)


FORMULAIRE = """
| survey | | | | |
| | type | name | label | appearance |
| | begin_group | un | Un | |
| | integer | patients | Patients | effectif |
| | integer | lits | Lits | |
| | end_group | | | |
| | begin_repeat | services | Services | |
| | integer | malades | Malades | effectif |
| | end_repeat | | | |
| settings | | | | |
| | form_title | form_id | | |
| | Essai | essai | | |
"""


def test_only_the_marked_counts_are_hidden_rows_included() -> None:
    formulaire = xlsform.lire_texte(FORMULAIRE)
    lues = {"patients": "7", "lits": "7", "services": [{"malades": "3"}, {"malades": "40"}, {}]}
    assert cacher(formulaire.elements, lues, 11) == {
        "patients": "moins de 11",
        "lits": "7",
        "services": [{"malades": "moins de 11"}, {"malades": "40"}, {}],
    }
    assert lues["patients"] == "7"


@given(st.one_of(st.integers(0, 60).map(str), st.sampled_from(["", "7 ", "-3", "7.0", "sept"])))
def test_whatever_was_typed_no_small_count_comes_out(valeur: str) -> None:
    formulaire = xlsform.lire_texte(FORMULAIRE)
    montre = cacher(formulaire.elements, {"patients": valeur}, 11)["patients"]
    assert montre == valeur or montre == "moins de 11"
    if valeur.strip().isdecimal() and 0 < int(valeur) < 11:
        assert montre == "moins de 11"
