"""Monthly spend, by cases a buyer can redo."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fanal.convergence.compute.depense import depense

D = Decimal
LE = date(2026, 11, 20)
ANNEE = {date(2025, 11, 1): D(100), date(2026, 10, 1): D(1100)}


@pytest.mark.parametrize(
    ("par_mois", "champs", "attendu"),
    [
        (ANNEE, {}, D("100.00")),
        ({date(2026, 8, 1): D(300), date(2026, 10, 1): D(300)}, {}, D("200.00")),
        ({**ANNEE, date(2026, 11, 1): D(9999)}, {}, D("100.00")),
        ({date(2026, 10, 1): D(600)}, {}, D("250.00")),
        ({}, {}, D("250.00")),
        ({}, {"duree_mois": None}, None),
        ({}, {"montant": None}, None),
        ({date(2026, 8, 1): D(-50), date(2026, 10, 1): D(10)}, {}, D("250.00")),
        ({date(2024, 1, 1): D(1200)}, {}, D("250.00")),
    ],
    ids=[
        "twelve whole months",
        "months before the first order left out",
        "the present month left out",
        "too few months: amount over duration",
        "nothing received",
        "no duration",
        "no amount",
        "more refunds than orders",
        "nothing for a year",
    ],
)
def test_monthly_spend(
    par_mois: dict[date, Decimal], champs: dict[str, Any], attendu: Decimal | None
) -> None:
    given = {"montant": D(12000), "duree_mois": 48} | champs
    assert depense(par_mois, le=LE, mois_minimum=3, **given).mensuelle == attendu
