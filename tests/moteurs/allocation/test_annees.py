"""Firm and forecast years: never more than a year's envelope, whole projects chosen for all their years."""

from itertools import product
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.moteurs.allocation import lire_annees, repartir_annees
from fanal.moteurs.allocation.annees import need
from fanal.moteurs.allocation.documents import annees_en_document
from fanal.refus import Inutilisable
from tests.moteurs.allocation.test_schemas import schema


def row(name: str, first: int, second: int, score: int = 1, eligible: int = 1000) -> dict[str, Any]:
    return {
        "id": name,
        "montant_eligible": f"{eligible}.00",
        "montant_demande": f"{first}.00",
        "score": score,
        "previsions": {"2026": f"{second}.00"},
    }


def ask(rule: str, firm: int, forecast: int, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "enveloppe": f"{firm}.00",
        "regle": rule,
        "previsions": [{"annee": "2026", "enveloppe": f"{forecast}.00"}],
        "demandes": rows,
        **more,
    }


def test_who_is_refused_this_year_has_no_next_year() -> None:
    rows = [row("A", 60, 40, 9), row("B", 50, 40, 5), row("C", 30, 90, 1)]
    question = lire_annees(ask("ordre_score", 100, 100, rows))
    found = repartir_annees(question)
    assert found.ferme.montants() == {"A": 6000, "B": 4000, "C": 0}
    assert found.previsions[0][1].montants() == {"A": 4000, "B": 4000, "C": 0}
    assert need(question, found) == {"2026": (8000, 0)}


def test_the_rate_and_the_cap_bound_all_the_years_together() -> None:
    """50 % of 100 € over two years: 40 the first one leaves 10 for the second."""
    question = lire_annees(ask("prorata", 100, 100, [row("A", 40, 40, eligible=100)], taux_max="0.50"))
    assert question.ferme.demandes[0].maximum == 4000
    assert question.previsions[0].maximums == {"A": 1000}


amounts = st.integers(0, 12)


@given(
    st.lists(st.tuples(amounts, amounts, st.integers(0, 5)), min_size=1, max_size=6),
    st.integers(0, 40),
    st.integers(0, 40),
)
@settings(max_examples=40)
def test_whole_projects_hold_in_every_year(
    asked: list[tuple[int, int, int]], firm: int, forecast: int
) -> None:
    rows = [row(f"d{i}", a, b, s) for i, (a, b, s) in enumerate(asked)]
    found = repartir_annees(lire_annees(ask("optimal", firm, forecast, rows)))
    served = [bool(v) for v in found.ferme.montants().values()]
    best = max(
        (sum(s for (_, _, s), p in zip(asked, pick, strict=True) if p), -spent)
        for pick in product((0, 1), repeat=len(asked))
        if (spent := sum(a for (a, _, _), p in zip(asked, pick, strict=True) if p)) <= firm
        and sum(b for (_, b, _), p in zip(asked, pick, strict=True) if p) <= forecast
        and not any(p and (not a or not s) for (a, _, s), p in zip(asked, pick, strict=True))
    )
    assert (
        sum(s for (_, _, s), p in zip(asked, served, strict=True) if p),
        -found.ferme.attribue // 100,
    ) == best
    later = found.previsions[0][1].montants()
    assert [later[f"d{i}"] for i in range(len(asked))] == [
        b * 100 if yes else 0 for (_, b, _), yes in zip(asked, served, strict=True)
    ]


@given(st.lists(st.tuples(amounts, amounts, st.integers(0, 5)), max_size=6), st.integers(0, 40))
@settings(max_examples=40)
def test_no_year_passes_its_envelope(asked: list[tuple[int, int, int]], envelope: int) -> None:
    rows = [row(f"d{i}", a, b, s) for i, (a, b, s) in enumerate(asked)]
    for rule in ("ordre_score", "prorata", "prorata_par_priorite"):
        found = repartir_annees(lire_annees(ask(rule, envelope, envelope, rows)))
        for answer in (found.ferme, found.previsions[0][1]):
            assert answer.attribue <= envelope * 100
            assert all(0 <= a.attribue <= a.maximum for a in answer.attributions)


def test_the_documents_follow_the_schemas() -> None:
    question = ask("optimal", 100, 50, [row("A", 60, 50, 9)])
    jsonschema.validate(question, schema("demande"))
    answer = annees_en_document(repartir_annees(lire_annees(question)))
    jsonschema.validate(answer, schema("reponse"))
    assert answer["previsions"][0]["annee"] == "2026"
    assert answer["previsions"][0]["attribue"] == "50.00"


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ("2026", "liste"),
        ([{"annee": "2026"}], "deux clés"),
        ([{"annee": "2026", "enveloppe": "-1"}], "positif"),
        ([{"annee": "2027", "enveloppe": "1"}], "n'a pas d'enveloppe"),
        ([{"annee": "2026", "enveloppe": "1"}, {"annee": "2026", "enveloppe": "1"}], "deux fois"),
    ],
)
def test_what_is_wrong_is_named(years: Any, said: str) -> None:
    with pytest.raises(Inutilisable, match=said):
        lire_annees(ask("prorata", 1, 1, [row("A", 1, 1)], previsions=years))
