"""The DGOS tables of 2021: what their printed figures allow is reproduced, what they contradict is shown.

A printed figure stands for an interval (31,4 is anything from 31,35 to 31,45): a recomputed rate fits when
the intervals of its inputs can give the printed one.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fanal.achats.compute import Entree, RegleGains, consolider, couverture_cumulee
from fanal.achats.compute.resultats import rate

TABLES = Path(__file__).parents[3] / ".." / "shared" / "donnees" / "tables_sources.json"


@pytest.fixture(scope="module")
def tables() -> dict[str, Any]:
    if not TABLES.exists():
        pytest.skip("absent : les tableaux transcrits (tables_sources.json) ne sont pas à côté du projet")
    return json.loads(TABLES.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)  # type: ignore[no-any-return]


def interval(printed: Decimal) -> tuple[Decimal, Decimal]:
    half = Decimal(1).scaleb(int(printed.as_tuple().exponent)) / 2
    return max(printed - half, Decimal(0)), printed + half


def quotient_fits(numerator: Decimal, denominator: Decimal, printed_percent: Decimal) -> bool:
    (a, b), (c, d), (low, high) = interval(numerator), interval(denominator), interval(printed_percent)
    return a / d * 100 <= high and b / c * 100 >= low


def consolidated(rows: list[list[Any]]) -> Any:
    """A campaign made of one retained line per région, worth what is printed."""
    actions, objectifs = [], []
    for i, (region, performance, objectif, *_) in enumerate(rows):
        commun = {"campagne_annee": 2021, "ght": region, "region": region, "finess": f"{i:09}"}
        gain = int(performance * 10**8)
        actions.append(
            {
                "action_id": i,
                **commun,
                "role": "support",
                "operateur": "GHT",
                "identifiant": "A",
                "date_premiere_commande": date(2021, 1, 1),
                "gain_c": gain,
                "decision": "retenu",
            }
        )
        objectifs.append(
            {
                "annee": 2021,
                "periode": "fin-annee",
                "niveau": "region",
                "code": region,
                "montant_c": int(objectif * 10**8),
                "revision": 0,
            }
        )
    regions = [{"sigle": r[0], "nom": r[0]} for r in rows]
    e = Entree.from_rows(actions=actions, objectifs=objectifs, regions=regions)
    return consolider(e, annee=2021, regle=RegleGains())


def test_regional_performance_adds_up_and_attains_what_is_printed(tables: dict[str, Any]) -> None:
    table = tables["performance_by_region_2021"]
    _, performance, objectif, atteinte = table["total"]
    c = consolidated(table["rows"])
    assert c.total.gains_retenus == performance * 10**6
    assert c.total.objectif == objectif * 10**6
    assert quotient_fits(performance, objectif, atteinte)
    printed = {r[0]: r for r in table["rows"]}
    for r in c.par_region:
        _, p, o, pct = printed[r.code]
        assert quotient_fits(p, o, pct), r.code
        # From the printed amounts alone the rate is near the printed one; small régions carry more rounding.
        assert abs(r.taux_atteinte * 100 - pct) <= 1 + 100 * (Decimal("0.05") * (p + o) / o**2), r.code


def test_attainment_splits_into_carry_over_and_new_actions(tables: dict[str, Any]) -> None:
    _, _, _, atteinte = tables["performance_by_region_2021"]["total"]
    assert Decimal(21) + Decimal(94) == atteinte


@pytest.mark.parametrize("annee", [0, 1, 2])
def test_history_of_a_region(tables: dict[str, Any], annee: int) -> None:
    _, performance, objectif, atteinte = tables["ara_history"]["rows"][annee]
    assert quotient_fits(performance, objectif, atteinte)


def test_cumulative_coverage_is_the_sum_of_the_three_years(tables: dict[str, Any]) -> None:
    for region, a, b, c, cumul in tables["coverage"]["rows"]:
        assert couverture_cumulee([a / 100, b / 100, c / 100]) == cumul / 100, region
    _, a, b, c, cumul = tables["coverage"]["total"]
    assert couverture_cumulee([a / 100, b / 100, c / 100]) == cumul / 100
    assert max(r[4] for r in tables["coverage"]["rows"]) > 100, "a sum of rates may pass 100 %"


def test_objectives_of_2022_fit_their_total(tables: dict[str, Any]) -> None:
    objectifs = [r[1] for r in tables["objectives_2022"]["rows"]]
    marge = sum((interval(o)[1] - o for o in objectifs), Decimal(0)) + Decimal("0.5")
    assert abs(sum(objectifs) - tables["objectives_2022"]["total"]) <= marge


def test_operators_retained_at_the_lower_declaration(tables: dict[str, Any]) -> None:
    partage = tables["operator_split_2021_M_EUR"]
    total = sum(partage["other_retained"]) + partage["retained_national"]
    assert total == 363
    assert partage["declared_by_national_operators"] > partage["retained_national"]


def test_the_printed_quality_is_not_reproducible(tables: dict[str, Any]) -> None:
    """92 % follows from no known weighting: pages show it as printed, beside what is computed."""
    retire = tables["quality_2021"]["removed_M_EUR"]
    retenu = tables["performance_by_region_2021"]["total"][1]
    calcule = rate(int(retenu * 10), int((retenu + retire) * 10))
    assert calcule == Decimal("0.901664")
    low, high = interval(tables["quality_2021"]["total"])
    assert not low <= calcule * 100 <= high


def test_the_printed_performance_rate_is_not_reproducible(tables: dict[str, Any]) -> None:
    retenu = tables["performance_by_region_2021"]["total"][1]
    perimetre = tables["coverage"]["chart_perimeter_MdEUR"][3] * 1000
    low, high = interval(Decimal("5.3"))
    assert not low <= retenu / perimetre * 100 <= high
