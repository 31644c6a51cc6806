"""What holds of every revision, and a second, naive implementation that reads the raw document."""

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fanal.prix.compute.revision import LignePrix, reviser
from fanal.prix.rules.definition import ecrire_clause, lire_clause
from fanal.prix.rules.document import lire_series

JOUR = date(2024, 1, 1)
cents = st.integers(1, 10**7).map(lambda n: Decimal(n).scaleb(-2))
indices = st.integers(1_000, 10**6).map(lambda n: Decimal(n).scaleb(-3))
taux = st.integers(0, 500).map(lambda n: Decimal(n).scaleb(-3))


@st.composite
def parts(draw: Any) -> tuple[Decimal, list[Decimal]]:
    """a and the b's, in thousandths, adding up to one exactly."""
    cuts = sorted(draw(st.lists(st.integers(0, 999), min_size=1, max_size=4, unique=True)))
    edges = [0, *cuts, 1000]
    widths = [Decimal(b - a).scaleb(-3) for a, b in pairwise(edges)]
    return widths[0], widths[1:]


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    fixed, shares = draw(parts())
    names = [f"I{n}" for n in range(len(shares))]
    clause: dict[str, Any] = {
        "formule": {
            "fixe": fixed,
            "termes": [{"indice": n, "part": b} for n, b in zip(names, shares, strict=True)],
        },
        "mois_zero": "2023-01",
        "arrondi": {
            "coefficient": {
                "decimales": draw(st.integers(2, 6)),
                "sens": draw(st.sampled_from(["superieur", "proche", "inferieur"])),
            }
        },
    }
    if draw(st.booleans()):
        clause["butoir"] = {"hausse": draw(taux), "baisse": draw(taux)}
    series = {n: {"2023-01": draw(indices), "2024-01": draw(indices)} for n in names}
    return {"clause": clause, "series": series, "prix": draw(cents), "en_vigueur": draw(cents)}


def naive(document: dict[str, Any]) -> Decimal:
    """The price, straight from the raw document, with integers and fractions."""
    clause, series = document["clause"], document["series"]
    k = Fraction(clause["formule"]["fixe"])
    for term in clause["formule"]["termes"]:
        values = series[term["indice"]]
        k += Fraction(term["part"]) * Fraction(values["2024-01"]) / Fraction(values["2023-01"])
    rule = clause["arrondi"]["coefficient"]
    scale = 10 ** rule["decimales"]
    scaled = k * scale
    units = {
        "superieur": math.ceil(scaled),
        "inferieur": math.floor(scaled),
        "proche": math.floor(scaled + Fraction(1, 2)),
    }[rule["sens"]]
    price = Fraction(
        math.floor(Fraction(document["prix"]) * Fraction(units, scale) * 100 + Fraction(1, 2)), 100
    )
    if "butoir" in clause:
        held = Fraction(document["en_vigueur"])
        top = held * (1 + Fraction(clause["butoir"]["hausse"]))
        low = held * (1 - Fraction(clause["butoir"]["baisse"]))
        if price > top:
            price = Fraction(math.floor(top * 100), 100)
        elif price < low:
            price = Fraction(math.ceil(low * 100), 100)
    return Decimal(price.numerator) / Decimal(price.denominator)


def price(document: dict[str, Any]) -> Decimal:
    line = LignePrix("1", document["prix"], document["en_vigueur"])
    found = reviser(lire_clause(document["clause"]), lire_series(document["series"]), [line], JOUR)
    return found.lignes[0].prix_revise


@given(documents())
def test_the_engine_agrees_with_the_naive_one(document: dict[str, Any]) -> None:
    assert price(document) == naive(document)


@given(documents())
def test_nothing_moves_while_the_indices_stand_still(document: dict[str, Any]) -> None:
    for values in document["series"].values():
        values["2024-01"] = values["2023-01"]
    document["en_vigueur"] = document["prix"]
    assert price(document) == document["prix"]


@given(documents(), indices)
def test_the_price_grows_with_each_index(document: dict[str, Any], more: Decimal) -> None:
    before = price(document)
    first = document["series"]["I0"]
    first["2024-01"] += more
    assert price(document) >= before


@given(documents())
def test_the_cap_is_never_passed(document: dict[str, Any]) -> None:
    document["clause"]["butoir"] = {"hausse": Decimal("0.03"), "baisse": Decimal("0.02")}
    held = Fraction(document["en_vigueur"])
    found = Fraction(price(document))
    inside_cent = math.floor(held * Fraction("1.03") * 100) >= math.ceil(held * Fraction("0.98") * 100)
    if inside_cent:
        assert held * Fraction("0.98") <= found <= held * Fraction("1.03")


@given(documents(), st.integers(1_000, 9_999_999).map(lambda n: Decimal(n).scaleb(-6)))
def test_chaining_is_neutral(document: dict[str, Any], coefficient: Decimal) -> None:
    """A new base changes nothing: every value of 2024 divided by the coefficient, then chained by it."""
    clause = lire_clause(document["clause"])
    line = LignePrix("1", document["prix"], document["en_vigueur"])
    plain = lire_series(document["series"])
    chained: dict[str, Any] = {}
    for code, values in document["series"].items():
        # The new value is written so that value × coefficient is the old one exactly.
        chained[code] = {"valeurs": {"2023-01": values["2023-01"]}}
        chained[f"{code}-bis"] = {
            "valeurs": {"2024-01": coefficient},
            "suite_de": code,
            "coefficient": values["2024-01"],
        }
    scaled = {
        code: {"2023-01": values["2023-01"], "2024-01": values["2024-01"] * coefficient}
        for code, values in document["series"].items()
    }
    first = reviser(clause, lire_series(scaled), [line], JOUR).lignes[0]
    second = reviser(clause, lire_series(chained), [line], JOUR).lignes[0]
    assert first.prix_revise == second.prix_revise
    assert plain


@given(documents())
def test_the_document_of_a_clause_round_trips(document: dict[str, Any]) -> None:
    clause = lire_clause(document["clause"])
    assert lire_clause(ecrire_clause(clause)) == clause
    assert clause.fixe + sum(t.part for t in clause.termes) == 1
