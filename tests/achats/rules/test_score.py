"""The order of the control queue: amount at stake times how unbelievable, and why."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fanal.achats.rules import controler, scorer
from fanal.achats.rules.score import combine
from tests.achats.rules.outils import contexte, table

POIDS = st.lists(st.decimals(0, 1, places=3), max_size=6)


def scores(*lignes, **autres):  # type: ignore[no-untyped-def]
    actions, c = table(*lignes), contexte(**autres)
    return scorer(actions, controler(actions, c), c)


def test_a_sound_line_has_no_score() -> None:
    assert scores({}) == []


def test_score_is_the_stake_times_the_doubt() -> None:
    (s,) = scores({"montant_reference_ttc": "49747", "gain_annuel_ttc": "165381"})
    assert (s.cle, s.ligne, s.enjeu, s.invraisemblance) == ("A1", 1, 165381, Decimal("0.95"))
    assert s.score == Decimal("157111.9500")
    assert [f.code for f in s.facteurs] == ["performance_sup_100"]
    assert "165\u202f381\u00a0€" in s.phrase and "95\u00a0%" in s.phrase


def test_large_doubtful_lines_come_first_and_losses_weigh_as_much() -> None:
    rangees = scores(
        {"gain_annuel_ttc": "40000"},
        {"gain_annuel_ttc": "400000", "montant_reference_ttc": "1000000"},
        {"gain_annuel_ttc": "-500000", "statut": "abandonnée"},
        {"gain_annuel_ttc": None},
    )
    assert [s.cle for s in rangees] == ["A3", "A2", "A1", "A4"]
    assert rangees[-1].score == 0 and rangees[-1].invraisemblance > 0


def test_information_does_not_raise_the_score() -> None:
    assert scores({"cause_prix": "revision"}) == []


def test_one_comment_pasted_on_many_lines_is_a_reason() -> None:
    colle = {"calcul": "La filière Médicaments, au global, a généré des gains à tous ses adhérents."}
    assert scores(*[colle] * 4) == []
    collees = scores(*[colle] * 5, {"calcul": "Propre à cette ligne"})
    assert [s.ligne for s in collees] == [1, 2, 3, 4, 5]
    assert collees[0].facteurs[0].code == "commentaire_repete"
    assert "5 lignes" in collees[0].facteurs[0].phrase


@given(POIDS, POIDS)
def test_doubt_stays_between_zero_and_one_and_grows(poids: list[Decimal], autres: list[Decimal]) -> None:
    assert 0 <= combine(poids) <= 1
    assert combine(poids) <= combine([*poids, *autres])


@given(POIDS)
def test_doubt_does_not_depend_on_the_order(poids: list[Decimal]) -> None:
    assert combine(poids) == combine(list(reversed(poids)))
