"""The law before and after each of its dates."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.procedures.queries.droit import conseil
from fanal.procedures.rules.conseil import Conseil
from fanal.procedures.rules.droit import PROCEDURES
from fanal.refus import Inutilisable

SANS, ADAPTEE, OUVERT = PROCEDURES[0], PROCEDURES[1], PROCEDURES[2]


def ask(nature: str, montant: str, le: str, **how: bool) -> Conseil:
    return conseil(nature=nature, montant=Decimal(montant), lancement=date.fromisoformat(le), **how)


@pytest.mark.parametrize(
    ("nature", "montant", "le", "simplest"),
    [
        # Formal threshold of supplies and services: 221 000 until the end of 2025, then 216 000.
        ("services", "216000", "2025-12-31", ADAPTEE),
        ("services", "221000", "2025-12-31", OUVERT),
        ("services", "220999.99", "2025-12-31", ADAPTEE),
        ("services", "216000", "2026-01-01", OUVERT),
        ("fournitures", "215999.99", "2026-01-01", ADAPTEE),
        # Works: 5 538 000 then 5 404 000.
        ("travaux", "5404000", "2025-12-31", ADAPTEE),
        ("travaux", "5404000", "2026-01-01", OUVERT),
        ("travaux", "5403999.99", "2026-01-01", ADAPTEE),
        # Dispense: 40 000, raised to 60 000 on 1 April 2026 for supplies and services only.
        ("services", "39999.99", "2026-03-31", SANS),
        ("services", "40000", "2026-03-31", ADAPTEE),
        ("services", "59999.99", "2026-04-01", SANS),
        ("services", "60000", "2026-04-01", ADAPTEE),
        ("travaux", "99999.99", "2026-04-01", SANS),
        ("travaux", "100000", "2026-04-01", ADAPTEE),
        ("travaux", "99999.99", "2024-01-01", SANS),
    ],
)
def test_the_launch_date_decides(nature: str, montant: str, le: str, simplest: str) -> None:
    assert ask(nature, montant, le).procedures[0] == simplest


def said(lines: tuple) -> str:  # type: ignore[type-arg]
    return " ".join(line.phrase for line in lines)


@pytest.mark.parametrize(
    ("le", "montant", "required"),
    [("2026-03-31", "50000", True), ("2026-04-01", "50000", False), ("2026-04-01", "60000", True)],
)
def test_buyer_profile(le: str, montant: str, required: bool) -> None:
    assert ("profil d'acheteur" in said(ask("services", montant, le).publicite)) is required


def test_essential_data_did_not_follow_the_dispense() -> None:
    found = ask("services", "50000", "2026-05-02")
    assert found.procedures[0] == SANS
    assert "données essentielles (DECP)" in said(found.obligations)
    assert "liste annuelle" in said(ask("services", "30000", "2026-05-02").obligations)
    assert "données essentielles" not in said(ask("services", "24999", "2026-05-02").obligations)


@pytest.mark.parametrize(("le", "due"), [("2026-08-20", False), ("2026-08-21", True)])
def test_environmental_criterion(le: str, due: bool) -> None:
    found = ask("fournitures", "300000", le)
    assert ("caractéristiques environnementales" in said(found.obligations)) is due


@pytest.mark.parametrize(
    ("montant", "word"),
    [("89999.99", "libre et adaptée"), ("90000", "BOAMP"), ("216000", "Union européenne")],
)
def test_publicity(montant: str, word: str) -> None:
    assert word in said(ask("services", montant, "2026-05-02").publicite)


@pytest.mark.parametrize(
    ("how", "days"),
    [
        ({"electronique": False}, 35),
        ({}, 30),
        ({"preinformation": True}, 15),
        ({"urgence": True}, 15),
    ],
)
def test_times_of_an_open_call(how: dict[str, bool], days: int) -> None:
    found = ask("services", "300000", "2026-05-02", **how)
    assert f"Appel d'offres ouvert : au moins {days} jours pour la réception des offres" in said(found.delais)


@pytest.mark.parametrize(("electronique", "days"), [(True, 11), (False, 16)])
def test_standstill(electronique: bool, days: int) -> None:
    formal = ask("services", "300000", "2026-05-02", electronique=electronique)
    assert f"Attendez {days} jours" in said(formal.obligations)
    assert "Attendez" not in said(ask("services", "100000", "2026-05-02").obligations)


@pytest.mark.parametrize(
    ("montant", "codes"),
    [
        ("10000", set()),
        ("99999.99", {"urgence", "infructueux", "exclusivite", "innovation"}),
        ("100000", {"urgence", "infructueux", "exclusivite"}),
        (
            "300000",
            {
                "urgence",
                "infructueux",
                "exclusivite",
                "petit_lot",
                "service_specifique",
                "negociation",
                "dialogue",
            },
        ),
    ],
)
def test_conditional_routes_open_more_than_the_amount(montant: str, codes: set[str]) -> None:
    found = ask("services", montant, "2026-05-02")
    assert {v.code for v in found.voies} == codes
    assert all(v.article and v.conditions for v in found.voies)


def test_specific_services_are_services() -> None:
    assert "service_specifique" not in {v.code for v in ask("travaux", "6000000", "2026-05-02").voies}


@pytest.mark.parametrize(
    ("nature", "montant", "le", "why"),
    [
        ("poesie", "1", "2026-05-02", "nature"),
        ("services", "0", "2026-05-02", "supérieure à zéro"),
        ("services", "1000", "2023-12-31", "01/01/2024"),
    ],
)
def test_unusable_requests(nature: str, montant: str, le: str, why: str) -> None:
    with pytest.raises(Inutilisable, match=why):
        ask(nature, montant, le)


@given(
    st.sampled_from(["fournitures", "services", "travaux"]),
    st.integers(1, 10**9),
    st.integers(0, 10**8),
    st.dates(date(2024, 1, 1), date(2028, 1, 1)),
)
def test_more_money_never_opens_more_procedures(nature: str, cents: int, more: int, le: date) -> None:
    low = conseil(nature=nature, montant=Decimal(cents) / 100, lancement=le)
    high = conseil(nature=nature, montant=Decimal(cents + more) / 100, lancement=le)
    assert set(high.procedures) <= set(low.procedures) <= set(PROCEDURES)
    assert high.seuil.article
    assert all(line.article for line in (*high.publicite, *high.delais, *high.obligations))


def test_the_command_answers(fanal) -> None:  # type: ignore[no-untyped-def]
    options = ["--montant", "180000", "--date", "2026-05-02"]
    answer = fanal("marches", "procedure", "--nature", "services", *options, "--json")
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["procedures"][0] == ADAPTEE
    assert "L2124-1" in json.loads(answer.stdout)["sources"]
    refused = fanal("marches", "procedure", "--nature", "poesie", *options)
    assert refused.returncode == 2
    wrong = fanal("marches", "procedure", "--nature", "services", "--montant", "1", "--date", "02/05/2026")
    assert wrong.returncode == 2
    assert "AAAA-MM-JJ" in wrong.stderr


def test_every_day_has_a_rule() -> None:
    day = date(2025, 12, 30)
    while day < date(2026, 9, 1):
        assert conseil(nature="services", montant=Decimal(50000), lancement=day).procedures
        day += timedelta(days=1)
