"""Index series as the computation takes them, and as pages list them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Max, Min, QuerySet

from fanal.prix.compute.series import Point, Serie, mois_absents
from fanal.prix.models import SerieIndice, ValeurIndice
from fanal.refus import Introuvable


@dataclass(frozen=True)
class ResumeSerie:
    """A series in a list: how many values, from when to when, how many months are missing."""

    serie: SerieIndice
    valeurs: int
    premier: date | None
    dernier: date | None
    absents: int
    sans_publication: int
    derniere_valeur: Decimal | None


def series_pour(codes: Iterable[str]) -> dict[str, Serie]:
    """The series named and every series chained to them, before and after."""
    links = list(SerieIndice.objects.values_list("code", "suite_de__code"))
    wanted = _reliees(set(codes), links)
    rows = SerieIndice.objects.filter(code__in=wanted).select_related("suite_de")
    points: dict[int, list[Point]] = defaultdict(list)
    for value in ValeurIndice.objects.filter(serie__in=rows).order_by("mois"):
        points[value.serie_id].append(Point(value.mois, value.valeur, value.publiee_le, value.provisoire))
    return {row.code: en_serie(row, tuple(points[row.pk])) for row in rows}


def en_serie(row: SerieIndice, points: tuple[Point, ...]) -> Serie:
    """A stored series as a value."""
    return Serie(
        row.code,
        points,
        row.libelle,
        row.base,
        row.suite_de.code if row.suite_de else "",
        None if row.coefficient is None else Fraction(row.coefficient),
    )


def series_connues() -> list[SerieIndice]:
    """Every series, by code."""
    return list(SerieIndice.objects.order_by("code"))


def une_serie(code: str) -> SerieIndice:
    """The series called *code*. Raises `Introuvable`."""
    found = SerieIndice.objects.select_related("suite_de").filter(code=code).first()
    if found is None:
        raise Introuvable(
            f"La série d'indice « {code} » n'est pas connue. Importez-la, ou vérifiez son code."
        )
    return found


def valeurs(serie: SerieIndice) -> QuerySet[ValeurIndice]:
    """The values of a series, the latest first."""
    return serie.valeurs.order_by("-mois")


def points_de(serie: SerieIndice) -> tuple[Point, ...]:
    """The values of a series as the computation takes them, oldest first."""
    rows = serie.valeurs.order_by("mois")
    return tuple(Point(v.mois, v.valeur, v.publiee_le, v.provisoire) for v in rows)


def resumes() -> list[ResumeSerie]:
    """Every series with what is known of it, in three queries."""
    counts = {
        row["serie"]: row
        for row in ValeurIndice.objects.order_by()
        .values("serie")
        .annotate(n=Count("pk"), premier=Min("mois"), dernier=Max("mois"), publiees=Count("publiee_le"))
    }
    points: dict[int, list[Point]] = defaultdict(list)
    for key, month, value in ValeurIndice.objects.order_by("mois").values_list("serie", "mois", "valeur"):
        points[key].append(Point(month, value))
    found = []
    for serie in SerieIndice.objects.select_related("suite_de", "remplacee_par"):
        row, known = counts.get(serie.pk, {}), points.get(serie.pk, [])
        found.append(
            ResumeSerie(
                serie,
                row.get("n", 0),
                row.get("premier"),
                row.get("dernier"),
                len(mois_absents(known)),
                row.get("n", 0) - row.get("publiees", 0),
                known[-1].valeur if known else None,
            )
        )
    return found


def _reliees(codes: set[str], links: Sequence[tuple[str, str | None]]) -> set[str]:
    """The codes and all those chained to them."""
    wanted, grown = set(codes), True
    while grown:
        before = len(wanted)
        for code, previous in links:
            if previous and (code in wanted or previous in wanted):
                wanted |= {code, previous}
        grown = len(wanted) > before
    return wanted
