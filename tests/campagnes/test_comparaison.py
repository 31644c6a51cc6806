from hypothesis import given
from hypothesis import strategies as st

from fanal.campagnes.comparaison import Difference, differences

values = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


def test_a_row_that_comes_in_does_not_shift_the_others() -> None:
    avant = {"par_region": [{"code": "ARA", "gain": "1"}, {"code": "GE", "gain": "2"}]}
    apres = {
        "par_region": [
            {"code": "BFC", "gain": "5"},
            {"code": "ARA", "gain": "1"},
            {"code": "GE", "gain": "3"},
        ]
    }
    assert differences(avant, apres) == [
        Difference("par_region[BFC]", None, {"code": "BFC", "gain": "5"}),
        Difference("par_region[GE].gain", "2", "3"),
    ]


def test_tables_are_matched_on_their_leading_texts() -> None:
    def table(*lignes: list[object]) -> dict[str, object]:
        return {"lignes": {"colonnes": ["ght", "identifiant", "retenu_c"], "valeurs": list(lignes)}}

    avant = table(["G1", "A", 100], ["G1", "B", 50], ["G1", "B", 60])
    apres = table(["G1", "A", 100], ["G1", "B", 50], ["G1", "B", 65], ["G2", "A", 1])
    assert differences(avant, apres) == [
        Difference("lignes[G1 B (2)].retenu_c", 60, 65),
        Difference("lignes[G2 A]", None, {"ght": "G2", "identifiant": "A", "retenu_c": 1}),
    ]


@given(values)
def test_nothing_differs_from_itself(value: object) -> None:
    assert differences(value, value) == []


@given(values, values)
def test_what_differs_is_said(a: object, b: object) -> None:
    assert bool(differences(a, b)) == (a != b)
