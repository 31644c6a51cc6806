"""Price gaps of a product inside a GHT, on the same unit; other GHT only as quartiles over enough buyers."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fanal.prix.queries.ecarts import ecarts, quartiles_ailleurs
from fanal.territoires.models import Ght

pytestmark = pytest.mark.django_db
LE = date(2026, 3, 10)
CODE = "3400930000014"


def line(prix: str, cond: str = "100", unite: str = "boîte", quantite: str = "10") -> str:
    return f"1;CIP13;{CODE};Produit;{unite};{cond};{prix};20;{quantite};"


def test_the_same_unit(ght: Ght, creer_marche: Any, deposer: Any) -> None:
    """10,00 € for 100 is 0,10 €; 24,00 € for 200 is 0,12 €, +20 %; (0,12 − 0,10) × 200 × 10 = 40 €.
    A box whose content nobody wrote cannot be compared."""
    for prix, cond, unite in (("10,00", "100", "boîte"), ("24,00", "200", "carton"), ("9,00", "1", "boîtes")):
        deposer(creer_marche(), line(prix, cond, unite))
    (gap,) = ecarts(ght, le=LE)
    assert [p.prix_piece for p in gap.lignes] == [Fraction("0.10"), Fraction("0.12")]
    assert (gap.ecart, gap.enjeu) == (Fraction(1, 5), Decimal("40.00"))
    assert [p.prix for p in gap.non_comparables] == [Decimal(9)]


def test_only_running_contracts_of_the_family(ght: Ght, creer_marche: Any, deposer: Any) -> None:
    deposer(creer_marche(), line("10,00"))
    deposer(creer_marche(code_cpv="15000000"), line("11,00"))
    over = {"date_fin": date(2025, 12, 31), "date_fin_totale": date(2025, 12, 31), "duree_mois": 24}
    deposer(creer_marche(**over), line("12,00"))
    assert len(ecarts(ght, le=LE)[0].lignes) == 2
    assert ecarts(ght, le=LE, cpv="331") == []
    assert ecarts(ght, le=LE, codes=["autre"]) == []


def test_other_ght_are_quartiles_of_enough_buyers(
    ght: Ght, autre_ght: Ght, creer_marche: Any, deposer: Any
) -> None:
    deposer(creer_marche(), line("50,00"))
    deposer(creer_marche(), line("10,00"))
    # Four other buyers, the second with two contracts: not enough, and no quartile of two of them.
    others = [autre_ght] + [
        Ght.objects.create(code=f"BRE-8{n}", nom=f"GHT {n}", region=autre_ght.region) for n in range(4)
    ]
    for rank, other in enumerate(others[:4]):
        deposer(creer_marche(ght=other), line(f"{10 + rank},00"), by=None)
    deposer(creer_marche(ght=others[1]), line("30,00"), by=None)
    assert quartiles_ailleurs(ght, "CIP13", CODE, LE) is None
    assert [p.proprietaire for gap in ecarts(ght, le=LE) for p in gap.lignes] == [ght.pk, ght.pk]
    deposer(creer_marche(ght=others[4]), line("14,00"), by=None)
    found = quartiles_ailleurs(ght, "CIP13", CODE, LE)
    assert found is not None and found.acheteurs == 5
    # 0,10 0,11 0,12 0,13 0,14: quartiles 0,11 0,12 0,13.
    assert (found.bas, found.median, found.haut) == (Fraction("0.11"), Fraction("0.12"), Fraction("0.13"))
