"""Pictures of maturity: scores by theme, spread of scores among peers."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import altair as alt

from fanal.interface.echelles import AUTRES, CATEGORIES
from fanal.interface.images import Image, composer
from fanal.interface.nombres import ecrire_nombre
from fanal.maturite.queries.evaluations import Autoevaluation
from fanal.maturite.queries.resultats import Groupe

Echelle = alt.Scale(domain=[0, 20])


def mot(note: Decimal | None) -> str:
    """A score as it is read: « 15,7 », or that it cannot be computed."""
    return "non calculable" if note is None else ecrire_nombre(note, 1) or ""


def par_theme(lue: Autoevaluation, titre: str) -> Image:
    """Declared score and proved score of each theme, out of 20."""
    pairs = zip(lue.declare.themes, lue.prouve.themes, strict=True)
    return _par_theme(tuple((d.theme.titre, d.note, p.note) for d, p in pairs), titre)


@lru_cache(maxsize=128)
def _par_theme(themes: tuple[tuple[str, Decimal | None, Decimal | None], ...], titre: str) -> Image:
    rows = [
        {
            "nom": name,
            "declare": None if declared is None else float(declared),
            "prouve": None if proved is None else float(proved),
            "mot": mot(declared) if proved == declared else f"{mot(declared)} (prouvé : {mot(proved)})",
        }
        for name, declared, proved in themes
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("nom:N", sort=[str(r["nom"]) for r in rows], title=None)
    )
    bar = base.mark_bar(height=16, color=CATEGORIES[0]).encode(x=alt.X("declare:Q", axis=None, scale=Echelle))
    tick = base.mark_tick(color="var(--encre)", thickness=3, height=24).encode(x="prouve:Q")
    words = base.mark_text(align="left", dx=8).encode(x="declare:Q", text="mot:N")
    spoken = " ".join(f"{r['nom']} : {r['mot']}." for r in rows)
    note = "Barre : note déclarée. Trait : note dont les preuves sont données."
    return composer(titre, spoken, alt.layer(bar, tick, words), note, len(rows) * 40)


def repartitions(groupes: Sequence[Groupe], mienne: Decimal | None, titre: str) -> Image | None:
    """A box by group: quartiles, median, ends; a point for one's own score. None when no group is shown."""
    shown = tuple(
        (g.titre, g.nombre, r.minimum, r.q1, r.mediane, r.q3, r.maximum)
        for g in groupes
        if (r := g.repartition) is not None
    )
    return _repartitions(shown, mienne, titre) if shown else None


@lru_cache(maxsize=128)
def _repartitions(
    groupes: tuple[tuple[str, int, Decimal, Decimal, Decimal, Decimal, Decimal], ...],
    mienne: Decimal | None,
    titre: str,
) -> Image:
    rows = [
        {
            "nom": f"{name} ({count})",
            "min": float(low),
            "q1": float(q1),
            "med": float(med),
            "q3": float(q3),
            "max": float(high),
            "mienne": None if mienne is None else float(mienne),
            "mot": mot(med),
        }
        for name, count, low, q1, med, q3, high in groupes
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("nom:N", sort=[str(r["nom"]) for r in rows], title=None)
    )
    x = alt.X("min:Q", scale=Echelle, title="Note sur 20")
    line = base.mark_rule(color=AUTRES).encode(x=x, x2="max:Q")
    box = base.mark_bar(height=14, color=CATEGORIES[0], opacity=0.35).encode(x="q1:Q", x2="q3:Q")
    median = base.mark_tick(color=CATEGORIES[0], thickness=3, height=18).encode(x="med:Q")
    words = base.mark_text(dy=-14, color=CATEGORIES[0]).encode(x="med:Q", text="mot:N")
    layers = [line, box, median, words]
    if mienne is not None:
        layers.append(base.mark_point(filled=True, size=70, color="#b45309", opacity=1).encode(x="mienne:Q"))
    spoken = " ".join(f"{r['nom']} : médiane {r['mot']}." for r in rows)
    note = "Boîte : la moitié des GHT. Trait : médiane." + (
        " Point : votre note." if mienne is not None else ""
    )
    return composer(titre, spoken, alt.layer(*layers), note, len(rows) * 38 + 30)
