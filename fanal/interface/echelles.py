"""Colours and classes of the pictures: tokens of the look, never a meaning by colour alone.

In a picture a colour is written `var(--seq-3)`: the page takes it from its theme, PDF and XLSX from `CLAIR`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from fanal.interface import nombres

# The light theme of static/interface/jetons.css, for what is drawn outside browsers; a test holds them equal.
CLAIR = {
    "papier": "#ffffff",
    "creux": "#eef0f4",
    "trait": "#d5d9e2",
    "trait-fort": "#7b8496",
    "encre": "#14213d",
    "encre-douce": "#4a5468",
    "action": "#1d4ed8",
    "ambre": "#b45309",
    "seq-1": "#dbe7fb",
    "seq-2": "#a9c6f5",
    "seq-3": "#6f9fea",
    "seq-4": "#3a6fd0",
    "seq-5": "#1b3f8f",
    "div-1": "#b45309",
    "div-2": "#e5ab6b",
    "div-3": "#f0eee9",
    "div-4": "#8fb6e6",
    "div-5": "#2558ad",
    "hachure": "#7b8496",
    "cat-1": "#0072b2",
    "cat-2": "#d55e00",
    "cat-3": "#009e73",
    "cat-4": "#cc79a7",
    "cat-5": "#56b4e9",
    "cat-6": "#e69f00",
    "cat-7": "#8a6d1f",
    "cat-autres": "#9aa1ae",
}
# Okabe and Ito's set (2008), told apart by every kind of colour vision, and a seventh of ours.
CATEGORIES = tuple(f"var(--cat-{rang})" for rang in range(1, 8))
AUTRES = "var(--cat-autres)"
SEQUENCE = tuple(f"var(--seq-{rang})" for rang in range(1, 6))
DIVERGENTE = tuple(f"var(--div-{rang})" for rang in range(1, 6))
ATTEINTE = (Decimal("0.8"), Decimal("0.95"), Decimal("1.05"), Decimal("1.2"))


@dataclass(frozen=True)
class Classe:
    """One class of a map or of a bar chart: its style (CSS class and token) and what it covers."""

    style: str
    titre: str


def classer(valeur: Any, bornes: Sequence[Decimal]) -> int:
    """The class of *valeur*, from 0 to len(bornes); a bound belongs to the class above it."""
    nombre = nombres.en_decimal(valeur) or Decimal(0)
    return sum(nombre >= borne for borne in bornes)


def bornes_montants(valeurs: Iterable[Any], classes: int = 5) -> tuple[Decimal, ...]:
    """Bounds that part the positive *valeurs* in at most *classes* groups of equal number, rounded."""
    positives = sorted(n for v in valeurs if (n := nombres.en_decimal(v)) is not None and n > 0)
    if not positives:
        return ()
    brutes = (positives[len(positives) * rang // classes] for rang in range(1, classes))
    return tuple(sorted({_arrondir(borne) for borne in brutes} - {_arrondir(positives[0])}))


def classes_atteinte() -> tuple[Classe, ...]:
    """The five classes of the distance to an objective, centred on 100 %."""
    bornes = [nombres.ecrire_taux(borne, 0) or "" for borne in ATTEINTE]
    titres = (
        f"moins de {bornes[0]}",
        f"{bornes[0]} à {bornes[1]}",
        f"{bornes[1]} à {bornes[2]} : objectif atteint",
        f"{bornes[2]} à {bornes[3]}",
        f"{bornes[3]} et plus",
    )
    return tuple(Classe(f"div-{rang}", titre) for rang, titre in enumerate(titres, 1))


def classes_montants(bornes: Sequence[Decimal]) -> tuple[Classe, ...]:
    """The classes of amounts parted by *bornes* (euros)."""
    mots = [nombres.ecrire_millions(borne) or "" for borne in bornes]
    if not mots:
        return (Classe("seq-3", "plus de zéro"),)
    milieux = [f"{bas} à {haut}" for bas, haut in pairwise(mots)]
    titres = [f"moins de {mots[0]}", *milieux, f"{mots[-1]} et plus"]
    return tuple(Classe(f"seq-{rang}", titre) for rang, titre in enumerate(titres, 1))


def _arrondir(nombre: Decimal) -> Decimal:
    """Two significant digits."""
    return nombre.quantize(Decimal(1).scaleb(nombre.adjusted() - 1))
