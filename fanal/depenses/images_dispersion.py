"""The pictures of prices: a dot per establishment, the contract's price, and the months."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import altair as alt

from fanal.interface.echelles import CATEGORIES
from fanal.interface.etiquettes import au_milieu, distinctes
from fanal.interface.images import Image, composer

RANGS = 20  # establishments drawn; the others are in the table
NOMS = alt.ExprRef("width < 480 ? 110 : 240")


@dataclass(frozen=True)
class Prix:
    """The price that one establishment paid for a unit, and its words."""

    nom: str
    prix: Decimal
    texte: str


@dataclass(frozen=True)
class Repere:
    """A price to hold the others against: the median, the contract's."""

    nom: str
    prix: Decimal
    texte: str


def image_prix(titre: str, prix: Sequence[Prix], reperes: Sequence[Repere], note: str = "") -> Image:
    """A dot per establishment on one scale of prices, a stroke per reference price."""
    return _prix(titre, tuple(prix[:RANGS]), tuple(reperes), note)


@lru_cache(maxsize=128)
def _prix(titre: str, prix: tuple[Prix, ...], reperes: tuple[Repere, ...], note: str) -> Image:
    names = distinctes([p.nom for p in prix])
    rows: list[dict[str, Any]] = [
        {"nom": nom, "prix": float(p.prix), "texte": p.texte} for nom, p in zip(names, prix, strict=True)
    ]
    values = [float(p.prix) for p in prix] + [float(r.prix) for r in reperes]
    span = max(values) - min(values) or max(values) or 1.0
    # Room at the right for the price written beside the highest dot.
    room = 7 * max((len(p.texte) for p in prix), default=0) + 16
    reach: list[Any] = [0, alt.ExprRef(f"max(width - {room}, width / 4)")]
    scale = alt.Scale(domain=[max(min(values) - span * 0.1, 0.0), max(values)], range=reach, zero=False)
    x = alt.X("prix:Q", axis=None, scale=scale)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y(
            "nom:N",
            sort=[r["nom"] for r in rows],
            title=None,
            axis=alt.Axis(labelLimit=NOMS, labelExpr=au_milieu(13), grid=True),
        ),
        tooltip=[alt.Tooltip("nom:N", title="Établissement"), alt.Tooltip("texte:N", title="Prix")],
    )
    dots = base.mark_point(filled=True, size=90, opacity=1, color=CATEGORIES[0]).encode(x=x)
    words = base.mark_text(align="left", dx=10).encode(x=x, text="texte:N")
    layers: list[Any] = []
    if reperes:
        marks = [{"nom": r.nom, "prix": float(r.prix), "texte": f"{r.nom} {r.texte}"} for r in reperes]
        rules = alt.Chart(alt.InlineData(values=marks)).encode(
            x=x,
            tooltip=[alt.Tooltip("nom:N", title="Repère"), alt.Tooltip("texte:N", title="Prix")],
        )
        colour = alt.Color(
            "nom:N",
            scale=alt.Scale(
                domain=[r.nom for r in reperes], range=[CATEGORIES[1], CATEGORIES[2]][: len(reperes)]
            ),
            legend=None,
        )
        layers.append(rules.mark_rule(strokeWidth=2, strokeDash=[5, 3]).encode(color=colour))
    said = " ; ".join([f"{p.nom} : {p.texte}" for p in prix] + [f"{r.nom} : {r.texte}" for r in reperes])
    image = composer(titre, f"{said}.", alt.layer(*layers, dots, words), note, max(len(rows), 2) * 28)
    keys = tuple(
        (style, f"{r.nom} : {r.texte}") for style, r in zip(("cat-2", "cat-3"), reperes, strict=False)
    )
    return Image(image.titre, image.alternative, image.json, image.note, keys)
