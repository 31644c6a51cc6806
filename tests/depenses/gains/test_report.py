"""The carry-over: what the actions of a year still bring to the next one, to the cent."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from fanal.achats.compute import RegleGains
from fanal.depenses.compute.gains_report import couper_connu, deborde, parts
from fanal.depenses.compute.gains_valeurs import Fenetre, Mesure
from fanal.marches.models import Marche
from fanal.prix.compute.ecriture import premier_du_mois
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import ACTIONS, annee_de_gants

D = Decimal
JOURS = RegleGains(code="essai", unite_fenetre="jour")
MOIS = RegleGains(code="essai", unite_fenetre="mois")
DEBUT_2022 = tuple(date(2022, month, 1) for month in (1, 2, 3))


def fenetre(debut: date, ecoules: int | None = None, absents: tuple[date, ...] = ()) -> Fenetre:
    fin = debut + relativedelta(months=12)
    jours = (fin - debut).days
    seen = jours if ecoules is None else ecoules
    return Fenetre(debut, fin, jours, seen, seen, absents)


@pytest.mark.parametrize(
    ("connue", "regle", "gain", "suivante"),
    [
        # 1 April 2021: 275 days of 365 in 2021; 24,000 × 275 / 365 = 18,082.19.
        (fenetre(date(2021, 4, 1)), JOURS, "24000.00", "5917.81"),
        # 306 days known, to the end of January 2022: 20,000 × 275 / 306 = 17,973.86.
        (fenetre(date(2021, 4, 1), 306), JOURS, "20000.00", "2026.14"),
        # December 2021 was not deposited: 244 days of 334 known ones; 24,000 × 244 / 334 = 17,532.93.
        (fenetre(date(2021, 4, 1), absents=(date(2021, 12, 1),)), JOURS, "24000.00", "6467.07"),
        # Nothing of 2022 was deposited: all that orders show was ordered in 2021.
        (fenetre(date(2021, 4, 1), absents=DEBUT_2022), JOURS, "18000.00", "0"),
        # A loss is carried as a gain is.
        (fenetre(date(2021, 4, 1)), JOURS, "-24000.00", "-5917.81"),
        # 29 February 2020 to 28 February 2021: 307 days of 365; 365 × 307 / 365.
        (fenetre(date(2020, 2, 29)), JOURS, "365.00", "58.00"),
        # In months, that of the first order is a whole one: nine of twelve, and three.
        (fenetre(date(2021, 4, 15)), MOIS, "24000.00", "6000.00"),
        (fenetre(date(2021, 1, 1)), JOURS, "24000.00", "0.00"),
    ],
)  # fmt: skip
def test_by_hand(connue: Fenetre, regle: RegleGains, gain: str, suivante: str) -> None:
    found = couper_connu(D(gain), connue, regle=regle)
    assert found.suivante == D(suivante)
    assert found.annee + found.suivante == D(gain)


def test_a_window_of_one_civil_year_carries_nothing() -> None:
    assert not deborde(date(2021, 1, 1), regle=JOURS)
    assert deborde(date(2021, 1, 2), regle=JOURS)
    assert not deborde(date(2021, 1, 31), regle=MOIS)
    assert deborde(date(2021, 2, 1), regle=MOIS)


def naive(gain: Decimal, connue: Fenetre) -> Decimal:
    """The part of the next year, counting known days one by one."""
    first = second = 0
    for rank in range(connue.ecoules):
        day = connue.debut + timedelta(days=rank)
        if date(day.year, day.month, 1) not in connue.mois_absents:
            first += day.year == connue.debut.year
            second += day.year != connue.debut.year
    if not first + second:
        first = (min(connue.fin, date(connue.debut.year + 1, 1, 1)) - connue.debut).days
        second = connue.jours - first
    share = abs(Fraction(gain)) * first / (first + second) * 100
    cents = int(share + Fraction(1, 2))
    return gain - (D(cents) / 100).copy_sign(gain)


@st.composite
def connues(draw: st.DrawFn) -> Fenetre:
    start = draw(st.dates(date(2019, 1, 1), date(2022, 12, 31)))
    whole = fenetre(start)
    first = premier_du_mois(start)
    months = [first + relativedelta(months=m) for m in range(13)]
    absent = draw(st.sets(st.sampled_from(months), max_size=13))
    return fenetre(start, draw(st.integers(0, whole.jours)), tuple(sorted(absent)))


@given(st.decimals(-9_000_000, 9_000_000, places=2), connues())
def test_as_days_counted_one_by_one(gain: Decimal, connue: Fenetre) -> None:
    found = couper_connu(gain, connue, regle=JOURS)
    assert found.suivante == naive(gain, connue)
    assert found.annee + found.suivante == gain


euros = st.none() | st.decimals(-9_000_000, 9_000_000, places=2)


@given(euros, euros, euros, euros, connues())
def test_both_years_make_the_whole_at_every_link(a: Any, b: Any, c: Any, d: Any, connue: Fenetre) -> None:
    mesure = Mesure("confirme", (), a, None, signe=b, commande=c, facture=d, fenetre=connue)
    year, following = parts(mesure, connue.debut, regle=JOURS)
    for name in ("declare", "signe", "commande", "facture"):
        whole, first, second = (getattr(x, name) for x in (mesure, year, following))
        assert (first is None) == (second is None) == (whole is None)
        assert whole is None or first + second == whole


# In the plan of 2021: A4 begins on 1 January and carries nothing, A5 is given up.
ANCIENNES = (
    *ACTIONS,
    "A4;210000001;support;MEDICAMENTS;Lits;GHT;M-4;Effet prix induit;01/01/2021;;;;10000;1000;notifiée",
    "A5;210000001;support;MEDICAMENTS;Draps;GHT;M-5;Effet prix induit;01/07/2021;;;;10000;1000;abandonnée",
)
# In that of 2022: A1 again (it counts where it was first), B1 new, B2 begun in 2021 and unknown to its plan.
NOUVELLES = (
    ACTIONS[0],
    "B1;210000001;support;MEDICAMENTS;Lampes;GHT;M-6;Effet prix induit;01/03/2022;;;;10000;3650;notifiée",
    "B2;210000001;support;MEDICAMENTS;Tables;GHT;M-7;Effet prix induit;01/10/2021;;;;10000;3650;notifiée",
)


@pytest.fixture
def deux_ans(db: None, ght: Ght, plan: Callable[..., None], marche: Marche) -> None:
    plan(ANCIENNES)
    plan(NOUVELLES, annee=2022)
    poser(annee_de_gants())


def ask(capsys: Any, annee: int) -> Any:
    call_command("depenses", "gains", "--annee", str(annee), "--json")
    return json.loads(capsys.readouterr().out)


def test_the_document_of_the_next_year(capsys: Any, deux_ans: None) -> None:
    found = ask(capsys, 2022)
    carried = {r["identifiant"]: r for r in found["report"]}
    # 24,000, 5,000 and 1,000 × 90 / 365, less the rounding of 2021; 3,650 × 273 / 365 for B2.
    assert {i: (r["annee_plan"], r["declare"], r["commande"]) for i, r in carried.items()} == {
        "A1": (2021, "5917.81", "5917.81"),
        "A2": (2021, "1232.88", None),
        "A3": (2021, "246.58", None),
        "B2": (2022, "2730.00", None),
    }
    gloves = carried["A1"]
    assert (gloves["signe"], gloves["facture"]) == ("5917.81", "5917.81")
    # Three months of 2,000 €: time in days is not the months themselves.
    assert (gloves["premiere_commande"], gloves["commande_des_mois"]) == ("2021-04-01", "6000.00")
    year = found["annee_civile"]
    assert year["report"]["declare"] == "10127.27"
    # 306 days of 365 from 1 March; A1 is not new.
    assert year["nouvelles"]["declare"] == "3060.00"
    assert year["total"]["declare"] == "13187.27"
    assert found["par_ght"][0]["annee_civile"] == year


def test_two_years_add_up_to_the_cent(capsys: Any, deux_ans: None) -> None:
    before, after = ask(capsys, 2021), ask(capsys, 2022)
    own = [r for r in after["report"] if r["annee_plan"] == 2021]
    for name in ("declare", "signe", "commande", "facture"):
        whole = sum(D(a[name]) for a in before["actions"] if a[name] and a["identifiant"] != "A5")
        carried = sum(D(r[name]) for r in own if r[name])
        assert D(before["annee_civile"]["nouvelles"][name]) + carried == whole
    assert before["report"] == []
    assert ask(capsys, 2023)["report"][0]["identifiant"] == "B1"
    gloves = next(a for a in before["actions"] if a["identifiant"] == "A1")
    assert (gloves["commande_annee"], gloves["commande_report"]) == ("18082.19", "5917.81")


def test_the_terminal(capsys: Any, deux_ans: None) -> None:
    call_command("depenses", "gains", "--annee", "2022")
    assert "Effet report de 2021 sur 2022" in capsys.readouterr().out


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("depenses:gains"), query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_the_page_lists_it_and_opens_each(connecte: Callable[[str], Client], deux_ans: None) -> None:
    client = connecte("controleur_gestion")
    text = page(client, annee="2022", territoire="ght:BFC-90")
    assert "4 actions de 2021 courent encore sur 2022 (effet report) : 10 127 € déclarés" in text
    assert "5 918 €" in text
    export = client.get(
        reverse("depenses:gains"), {"annee": "2022", "territoire": "ght:BFC-90", "report.export": "csv"}
    )
    content = b"".join(export) if export.streaming else export.content
    assert [name in content.decode() for name in ("A1", "A2", "A3", "A4", "A5", "B2")] == [
        True, True, True, False, False, True,
    ]  # fmt: skip
    assert "Effet report de 2020" not in page(client, annee="2021", territoire="ght:BFC-90")


def test_a_year_without_a_plan_still_shows_it(
    connecte: Callable[[str], Client], ght: Ght, plan: Callable[..., None], marche: Marche
) -> None:
    plan()
    poser(annee_de_gants())
    text = page(connecte("dgos"), annee="2022", territoire="national")
    assert "3 actions de 2021 courent encore sur 2022" in text
    assert "Effet report de 2021 sur 2022, par GHT" in text
