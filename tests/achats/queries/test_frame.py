"""Rows read the short way on SQLite are those that Django gives."""

from datetime import date

import polars as pl
import pytest
from django.db.models import F

from fanal.achats.queries import versions
from fanal.territoires.models import Appartenance, Ght

pytestmark = pytest.mark.django_db
GENRES = {"numero": pl.Int64, "annee": pl.Int32, "ght": pl.String, "debut": pl.Date, "fin": pl.Date}


def read(rows: "versions.QuerySet[Appartenance]") -> pl.DataFrame:
    columns = {"numero": "pk", "annee": F("pk") + 1, "ght": "ght__code", "debut": "debut", "fin": "fin"}
    return versions.frame(rows, GENRES, **columns).sort("numero")


def test_both_ways_read_the_same(ght: Ght, autre_ght: Ght, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Appartenance.objects.order_by("pk")[0]
    Appartenance.objects.filter(pk=first.pk).update(debut=date(1999, 12, 31), fin=date(2024, 2, 29))
    sets = (Appartenance.objects.all(), Appartenance.objects.filter(ght=ght), Appartenance.objects.none())
    short = [read(rows) for rows in sets]
    empty = read(Appartenance.objects.filter(pk__in=[]))
    monkeypatch.setattr(versions, "BRUTS", set())
    for rows, known in zip(sets, short, strict=True):
        expected = read(rows)
        assert known.equals(expected, null_equal=True)
        assert known.schema == expected.schema == GENRES
    assert short[0].filter(pl.col("numero") == first.pk).row(0)[3:] == (date(1999, 12, 31), date(2024, 2, 29))
    assert short[0]["debut"].null_count() == short[0].height - 1
    assert short[2].height == empty.height == 0
    assert empty.schema == GENRES
