"""Pictures along time: how many things in each period, what has passed told from what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import altair as alt

from fanal.interface.echelles import AUTRES, CATEGORIES
from fanal.interface.images import Image, composer

HAUTEUR = 190


@dataclass(frozen=True)
class Periode:
    """One period of the axis: its name, how many, what its tooltip adds (an amount, in words)."""

    nom: str
    nombre: int
    detail: str = ""
    passee: bool = False


def frise(titre: str, periodes: Sequence[Periode], quoi: str, note: str = "") -> Image:
    """One column per period in their order; *quoi* names what is counted ("marchés")."""
    return _frise(titre, tuple(periodes), quoi, note)


@lru_cache(maxsize=128)
def _frise(titre: str, periodes: tuple[Periode, ...], quoi: str, note: str) -> Image:
    rows = [
        {"nom": p.nom, "nombre": p.nombre, "detail": p.detail, "passee": p.passee, "rang": i}
        for i, p in enumerate(periodes)
    ]
    highest = max([1, *(p.nombre for p in periodes)])
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X(
            "nom:O",
            sort=[p.nom for p in periodes],
            title=None,
            axis=alt.Axis(labelAngle=0, labelOverlap="parity", labelPadding=6),
        ),
        tooltip=[
            alt.Tooltip("nom:N", title="Période"),
            alt.Tooltip("nombre:Q", title=quoi.capitalize()),
            alt.Tooltip("detail:N", title="Montant"),
        ],
    )
    bars = base.mark_bar().encode(
        # Room above the highest bar for its number.
        y=alt.Y("nombre:Q", axis=None, scale=alt.Scale(domain=[0, highest * 1.15])),
        color=alt.condition("datum.passee", alt.value(AUTRES), alt.value(CATEGORIES[0])),
    )
    # On a narrow screen the numbers would stand on one another: the highest alone is written.
    room = f"width / {max(len(periodes), 1)} > 7 * length(format(datum.nombre, ',d')) + 4"
    place = f"datum.nombre > 0 && (datum.nombre == {highest} || {room})"
    words = (
        base.transform_filter(place)
        .mark_text(dy=-8)
        .encode(y="nombre:Q", text=alt.Text("nombre:Q", format=",d"))
    )
    said = " ; ".join(f"{p.nom} : {p.nombre} {quoi}" for p in periodes if p.nombre)
    return composer(titre, f"{said}.", alt.layer(bars, words), note, HAUTEUR)
