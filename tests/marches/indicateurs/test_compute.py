"""Indicators against a second, naive computation, row by row in plain Python."""

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from dateutil.relativedelta import relativedelta

from fanal.marches.compute.definitions import CHAMPS, INDICATEURS
from fanal.marches.compute.indicateurs import Droit, concentrer, condition, mesurer, qualite, ventiler
from fanal.marches.compute.portefeuille import SCHEMA, avec_mots

LE = date(2026, 3, 31)
DROIT = Droit(
    le=LE,
    horizon=date(2026, 9, 30),
    publication_mois=2,
    publication_depuis=date(2019, 4, 1),
    seuils=((date(2024, 1, 1), 4_000_000),),
)
STATES = ("inconnue", "a_venir", "en_cours", "expire", "expire_utilise", "resilie")


def draw(seed: int, count: int = 300) -> list[dict[str, Any]]:
    """Rows of every kind, most data missing now and then."""
    r = random.Random(seed)

    def maybe(value: Any) -> Any:
        return None if r.random() < 0.3 else value

    rows = []
    for n in range(count):
        state = r.choice(STATES)
        day = maybe(date(2018, 6, 1) + timedelta(days=r.randrange(2900)))
        holder = maybe(r.randrange(8))
        rows.append(
            dict.fromkeys(SCHEMA)
            | {
                "marche_id": n,
                "identifiant": f"M{n}",
                "objet": "Objet",
                "ght": r.choice(["", "A", "B"]),
                "acheteur": "Acheteur",
                "famille": r.choice(["X", "Y", "Z"]),
                "cpv": r.choice(["", "33600000"]),
                "procedure": r.choice(["", "Procédure adaptée"]),
                "executants": r.sample([1, 2, 3], r.randrange(3)),
                "fournisseur_id": holder,
                "fournisseur": None if holder is None else f"F{holder}",
                "titulaires_valides": maybe(r.random() < 0.8),
                "montant_c": maybe(r.randrange(100, 9_000_000)),
                "maximum_c": maybe(r.randrange(100, 9_000_000)),
                "consomme_c": maybe(r.randrange(100, 9_000_000)),
                "depasse": r.random() < 0.2,
                "epuisement": maybe(date(2026, 1, 1) + timedelta(days=r.randrange(400))),
                "offres": maybe(r.randrange(1, 5)),
                "innovant": maybe(r.random() < 0.1),
                "social": maybe(r.random() < 0.3),
                "environnement": maybe(r.random() < 0.5),
                "notification": day,
                "publication": maybe(day and day + timedelta(days=r.randrange(130))),
                "fin": None if state == "inconnue" else date(2026, 1, 1) + timedelta(days=r.randrange(400)),
                "duree": maybe(12),
                "etat_temps": state,
                "anomalies": r.randrange(3),
            }
        )
    return rows


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return avec_mots(pl.DataFrame(rows, schema=SCHEMA))


def verdict(code: str, m: dict[str, Any], year: int | None) -> str:
    """ "hors" (not of the population), "muet", "non" or "oui", said as the definition says it."""
    state, day = m["etat_temps"], m["notification"]
    if INDICATEURS[code].portee == "flux" and (day is None or (year and day.year != year)):
        return "hors"
    if code == "fin_proche":
        if state not in {"en_cours", "inconnue"}:
            return "hors"
        return "muet" if state == "inconnue" else answer(LE <= m["fin"] <= DROIT.horizon)
    if code == "expire_utilise":
        if not state.startswith("expire"):
            return "hors"
        return "muet" if m["consomme_c"] is None else answer(state == "expire_utilise")
    if code == "maximum_depasse":
        known = m["depasse"] or (m["consomme_c"] is not None and m["maximum_c"] is not None)
        return answer(m["depasse"]) if known else "muet"
    if code == "maximum_risque":
        if state not in {"en_cours", "inconnue"}:
            return "hors"
        if None in (m["consomme_c"], m["maximum_c"], m["fin"]):
            return "muet"
        return answer(m["epuisement"] is not None and m["epuisement"] < m["fin"])
    if code == "echeance_inconnue":
        return answer(state == "inconnue")
    if code == "anomalies":
        return answer(m["anomalies"] > 0)
    if code in {"offres", "offre_unique"}:
        return "muet" if m["offres"] is None else answer(m["offres"] == 1)
    if code == "publication_tardive":
        return late(m)
    value = m["innovant" if code == "innovation" else code]
    return "muet" if value is None else answer(value)


def late(m: dict[str, Any]) -> str:
    day, published, amount = m["notification"], m["publication"], m["montant_c"]
    limit = day + relativedelta(months=2)
    if amount is not None and day >= date(2024, 1, 1) and amount < 4_000_000:
        return "hors"
    if published is None and limit >= LE:
        return "hors"
    if day < date(2019, 4, 1) or (amount is None and day >= date(2024, 1, 1)):
        return "muet"
    return answer(published > limit if published else limit < LE)


def answer(yes: bool) -> str:
    return "oui" if yes else "non"


@pytest.mark.parametrize("year", [None, 2019, 2024, 2025])
@pytest.mark.parametrize("seed", [1, 2])
def test_measures_agree_with_the_naive_ones(seed: int, year: int | None) -> None:
    rows = draw(seed)
    measured = mesurer(frame(rows), DROIT, year)
    assert set(measured) == set(INDICATEURS)
    for code, m in measured.items():
        said = [(verdict(code, row, year), row) for row in rows]
        base = [row for v, row in said if v in {"oui", "non"}]
        yes = [row for v, row in said if v == "oui"]
        amounts = [row["montant_c"] for row in base if row["montant_c"] is not None]
        assert (m.base, m.oui) == (len(base), len(yes)), code
        assert m.muets == sum(v == "muet" for v, _ in said), code
        assert m.base_c == sum(amounts) and m.sans_montant == len(base) - len(amounts), code
        assert m.oui_c == sum(row["montant_c"] or 0 for row in yes), code
        if code == "offres" and base:
            assert m.moyenne == Decimal(sum(row["offres"] for row in base)) / len(base)
            weighted = sum(r["offres"] * r["montant_c"] for r in base if r["montant_c"] is not None)
            assert m.moyenne_ponderee == (Decimal(weighted) / sum(amounts) if amounts else None)


@pytest.mark.parametrize("code", INDICATEURS)
def test_an_indicator_opens_exactly_its_rows(code: str) -> None:
    rows, year = draw(3), 2024
    table = frame(rows)
    for asked, kept in (("oui", {"oui"}), ("base", {"oui", "non"}), ("muets", {"muet"})):
        found = table.filter(condition(code, asked, DROIT, year))["marche_id"].to_list()  # type: ignore[arg-type]
        assert found == [row["marche_id"] for row in rows if verdict(code, row, year) in kept], asked


@pytest.mark.parametrize("axis", ["famille", "ght", "executants"])
def test_a_breakdown_is_the_measure_of_each_part(axis: str) -> None:
    rows = draw(4)
    for value, count, cents, measures in ventiler(frame(rows), axis, DROIT, 2025):
        part = [
            row
            for row in rows
            if (value in row[axis] if value and axis == "executants" else (row[axis] or None) == value)
        ]
        assert count == len(part) and cents == sum(row["montant_c"] or 0 for row in part)
        assert measures == mesurer(frame(part), DROIT, 2025)


@pytest.mark.parametrize("by", ["montant", "nombre"])
def test_concentration(by: str) -> None:
    rows = draw(5)
    found = concentrer(frame(rows), 2025, 3, by)
    weights: dict[int, int] = {}
    for row in rows:
        day, holder, cents = row["notification"], row["fournisseur_id"], row["montant_c"]
        if day and day.year == 2025 and holder is not None and (by == "nombre" or cents is not None):
            weights[holder] = weights.get(holder, 0) + (cents if by == "montant" else 1)
    total = sum(weights.values())
    first = sorted(weights.values(), reverse=True)[:3]
    assert found.part_premiers == Decimal(sum(first)) / total
    exact = sum(Fraction(100 * w, total) ** 2 for w in weights.values())
    assert found.ihh is not None and abs(Fraction(found.ihh) - exact) < Fraction(1, 10**9)
    assert found.fournisseurs == len(weights)


def test_concentration_by_hand() -> None:
    """Shares 50, 30 and 20 %: 2,500 + 900 + 400; one supplier alone: 10,000; nobody: not computable."""
    rows = [
        dict.fromkeys(SCHEMA)
        | {
            "marche_id": n,
            "notification": date(2025, 1, 1),
            "fournisseur_id": n,
            "montant_c": c,
            "fournisseur": "f",
        }
        for n, c in enumerate((500, 300, 200))
    ]
    assert concentrer(frame(rows), 2025, 2).ihh == 3800
    assert concentrer(frame(rows), 2025, 2).part_premiers == Decimal("0.8")
    assert concentrer(frame(rows[:1]), 2025, 2).ihh == 10_000
    undated = [{**row, "notification": None} for row in rows]
    assert concentrer(frame(undated), 2025, 2).ihh is None
    assert concentrer(frame(undated), None, 2) == concentrer(frame(rows), None, 2)
    nobody = concentrer(frame([]), 2025, 2)
    assert (nobody.ihh, nobody.part_premiers, nobody.premiers) == (None, None, ())


def test_quality_counts_what_is_unknown() -> None:
    rows = draw(6)
    for field in qualite(frame(rows)):
        known = [row[field.colonne] not in (None, "", False) for row in rows]
        if field.colonne not in {"titulaires_valides"}:
            known = [row[field.colonne] not in (None, "") for row in rows]
        assert (field.connus, field.inconnus) == (sum(known), len(rows) - sum(known)), field.colonne
    assert {f.colonne for f in qualite(frame(rows))} == set(CHAMPS)


def test_the_delay_ends_on_the_last_day_of_a_short_month() -> None:
    """Notified on 31 December 2025, published on 28 February 2026: in time; on 1 March: late."""
    base = {"marche_id": 1, "notification": date(2025, 12, 31), "montant_c": 5_000_000, "offres": 1}
    for day, expected in ((date(2026, 2, 28), 0), (date(2026, 3, 1), 1)):
        row = dict.fromkeys(SCHEMA) | base | {"publication": day}
        assert mesurer(frame([row]), DROIT, 2025)["publication_tardive"].oui == expected


def test_nothing_measured_is_not_zero() -> None:
    measured = mesurer(frame([]), DROIT, None)
    assert {m.part_nombre for m in measured.values()} == {None}
