"""The pictures of prices and indices along time."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import altair as alt

from fanal.interface.echelles import CATEGORIES
from fanal.interface.images import Image, composer
from fanal.prix.compute.ecriture import ecrire, ecrire_mois, ecrire_prix

HAUTEUR = 190


def image_prix(titre: str, points: Sequence[tuple[date, Decimal]], note: str = "") -> Image | None:
    """The price of a line along time, in steps; None with less than two points."""
    return _ligne(titre, tuple(points), True, note) if len(points) > 1 else None


def image_indice(titre: str, points: Sequence[tuple[date, Decimal]], note: str = "") -> Image | None:
    """An index month by month; None with less than two points."""
    return _ligne(titre, tuple(points), False, note) if len(points) > 1 else None


@lru_cache(maxsize=128)
def _ligne(titre: str, points: tuple[tuple[date, Decimal], ...], marches: bool, note: str) -> Image:
    rows: list[dict[str, Any]] = [
        {
            "jour": day.isoformat(),
            "valeur": float(value),
            "mot": ecrire_prix(value) if marches else ecrire(value),
            "quand": f"{day:%d/%m/%Y}" if marches else ecrire_mois(day),
            "bout": i == len(points) - 1,
        }
        for i, (day, value) in enumerate(points)
    ]
    values = [row["valeur"] for row in rows]
    low, high = min(values), max(values)
    room = (high - low) * 0.25 or high * 0.1 or 1.0
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X(
            "jour:T", title=None, axis=alt.Axis(format="%m/%Y", labelAngle=0, tickCount=6, labelOverlap=True)
        ),
        y=alt.Y(
            "valeur:Q",
            title=None,
            axis=alt.Axis(tickCount=4, grid=True, gridColor="var(--trait)"),
            scale=alt.Scale(zero=False, domain=[max(0.0, low - room), high + room]),
        ),
        tooltip=[alt.Tooltip("quand:N", title="Date"), alt.Tooltip("mot:N", title="Valeur")],
    )
    line = base.mark_line(
        color=CATEGORIES[0], strokeWidth=2, interpolate="step-after" if marches else "linear"
    )
    dots = base.mark_point(color=CATEGORIES[0], filled=True, size=30, opacity=1)
    words = base.transform_filter("datum.bout").mark_text(align="right", dy=-13, fontWeight=600)
    said = " ; ".join(f"{row['quand']} : {row['mot']}" for row in rows[-30:])
    return composer(titre, said, alt.layer(line, dots, words.encode(text="mot:N")), note, HAUTEUR)
