"""Pictures in two directions: one square per row and column, its colour a class, missing told from zero."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import altair as alt

from fanal.interface.echelles import SEQUENCE, classer
from fanal.interface.etiquettes import au_milieu
from fanal.interface.images import Image, composer

HAUTEUR_RANG = 26
NOMS = alt.ExprRef("width < 480 ? 100 : 220")  # room for the names of rows
HACHURE, PAPIER = "var(--hachure)", "var(--papier)"
TRAITS = 6  # stripes across one hatched square
DITES = 40  # squares that the text alternative names; the others are in the table of the page


@dataclass(frozen=True)
class Case:
    """One square. `texte`: its value in words, `court`: the same as few characters as fit in it.

    `valeur`: None when it is missing (hatched); a case that is not given stays blank.
    """

    ligne: str
    colonne: str
    valeur: Decimal | None
    texte: str
    court: str = ""


def grille(
    titre: str,
    cases: Sequence[Case],
    bornes: Sequence[Decimal],
    classes: Sequence[str],
    *,
    manquant: str = "",
    note: str = "",
) -> Image:
    """Squares in the order rows and columns come in, coloured by the class of their value.

    *bornes* part the values, *classes* name the groups they make (one more than bounds, at most five); zero
    is white. *manquant* names the hatched squares.
    """
    return _grille(titre, tuple(cases), tuple(bornes), tuple(classes), manquant, note)


@lru_cache(maxsize=128)
def _grille(
    titre: str,
    cases: tuple[Case, ...],
    bornes: tuple[Decimal, ...],
    classes: tuple[str, ...],
    manquant: str,
    note: str,
) -> Image:
    lignes = list(dict.fromkeys(case.ligne for case in cases))
    colonnes = list(dict.fromkeys(case.colonne for case in cases))
    couleurs = SEQUENCE[: len(classes)]
    base = alt.Chart(alt.InlineData(values=[_rang(case, bornes) for case in cases])).encode(
        x=alt.X(
            "colonne:N",
            sort=colonnes,
            title=None,
            axis=alt.Axis(
                orient="top",
                labelAngle=0,
                labelOverlap="parity",
                labelSeparation=8,
                labelLimit=70,
                labelBound=10,
            ),
        ),
        y=alt.Y(
            "ligne:N", sort=lignes, title=None, axis=alt.Axis(labelLimit=NOMS, labelExpr=au_milieu(13, 31))
        ),
        tooltip=[
            alt.Tooltip("ligne:N", title="Ligne"),
            alt.Tooltip("colonne:N", title="Colonne"),
            alt.Tooltip("texte:N", title="Valeur"),
        ],
    )
    connues = base.transform_filter("datum.classe >= 0").mark_rect(stroke=PAPIER, strokeWidth=2)
    echelle = alt.Scale(domain=list(range(len(couleurs))), range=list(couleurs))
    connues = connues.encode(color=alt.Color("classe:O", scale=echelle, legend=None))
    zeros = base.transform_filter("datum.classe == -1").mark_rect(
        fill=PAPIER, stroke="var(--trait)", strokeWidth=1
    )
    vides = base.transform_filter("datum.classe == -2").mark_rect(
        fill=_hachures(), stroke=HACHURE, strokeWidth=1
    )
    # Words where squares are wide enough for them; the darkest two classes ask for light ones.
    place = f"width / {max(len(colonnes), 1)} > 7.5 * length(datum.court) + 6"
    mots = base.transform_filter(place).mark_text(fontSize=12)
    mots = mots.encode(
        text="court:N",
        color=alt.condition("datum.classe >= 3", alt.value(PAPIER), alt.value("var(--encre)")),
    )
    dessin = alt.layer(zeros, vides, connues, mots)
    image = composer(titre, _parle(cases), dessin, note, len(lignes) * HAUTEUR_RANG + 34)
    cles = [(f"seq-{rang}", nom) for rang, nom in enumerate(classes, 1)]
    if any(case.valeur is None for case in cases) and manquant:
        cles.append(("hachure", manquant))
    return replace(image, cles=tuple(cles))


def _rang(case: Case, bornes: Sequence[Decimal]) -> dict[str, Any]:
    return {
        "ligne": case.ligne,
        "colonne": case.colonne,
        "classe": _classe(case.valeur, bornes),
        "texte": case.texte,
        "court": case.court,
    }


def _classe(valeur: Decimal | None, bornes: Sequence[Decimal]) -> int:
    """The class of a square; -1 for zero, -2 for what is missing."""
    if valeur is None:
        return -2
    return classer(valeur, bornes) if valeur else -1


def _hachures() -> Any:
    """Stripes as a gradient of sharp steps: Vega draws no pattern."""
    steps = []
    for rang in range(TRAITS):
        debut, milieu, fin = (float(rang + part) / TRAITS for part in (0, 0.75, 1))
        steps += [(debut, PAPIER), (milieu, PAPIER), (milieu, HACHURE), (fin, HACHURE)]
    stops = [{"color": colour, "offset": offset} for offset, colour in steps]
    # Altair's classes of gradients carry no types: the specification is written as it is.
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1, "stops": stops}


def _parle(cases: Sequence[Case]) -> str:
    dites = " ; ".join(f"{c.ligne}, {c.colonne} : {c.texte}" for c in cases[:DITES])
    reste = f" ; et {len(cases) - DITES} autres, dans le tableau" if len(cases) > DITES else ""
    return f"{dites}{reste}."
