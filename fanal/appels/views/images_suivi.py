"""Pictures of the follow-up: how projects stand, how an indicator spreads, a project along its due dates."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import altair as alt

from fanal.appels.compute.comparaison import Dispersion
from fanal.interface.echelles import AUTRES, CATEGORIES
from fanal.interface.images import Image, composer
from fanal.interface.nombres import ecrire_nombre

Point = tuple[str, Decimal, bool]  # name, value, whether it is one's own


def bande(titre: str, points: Sequence[Point], spread: Dispersion, unite: str, note: str = "") -> Image:
    """A strip of every value over the box of the quartiles; the median is a stroke, one's own is larger."""
    return _bande(titre, tuple(points), spread, unite, note)


@lru_cache(maxsize=64)
def _bande(titre: str, points: tuple[Point, ...], spread: Dispersion, unite: str, note: str) -> Image:
    # Heights go from 0 to 8: values from 1 to 5, so that equal ones do not hide each other, the words above.
    rows = [
        {"nom": nom, "valeur": float(v), "dit": dire(v, unite), "mien": mien, "haut": 1 + i % 5}
        for i, (nom, v, mien) in enumerate(points)
    ]
    x = alt.X("valeur:Q", title=None, axis=alt.Axis(tickCount=5), scale=alt.Scale(zero=False, padding=12))
    y = alt.Y("haut:Q", axis=None, scale=alt.Scale(domain=[0, 8]))
    bas = alt.Y("bas:Q", axis=None, scale=alt.Scale(domain=[0, 8]))
    couches: list[alt.Chart] = []
    if spread.q1 is not None and spread.q3 is not None:
        boite = [{"q1": float(spread.q1), "q3": float(spread.q3), "bas": 0.2, "haut": 5.8}]
        couches.append(
            alt.Chart(alt.InlineData(values=boite))
            .mark_rect(color="var(--seq-2)", opacity=0.55)
            .encode(x=alt.X("q1:Q", title=None), x2="q3:Q", y=bas, y2="haut:Q")
        )
    if spread.mediane is not None:
        mot = f"médiane {dire(spread.mediane, unite)}"
        milieu = [{"mediane": float(spread.mediane), "dit": mot, "bas": 0.2, "haut": 6.2}]
        base = alt.Chart(alt.InlineData(values=milieu)).encode(x=alt.X("mediane:Q", title=None))
        couches += [
            base.mark_rule(color="var(--encre)", strokeWidth=2).encode(y=bas, y2="haut:Q"),
            base.mark_text(dy=-8, fontWeight=600).encode(y=y, text="dit:N"),
        ]
    couches.append(
        alt.Chart(alt.InlineData(values=rows))
        .mark_point(filled=True, opacity=0.9, stroke="var(--papier)", strokeWidth=0.8)
        .encode(
            x=x,
            y=y,
            size=alt.condition("datum.mien", alt.value(150), alt.value(64)),
            color=alt.condition("datum.mien", alt.value("var(--ambre)"), alt.value(CATEGORIES[0])),
            tooltip=[alt.Tooltip("nom:N", title="Projet"), alt.Tooltip("dit:N", title="Valeur")],
        )
    )
    parle = " ; ".join(f"{nom} : {dire(v, unite)}" for nom, v, _ in points[:30])
    return composer(titre, f"{_resume(spread, unite)} {parle}", alt.layer(*couches), note, 170)


def _resume(spread: Dispersion, unite: str) -> str:
    if spread.mediane is None:
        return "Aucune mesure."
    mots = f"Médiane {dire(spread.mediane, unite)}"
    if spread.q1 is not None and spread.q3 is not None:
        mots += f", la moitié centrale entre {dire(spread.q1, unite)} et {dire(spread.q3, unite)}"
    return f"{mots}."


def etats(titre: str, parts: Sequence[tuple[str, int]]) -> Image:
    """How many projects stand in each state."""
    return _etats(titre, tuple(parts))


@lru_cache(maxsize=64)
def _etats(titre: str, parts: tuple[tuple[str, int], ...]) -> Image:
    rows = [{"nom": nom, "nombre": n, "mot": str(n), "rang": i} for i, (nom, n) in enumerate(parts)]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("nom:N", sort=[nom for nom, _ in parts], title=None),
        tooltip=[alt.Tooltip("nom:N", title="État"), alt.Tooltip("nombre:Q", title="Projets")],
    )
    x = alt.X("nombre:Q", axis=None, scale=alt.Scale(zero=True, padding=0))
    couleur = alt.condition("datum.nom == 'Abandonné'", alt.value(AUTRES), alt.value(CATEGORIES[0]))
    barres = base.mark_bar(height=16).encode(x=x, color=couleur)
    mots = base.mark_text(align="left", dx=8).encode(x="nombre:Q", text="mot:N")
    parle = " ; ".join(f"{nom} : {n}" for nom, n in parts)
    return composer(titre, parle, alt.layer(barres, mots), "", len(parts) * 28)


def dire(valeur: Decimal, unite: str) -> str:
    """A value of an indicator in words."""
    return (
        f"{ecrire_nombre(valeur, None if valeur == valeur.quantize(Decimal('0.01')) else 1)} {unite}".strip()
    )
