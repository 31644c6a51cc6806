"""The life line of a contract: its periods, its notice dates, its modifications, today."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

import altair as alt

from fanal.achats.rules.mots import jour
from fanal.interface.images import Image, composer
from fanal.marches.compute.echeances import INITIALE, PREVUE, Vie
from fanal.marches.models import Modification

Changements = tuple[tuple[int, date], ...]
RANGS = ("Périodes", "Préavis", "Avenants", "Maximum", "Étapes")
# Words stand on the right of their point, on its left in the second half of the line.
COTES: tuple[tuple[bool, Literal["left", "right"], int], ...] = ((False, "left", 8), (True, "right", -8))
NOMS = {INITIALE: "Première période", "tacite": "Reconduit", "expresse": "Reconduit", PREVUE: "Reconduction"}


def frise(
    vie: Vie,
    *,
    notification: date | None,
    modifications: Sequence[Modification],
    epuisement: date | None,
    le: date,
) -> Image | None:
    """The picture; None when no date places the contract in time."""
    if vie.debut is None or vie.fin_totale is None:
        return None
    dated = ((m.numero, m.date_notification or m.date_signature) for m in modifications)
    changes = tuple((number, day) for number, day in dated if day is not None)
    return _frise(vie, notification, changes, epuisement, le)


@lru_cache(maxsize=512)
def _frise(
    vie: Vie, notification: date | None, changes: Changements, epuisement: date | None, le: date
) -> Image:
    """The same dates give the same picture: building it takes longer than the rest of the page."""
    assert vie.debut is not None and vie.fin_totale is not None  # noqa: S101 - told by the caller
    bars = [_periode(vie, i) for i in range(len(vie.periodes))]
    points = _points(vie, notification, changes, epuisement)
    title = f"Du {jour(vie.debut)} au {jour(vie.fin_totale)}"
    spoken = " ; ".join(f"{row['mot']} {row['quand']}" for row in [*bars, *points])
    return composer(title, f"{spoken}.", _dessin(bars, points, le), "", 44 * len(RANGS) + 30)


def _periode(vie: Vie, index: int) -> dict[str, Any]:
    period = vie.periodes[index]
    start = period.debut or vie.debut or period.fin
    name = NOMS[period.sens]
    word = name if period.sens == INITIALE else f"{name} n° {period.numero}"
    return {
        "rang": "Périodes",
        "debut": start.isoformat(),
        "fin": (period.fin + timedelta(days=1)).isoformat(),
        "mot": word,
        "quand": f"du {jour(start)} au {jour(period.fin)}",
        "sorte": "à décider" if period.sens == PREVUE else "acquise",
    }


def _points(
    vie: Vie, notification: date | None, changes: Changements, epuisement: date | None
) -> list[dict[str, Any]]:
    late = _milieu(vie)
    found = [_point("Avenants", day, f"n° {number}", a_droite=day > late) for number, day in changes]
    if vie.preavis_le is not None:
        found.append(_point("Préavis", vie.preavis_le, "Préavis", a_droite=vie.preavis_le > late))
    if notification is not None:
        found.append(_point("Étapes", notification, "Notification"))
    if epuisement is not None:
        found.append(_point("Maximum", epuisement, "Épuisement", a_droite=epuisement > late))
    if vie.fin_totale is not None:
        found.append(_point("Étapes", vie.fin_totale, "Fin", a_droite=True))
    return found


def _milieu(vie: Vie) -> date:
    """The middle of the contract: what comes after it is written towards the left."""
    assert vie.debut is not None and vie.fin_totale is not None  # noqa: S101 - told by the caller
    return vie.debut + (vie.fin_totale - vie.debut) / 2


def _point(rank: str, day: date, word: str, *, a_droite: bool = False) -> dict[str, Any]:
    """One dated point; its word stands on its left when *a_droite*, in the second half of the line."""
    word_day = f"le {jour(day)}"
    return {"rang": rank, "debut": day.isoformat(), "mot": word, "quand": word_day, "bord": a_droite}


def _dessin(bars: list[dict[str, Any]], points: list[dict[str, Any]], le: date) -> Any:
    rank = alt.Y("rang:N", sort=list(RANGS), title=None, scale=alt.Scale(domain=list(RANGS)))
    when = alt.X("debut:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", grid=True, labels=True))
    tips = [alt.Tooltip("mot:N", title="Étape"), alt.Tooltip("quand:N", title="Date")]
    periods = (
        alt.Chart(alt.InlineData(values=bars))
        .mark_bar(height=18, stroke="var(--papier)", strokeWidth=2, cornerRadius=3)
        .encode(
            x=when,
            x2="fin:T",
            y=rank,
            tooltip=tips,
            color=alt.Color(
                "sorte:N",
                scale=alt.Scale(domain=["acquise", "à décider"], range=["var(--seq-4)", "var(--seq-2)"]),
                legend=None,
            ),
        )
    )
    dots = (
        alt.Chart(alt.InlineData(values=points))
        .mark_point(filled=True, size=90, color="var(--encre)", opacity=1, shape="diamond")
        .encode(x=when, y=rank, tooltip=tips)
    )
    left = [{**p, "etiquette": f"{p['mot']} {p['quand'].removeprefix('le ')}"} for p in points]
    labels = [
        alt.Chart(alt.InlineData(values=[p for p in left if p["bord"] is edge]))
        .mark_text(align=align, dx=dx, color="var(--encre-douce)", fontSize=12)
        # A narrow screen has no room for the days: the axis, the tooltip and the page tell them.
        .transform_calculate(dit="width < 480 ? datum.mot : datum.etiquette")
        .encode(x=when, y=rank, text="dit:N", tooltip=tips)
        for edge, align, dx in COTES
    ]
    today = (
        alt.Chart(alt.InlineData(values=[{"debut": le.isoformat(), "mot": "Aujourd'hui", "quand": jour(le)}]))
        .mark_rule(color="var(--ambre)", strokeWidth=2, strokeDash=[4, 3])
        .encode(x=when, tooltip=tips)
    )
    return alt.layer(periods, dots, *labels, today)
