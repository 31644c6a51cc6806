"""The pictures of the explorer: bars, curves, squares or a Pareto, as the choice of axes asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

import altair as alt

from fanal.depenses.compute.croise import CLASSES, Part
from fanal.interface.echelles import AUTRES, CATEGORIES, bornes_montants
from fanal.interface.etiquettes import distinctes
from fanal.interface.images import MAXIMUM, Image, axe_noms, composer, echelle_mots
from fanal.interface.images_grille import Case, grille
from fanal.interface.nombres import ecrire_taux

RANGS_BARRES, RANGS_GRILLE, RANGS_PARETO = 12, 15, 40
Ecrire = Callable[[Decimal | None], str]


@dataclass(frozen=True)
class Point:
    """One value: its name on the axis, its series (empty when there is one), the value and its words.

    *court* is written at the end of its bar when the words are too many for it.
    """

    nom: str
    serie: str
    valeur: Decimal | None
    texte: str
    court: str = ""


def barres(titre: str, points: Sequence[Point], note: str = "") -> Image:
    """Values from the first down, as they come."""
    return _barres(titre, tuple(points[:RANGS_BARRES]), note)


def courbe(titre: str, points: Sequence[Point], note: str = "") -> Image:
    """Values along time, a line per series (at most seven); a missing value breaks the line."""
    return _courbe(titre, tuple(points), note)


def carreaux(titre: str, cases: Sequence[Case], ecrire: Ecrire, note: str = "") -> Image:
    """Squares coloured by amount; one without any line stays blank."""
    bounds = bornes_montants(c.valeur for c in cases)
    words = [ecrire(b) for b in bounds]
    middles = [f"{a} à {b}" for a, b in pairwise(words)]
    classes = (f"moins de {words[0]}", *middles, f"{words[-1]} et plus") if words else ("plus de zéro",)
    return grille(titre, cases, bounds, classes, manquant="non calculable", note=note)


def image_pareto(
    titre: str,
    parts: Sequence[Part],
    noms: Sequence[str],
    ecrire: Ecrire,
    seuils: Sequence[Decimal],
    note: str = "",
) -> Image:
    """The cumulated share of the largest, with the bounds of the classes A and B."""
    shown = [(n, p.classe, p.cumul, ecrire(p.valeur)) for n, p in zip(noms, parts, strict=True)]
    return _pareto(titre, tuple(shown[:RANGS_PARETO]), tuple(seuils), note)


def _lignes(points: Sequence[Point]) -> list[dict[str, Any]]:
    return [
        {
            "nom": p.nom,
            "serie": p.serie,
            "valeur": None if p.valeur is None else float(p.valeur),
            "bout": max(float(p.valeur or 0), 0.0),
            "texte": p.texte,
            "court": p.court or p.texte,
        }
        for p in points
    ]


def _bulle(serie: bool = False) -> list[alt.Tooltip]:
    bulles = [alt.Tooltip("nom:N", title="Nom")]
    if serie:
        bulles.append(alt.Tooltip("serie:N", title="Série"))
    return [*bulles, alt.Tooltip("texte:N", title="Valeur")]


@lru_cache(maxsize=128)
def _barres(titre: str, points: tuple[Point, ...], note: str) -> Image:
    rows = _lignes(points)
    for row, nom in zip(rows, distinctes([p.nom for p in points]), strict=True):
        row["nom"] = nom
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y(
            "nom:N",
            sort=[r["nom"] for r in rows],
            title=None,
            axis=axe_noms(12),
        ),
        tooltip=_bulle(),
    )
    ends = [float(p.valeur or 0) for p in points]
    x = alt.X("valeur:Q", axis=None, scale=echelle_mots(ends, [row["court"] for row in rows]))
    bars = base.mark_bar(height=16, color=CATEGORIES[0]).encode(x=x)
    words = base.mark_text(align="left", dx=8).encode(x="bout:Q", text="court:N")
    said = " ; ".join(f"{p.nom} : {p.texte}" for p in points)
    return composer(titre, f"{said}.", alt.layer(bars, words), note, len(rows) * 26 + 20)


@lru_cache(maxsize=128)
def _courbe(titre: str, points: tuple[Point, ...], note: str) -> Image:
    rows = _lignes(points)
    series = list(dict.fromkeys(p.serie for p in points))
    names = list(dict.fromkeys(p.nom for p in points))
    known = [r["valeur"] for r in rows if r["valeur"] is not None]
    domain = [min([0.0, *known]), max([0.0, *known]) * 1.12 or 1.0]
    colours = [AUTRES if s == "Autres" else CATEGORIES[i % MAXIMUM] for i, s in enumerate(series)]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X(
            "nom:O",
            sort=names,
            title=None,
            axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelPadding=6),
        ),
        y=alt.Y("valeur:Q", axis=None, scale=alt.Scale(domain=domain)),
        color=alt.Color("serie:N", scale=alt.Scale(domain=series, range=colours), legend=None),
        tooltip=_bulle(serie=len(series) > 1),
    )
    line = base.mark_line(strokeWidth=2)
    dots = base.mark_point(filled=True, size=36, opacity=1)
    layers = [line, dots]
    if len(series) == 1:
        step = f"(width / {max(len(names), 1)}) > 7 * length(datum.texte)"
        layers.append(base.transform_filter(step).mark_text(dy=-12).encode(text="texte:N"))
    said = " ; ".join(f"{p.nom}{f', {p.serie}' if p.serie else ''} : {p.texte}" for p in points[:40])
    image = composer(titre, f"{said}.", alt.layer(*layers), note, 220)
    if len(series) == 1:
        return image
    styles = (c.removeprefix("var(--").removesuffix(")") for c in colours)
    return Image(
        image.titre, image.alternative, image.json, image.note, tuple(zip(styles, series, strict=True))
    )


@lru_cache(maxsize=64)
def _pareto(
    titre: str, parts: tuple[tuple[str, str, Decimal, str], ...], seuils: tuple[Decimal, ...], note: str
) -> Image:
    rows = [
        {"nom": n, "rang": i, "classe": c, "cumul": float(s), "texte": f"{w}, cumul {ecrire_taux(s)}"}
        for i, (n, c, s, w) in enumerate(parts, 1)
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("rang:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
        tooltip=[
            alt.Tooltip("nom:N", title="Nom"),
            alt.Tooltip("texte:N", title="Montant"),
            alt.Tooltip("classe:N", title="Classe"),
        ],
    )
    colours = [CATEGORIES[0], CATEGORIES[4], AUTRES]
    bars = base.mark_bar().encode(
        y=alt.Y(
            "cumul:Q",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", values=[0, *map(float, seuils)], grid=True, gridColor="var(--trait)"),
        ),
        color=alt.Color("classe:N", scale=alt.Scale(domain=list(CLASSES), range=colours), legend=None),
    )
    said = " ; ".join(f"{n} : {w}, cumul {ecrire_taux(s)}, classe {c}" for n, c, s, w in parts)
    image = composer(titre, f"{said}.", bars, note, 240)
    first, second = (ecrire_taux(s, 0) for s in seuils)
    keys = (
        ("cat-1", f"A : jusqu'à {first}"),
        ("cat-5", f"B : jusqu'à {second}"),
        ("cat-autres", "C : le reste"),
    )
    return Image(image.titre, image.alternative, image.json, image.note, keys)
