"""The pictures of the proof of gains: where declared gains are found, and what takes them away."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import altair as alt

from fanal.depenses.compute.gains_valeurs import NON_MESURABLE, STATUTS, Mesure
from fanal.depenses.queries.gains import ActionProuvee
from fanal.interface.echelles import AUTRES, CATEGORIES
from fanal.interface.images import Empilee, Image, composer, echelle_mots, origines
from fanal.interface.nombres import ecrire_millions
from fanal.prix.compute.ecriture import ecrire_mois

# Confirmed, in part, not confirmed, not measurable: green would tell that what is not confirmed is well.
COULEURS = (CATEGORIES[0], CATEGORIES[4], CATEGORIES[1], AUTRES)
# Names short enough for a phone; the table below has the whole ones.
COURTS = {
    "formule": "Calcul déclaré",
    "hors_taxe": "Hors taxe",
    "reference": "Référence",
    "quantite": "Quantité gelée",
    "prix_marche": "Prix du marché",
    "recalcul": "Recalcul",
    "assiette": "Assiette",
    "prix_paye": "Prix payé",
    "fenetre": "Fenêtre",
    "depots": "Mois absents",
    "volume": "Volume",
    "ailleurs": "Hors du marché",
    "sans_taux": "Sans TVA",
}
MAILLONS = (("Déclaré", "declare"), ("Signé", "signe"), ("Commandé", "commande"), ("Facturé", "facture"))


def image_maillons(titre: str, actions: Sequence[ActionProuvee]) -> Image | None:
    """Declared, signed, ordered and invoiced gains, each cut by what became of the actions."""
    bars = []
    for name, field in MAILLONS:
        parts = []
        for status, word in STATUTS.items():
            known = [
                getattr(a.mesure, field)
                for a in actions
                if a.mesure.statut == status and getattr(a.mesure, field) is not None
            ]
            if field == "declare" or status != NON_MESURABLE:
                parts.append((word, sum(known, Decimal(0))))
        bars.append(Empilee(name, tuple(parts)))
    if not any(value for bar in bars for _, value in bar.parts):
        return None
    note = "Gains sur douze mois, en euros TTC. Ce qui n'est pas mesurable n'a ni commande ni facture."
    return origines(titre, bars, note, COULEURS)


def image_cascade(titre: str, mesure: Mesure) -> Image | None:
    """From the declared gain to the ordered one, a step per reason; `None` when nothing is measured."""
    if mesure.declare is None or mesure.commande is None:
        return None
    steps: list[tuple[str, Decimal, Decimal, str]] = [
        ("Déclaré", Decimal(0), mesure.declare, "total"),
    ]
    level = mesure.declare
    for row in mesure.ecarts:
        steps.append(
            (COURTS[row.code], level, level + row.montant, "baisse" if row.montant < 0 else "hausse")
        )
        level += row.montant
    steps.append(("Commandé", Decimal(0), mesure.commande, "total"))
    return _cascade(titre, tuple(steps))


def image_mois(titre: str, mesure: Mesure) -> Image | None:
    """The ordered gain month by month."""
    months: dict[Any, Decimal] = {}
    for product in mesure.produits:
        for month in product.mois:
            months[month.mois] = months.get(month.mois, Decimal(0)) + month.gain
    if not months:
        return None
    return _mois(titre, tuple((ecrire_mois(m), months[m]) for m in sorted(months)))


@lru_cache(maxsize=128)
def _cascade(titre: str, steps: tuple[tuple[str, Decimal, Decimal, str], ...]) -> Image:
    rows: list[dict[str, Any]] = [
        {
            "nom": name,
            "debut": float(min(start, end)),
            "fin": float(max(start, end)),
            "genre": kind,
            "texte": _dire(end - start, kind),
        }
        for name, start, end, kind in steps
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("nom:N", sort=[name for name, *_ in steps], title=None),
        tooltip=[alt.Tooltip("nom:N", title="Étape"), alt.Tooltip("texte:N", title="Montant")],
    )
    colour = alt.Color(
        "genre:N",
        scale=alt.Scale(
            domain=["total", "baisse", "hausse"], range=[CATEGORIES[0], "var(--ambre)", CATEGORIES[2]]
        ),
        legend=None,
    )
    ends = [r[end] for r in rows for end in ("debut", "fin")]
    bars = base.mark_bar(height=16).encode(
        x=alt.X("debut:Q", axis=None, scale=echelle_mots(ends, [r["texte"] for r in rows])),
        x2="fin:Q",
        color=colour,
    )
    words = base.mark_text(align="left", dx=8).encode(x="fin:Q", text="texte:N")
    said = " ; ".join(f"{r['nom']} : {r['texte']}" for r in rows)
    return composer(titre, f"{said}.", alt.layer(bars, words), "Euros TTC sur douze mois.", len(rows) * 28)


@lru_cache(maxsize=128)
def _mois(titre: str, months: tuple[tuple[str, Decimal], ...]) -> Image:
    rows: list[dict[str, Any]] = [
        {"mois": name, "gain": float(gain), "bout": max(float(gain), 0.0), "texte": _dire(gain, "total")}
        for name, gain in months
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("mois:N", sort=[name for name, _ in months], title=None),
        tooltip=[alt.Tooltip("mois:N", title="Mois"), alt.Tooltip("texte:N", title="Gain")],
    )
    scale = echelle_mots([r["gain"] for r in rows], [r["texte"] for r in rows])
    bars = base.mark_bar(height=14, color=CATEGORIES[0]).encode(x=alt.X("gain:Q", axis=None, scale=scale))
    words = base.mark_text(align="left", dx=8).encode(x="bout:Q", text="texte:N")
    said = " ; ".join(f"{r['mois']} : {r['texte']}" for r in rows)
    return composer(titre, f"{said}.", alt.layer(bars, words), "Gain commandé, en euros TTC.", len(rows) * 24)


def _dire(montant: Decimal, genre: str) -> str:
    sign = "+" if genre == "hausse" else ""
    return f"{sign}{ecrire_millions(montant)}"
