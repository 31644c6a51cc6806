"""Sharing an envelope: what must always hold, brute force on small cases, the command's document."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.moteurs.allocation import Resultat, lire_partage, repartir_enveloppe, variantes
from fanal.refus import Inutilisable

DIVISANTES = ("ordre_score", "prorata", "prorata_par_priorite")


def ask(**question: Any) -> Resultat:
    return repartir_enveloppe(lire_partage(question))


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


@st.composite
def requests(draw: st.DrawFn, most: int = 12, minimum: bool = False) -> list[dict[str, Any]]:
    rows = []
    for i in range(draw(st.integers(0, most))):
        row = {
            "id": f"d{i}",
            "montant_eligible": euros(draw(st.integers(0, 200_000))),
            "montant_demande": euros(draw(st.integers(0, 100_000))),
            "score": draw(st.integers(0, 20)),
            "priorite": draw(st.none() | st.integers(1, 3)),
            "region": draw(st.sampled_from(["BRE", "ARA", "IdF"])),
            "classe": draw(st.sampled_from(["1", "2"])),
        }
        if minimum:
            row["minimum"] = euros(draw(st.integers(0, 40_000)))
        rows.append(row)
    return rows


@given(requests(), st.integers(0, 1_500_000), st.sampled_from(DIVISANTES))
def test_dividing_rules_give_out_all_they_can(rows: list[dict[str, Any]], cents: int, rule: str) -> None:
    found = ask(enveloppe=euros(cents), regle=rule, taux_max="0.50", plafond="400.00", demandes=rows)
    most = [a.maximum for a in found.attributions]
    for row, top in zip(rows, most, strict=True):
        naive = min(
            Decimal(row["montant_demande"]), Decimal("0.50") * Decimal(row["montant_eligible"]), Decimal(400)
        )
        assert top == int(naive * 100)
    assert found.attribue == min(cents, sum(most))
    assert all(0 <= a.attribue <= a.maximum for a in found.attributions)
    assert [a.id for a in found.attributions] == [r["id"] for r in rows]
    assert found.reste == cents - found.attribue


@given(
    requests(),
    st.integers(0, 1_000_000),
    st.integers(0, 300_000),
    st.sampled_from(DIVISANTES[:1] + DIVISANTES[2:]),
)
def test_a_larger_envelope_takes_nothing_from_anybody(
    rows: list[dict[str, Any]], cents: int, more: int, rule: str
) -> None:
    small = ask(enveloppe=euros(cents), regle=rule, demandes=rows).montants()
    large = ask(enveloppe=euros(cents + more), regle=rule, demandes=rows).montants()
    # The odd cents of a pro rata may move by one when the envelope grows.
    slack = 0 if rule == "ordre_score" else 1
    assert all(large[k] >= small[k] - slack for k in small)


@given(requests(), st.integers(1, 1_000_000))
def test_pro_rata_is_the_exact_share_to_a_cent(rows: list[dict[str, Any]], cents: int) -> None:
    found = ask(enveloppe=euros(cents), regle="prorata", demandes=rows)
    whole = sum(a.maximum for a in found.attributions)
    for a in found.attributions:
        exact = Fraction(a.maximum) * min(1, Fraction(cents, whole)) if whole else 0
        assert abs(a.attribue - exact) < 1


@given(requests(minimum=True), st.integers(0, 1_000_000), st.sampled_from((*DIVISANTES, "optimal")))
def test_nothing_rather_than_less_than_the_minimum(rows: list[dict[str, Any]], cents: int, rule: str) -> None:
    found = ask(enveloppe=euros(cents), regle=rule, demandes=rows)
    least = {r["id"]: int(Decimal(r["minimum"]) * 100) for r in rows}
    assert all(a.attribue == 0 or a.attribue >= least[a.id] for a in found.attributions)
    assert found.attribue <= cents


def best(
    rows: list[dict[str, Any]], cents: int, allowed: Any = lambda pick: True
) -> tuple[int, int, tuple[int, ...]]:
    """Every subset: the largest score, then the smallest spending, then the earliest requests."""
    most = [int(Decimal(r["montant_demande"]) * 100) for r in rows]
    found = [
        (sum(r["score"] for r, p in zip(rows, pick, strict=True) if p), -spent, pick)
        for pick in product((1, 0), repeat=len(rows))
        if (spent := sum(m for m, p in zip(most, pick, strict=True) if p)) <= cents
        and allowed(pick)
        # A request that is worth nothing or costs nothing is not "served".
        and not any(p and (not r["score"] or not m) for r, m, p in zip(rows, most, pick, strict=True))
    ]
    score, spent, pick = max(found)
    return score, -spent, pick


@given(requests(8), st.integers(0, 400_000))
def test_the_optimum_is_that_of_brute_force(rows: list[dict[str, Any]], cents: int) -> None:
    found = ask(enveloppe=euros(cents), regle="optimal", demandes=rows)
    assert found.optimal
    served = tuple(int(a.attribue > 0) for a in found.attributions)
    score = sum(r["score"] for r, yes in zip(rows, served, strict=True) if yes)
    assert (score, found.attribue, served) == best(rows, cents)


def test_the_optimum_under_constraints() -> None:
    asked = [
        ("60.00", 9, "BRE"),
        ("50.00", 8, "BRE"),
        ("40.00", 5, "ARA"),
        ("30.00", 4, "ARA"),
        ("10.00", 1, ""),
    ]
    rows = [
        {
            "id": str(i),
            "montant_eligible": "100.00",
            "montant_demande": amount,
            "score": score,
            "region": region,
            "classe": "1",
        }
        for i, (amount, score, region) in enumerate(asked)
    ]
    limits = {
        "plafonds_region": {"BRE": "70.00"},
        "planchers_region": {"ARA": "30.00"},
        "nombre_max_par_classe": {"1": 2},
    }
    found = ask(enveloppe="120.00", regle="optimal", contraintes=limits, demandes=rows)

    def allowed(pick: tuple[int, ...]) -> bool:
        spent = {"BRE": 0, "ARA": 0, "": 0}
        for row, yes in zip(rows, pick, strict=True):
            spent[row["region"]] += int(Decimal(row["montant_demande"])) * yes
        return spent["BRE"] <= 70 and spent["ARA"] >= 30 and sum(pick) <= 2

    assert found.optimal
    served = tuple(int(a.attribue > 0) for a in found.attributions)
    assert served == best(rows, 12_000, allowed)[2] == (1, 0, 1, 0, 0)


@given(requests(), st.integers(0, 600_000), st.sampled_from(DIVISANTES))
def test_regional_ceilings_and_counts_hold(rows: list[dict[str, Any]], cents: int, rule: str) -> None:
    limits = {"plafonds_region": {"BRE": "500.00"}, "nombre_max_par_classe": {"1": 2}}
    found = ask(enveloppe=euros(cents), regle=rule, contraintes=limits, demandes=rows)
    given_ = {r["id"]: r for r in rows}
    served = [a for a in found.attributions if a.attribue]
    assert sum(a.attribue for a in served if given_[a.id]["region"] == "BRE") <= 50_000
    assert sum(given_[a.id]["classe"] == "1" for a in served) <= 2
    assert found.attribue <= cents


@given(requests(), st.integers(0, 600_000), st.sampled_from(DIVISANTES))
def test_regional_floors_are_served_first(rows: list[dict[str, Any]], cents: int, rule: str) -> None:
    found = ask(
        enveloppe=euros(cents), regle=rule, contraintes={"planchers_region": {"ARA": "300.00"}}, demandes=rows
    )
    region = {r["id"]: r["region"] for r in rows}
    inside = [a for a in found.attributions if region[a.id] == "ARA"]
    assert sum(a.attribue for a in inside) >= min(30_000, cents, sum(a.maximum for a in inside))
    assert found.attribue == min(cents, sum(a.maximum for a in found.attributions))


def test_by_hand() -> None:
    rows = [
        {"id": n, "montant_eligible": "200.00", "montant_demande": "100.00", "score": s, "priorite": p}
        for n, s, p in (("A", 5, 2), ("B", 9, 1), ("C", 5, 1))
    ]
    order = ask(enveloppe="150.00", regle="ordre_score", demandes=rows).montants()
    assert order == {"A": 5000, "B": 10000, "C": 0}  # A before C: same score, asked first
    third = ask(enveloppe="100.00", regle="prorata", demandes=rows).montants()
    assert third == {"A": 3334, "B": 3333, "C": 3333}
    first = ask(enveloppe="250.00", regle="prorata_par_priorite", demandes=rows).montants()
    assert first == {"A": 5000, "B": 10000, "C": 10000}


def test_same_question_same_seal() -> None:
    question = {
        "enveloppe": "100.00",
        "regle": "prorata",
        "demandes": [{"id": "a", "montant_eligible": "80", "montant_demande": "80.00", "score": 1}],
    }
    one, two = ask(**question), ask(**question)
    assert one == two
    assert one.empreinte != ask(**{**question, "enveloppe": "100.01"}).empreinte


def test_variants_say_what_moves() -> None:
    rows = [
        {"id": str(i), "montant_eligible": "100.00", "montant_demande": "60.00", "score": i} for i in range(3)
    ]
    partage = lire_partage({"enveloppe": "100.00", "regle": "ordre_score", "demandes": rows})
    found = {v.code: v for v in variantes(partage, sans=["2"])}
    assert found["enveloppe_plus_5"].ecarts == {"1": 500}
    assert found["sans_2"].ecarts == {"0": 4000, "1": 2000, "2": -6000}
    assert set(found) >= {"enveloppe_moins_5", "regle_prorata", "regle_optimal"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"enveloppe": "moins que rien"}, "enveloppe"),
        ({"enveloppe": "-1"}, "positif"),
        ({"enveloppe": "1.001"}, "décimales"),
        ({"regle": "au_hasard"}, "ordre_score"),
        ({"taux_max": "1.5"}, "entre 0 et 1"),
        ({"demandes": "toutes"}, "liste"),
        ({"demandes": [{"id": "a"}]}, "montant_demande"),
        ({"plafnd": "1"}, "plafnd"),
        ({"contraintes": {"planchers_region": {"BRE": "2"}, "plafonds_region": {"BRE": "1"}}}, "plancher"),
        (
            {
                "demandes": [
                    {"id": "a", "montant_eligible": "1", "montant_demande": "1", "score": 1},
                    {"id": "a", "montant_eligible": "1", "montant_demande": "1", "score": 1},
                ]
            },
            "deux fois",
        ),
        (
            {"demandes": [{"id": "a", "montant_eligible": "1", "montant_demande": "1", "score": "haut"}]},
            "score",
        ),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(Inutilisable, match=said):
        lire_partage({"enveloppe": "10.00", "regle": "prorata", "demandes": [], **change})


def test_the_command_answers(fanal: Any, tmp_path: Path) -> None:
    rows = [{"id": "a", "montant_eligible": "100.00", "montant_demande": "60.00", "score": 3}]
    question = tmp_path / "demandes.json"
    question.write_text(
        json.dumps({"enveloppe": "50.00", "regle": "optimal", "demandes": rows}), encoding="utf-8"
    )
    answer = fanal.json("repartition", "calculer", question)
    assert (answer["attribue"], answer["reste"], answer["optimal"]) == ("0.00", "50.00", True)
    question.write_text("{", encoding="utf-8")
    refused = fanal("repartition", "calculer", question)
    assert refused.returncode == 2
    assert "JSON" in refused.stderr
