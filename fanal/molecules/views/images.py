"""Pictures of requests: number and amount side by side, the first drugs and their sum, years ahead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import altair as alt

from fanal.interface.echelles import AUTRES, CATEGORIES
from fanal.interface.images import Image, composer
from fanal.interface.nombres import ecrire_millions, ecrire_taux
from fanal.molecules.compute.analyse import Groupe, Molecule
from fanal.molecules.compute.bilan import BilanAnnee, Prevision

PREMIERES = 10
NOMBRE, MONTANT = "Demandes", "Montants"


@dataclass(frozen=True)
class Part:
    """A named share of the number and of the amounts, both fractions of one."""

    nom: str
    nombre: Decimal
    montant: Decimal


def parts(titre: str, groupes: Sequence[Groupe], noms: Sequence[str], note: str = "") -> Image | None:
    """Two bars of the same length, what each group makes of the number and of the amounts."""
    lues = [
        Part(nom, g.part_nombre or Decimal(0), g.part_montant)
        for g, nom in zip(groupes, noms, strict=True)
        if g.part_montant is not None
    ]
    return _parts(titre, tuple(lues), note) if lues else None


@lru_cache(maxsize=64)
def _parts(titre: str, lues: tuple[Part, ...], note: str) -> Image:
    gardees = list(lues[: len(CATEGORIES)])
    reste = lues[len(CATEGORIES) :]
    if reste:
        vide = Decimal(0)
        gardees.append(
            Part("Autres", sum((p.nombre for p in reste), vide), sum((p.montant for p in reste), vide))
        )
    rows: list[dict[str, Any]] = []
    for nom in (NOMBRE, MONTANT):
        debut = 0.0
        for part in gardees:
            place = float(part.nombre if nom == NOMBRE else part.montant)
            rows.append(
                {
                    "nom": nom,
                    "part": part.nom,
                    "debut": debut,
                    "fin": debut + place,
                    "place": place,
                    "milieu": debut + place / 2,
                    "dit": ecrire_taux(place, 0) or "",
                    "titre": part.nom,
                }
            )
            debut += place
    couleurs = [*CATEGORIES[: len(lues)], *([AUTRES] if reste else [])]
    domaine = [p.nom for p in gardees]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("nom:N", sort=[NOMBRE, MONTANT], title=None),
        tooltip=[
            alt.Tooltip("nom:N", title="Mesure"),
            alt.Tooltip("part:N", title="Part de"),
            alt.Tooltip("dit:N", title="Part"),
        ],
    )
    barre = base.mark_bar(height=26, stroke="var(--papier)").encode(
        x=alt.X("debut:Q", axis=None, scale=alt.Scale(domain=[0, 1])),
        x2="fin:Q",
        color=alt.Color("part:N", scale=alt.Scale(domain=domaine, range=couleurs), legend=None),
    )
    noms = base.transform_filter("datum.place * width > 7.4 * length(datum.titre) + 44").mark_text(
        align="left", dy=-22, dx=1
    )
    seuls = base.transform_filter(
        "datum.place * width <= 7.4 * length(datum.titre) + 44 && datum.place * width > 34"
    ).mark_text(align="left", dy=-22, dx=1)
    mots = noms.transform_calculate(mot="datum.titre + ' ' + datum.dit").encode(x="debut:Q", text="mot:N")
    chiffres = seuls.encode(x="debut:Q", text="dit:N")
    parle = " ; ".join(f"{r['part']}, {r['nom'].lower()} : {r['dit']}" for r in rows) + "."
    image = composer(titre, parle, alt.layer(barre, mots, chiffres), note, 2 * 62)
    styles = (c.removeprefix("var(--").removesuffix(")") for c in couleurs)
    return replace(image, cles=tuple(zip(styles, domaine, strict=True)))


def pareto(titre: str, molecules: Sequence[Molecule], note: str = "") -> Image | None:
    """The first drugs by amount, each with what they add up to down to it."""
    return _pareto(titre, tuple(molecules[:PREMIERES]), note) if molecules else None


@lru_cache(maxsize=64)
def _pareto(titre: str, molecules: tuple[Molecule, ...], note: str) -> Image:
    rows: list[dict[str, Any]] = [
        {
            "nom": f"{m.rang}. {m.libelle}"[:44],
            "valeur": float(m.montant),
            "etiquette": f"{ecrire_millions(m.montant)} · {ecrire_taux(m.cumul, 0) or 'sans cumul'}",
            "resultat": ecrire_millions(m.montant),
            "cumul": ecrire_taux(m.cumul) or "non calculable",
        }
        for m in molecules
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("nom:N", sort=[r["nom"] for r in rows], title=None),
        tooltip=[
            alt.Tooltip("nom:N", title="Médicament"),
            alt.Tooltip("resultat:N", title="Montant"),
            alt.Tooltip("cumul:N", title="Cumul"),
        ],
    )
    # The label stands to the right of the bar: room for it within the width.
    haut = max(r["valeur"] for r in rows) or 1.0
    x = alt.X("valeur:Q", axis=None, scale=alt.Scale(domain=[0, haut * 1.5]))
    barre = base.mark_bar(height=16, color=CATEGORIES[0]).encode(x=x)
    mots = base.mark_text(align="left", dx=8).encode(x=x, text="etiquette:N")
    parle = " ; ".join(f"{r['nom']} : {r['resultat']}, cumul {r['cumul']}" for r in rows) + "."
    return composer(titre, parle, alt.layer(barre, mots), note, len(rows) * 28)


def annees(titre: str, bilans: Sequence[BilanAnnee], prevision: Prevision | None, note: str = "") -> Image:
    """One column per year, and the forecast with its interval when there is one."""
    return _annees(titre, tuple((b.annee, b.montant, b.nombre) for b in bilans), prevision, note)


@lru_cache(maxsize=64)
def _annees(
    titre: str, bilans: tuple[tuple[int, Decimal, int], ...], prevision: Prevision | None, note: str
) -> Image:
    rows: list[dict[str, Any]] = [
        {
            "nom": str(annee),
            "valeur": float(montant),
            "mot": ecrire_millions(montant),
            "detail": f"{nombre} demandes",
            "prevu": False,
        }
        for annee, montant, nombre in bilans
    ]
    if prevision is not None:
        entre = f"de {ecrire_millions(prevision.bas)} à {ecrire_millions(prevision.haut)}"
        rows.append(
            {
                "nom": f"{prevision.annee} (prévision)",
                "valeur": float(prevision.attendu),
                "bas": float(prevision.bas),
                "haut": float(prevision.haut),
                "mot": ecrire_millions(prevision.attendu),
                "detail": entre,
                "prevu": True,
            }
        )
    haut = max([1.0, *(max(r["valeur"], r.get("haut", 0.0)) for r in rows)])
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("nom:O", sort=[r["nom"] for r in rows], title=None, axis=alt.Axis(labelAngle=0)),
        tooltip=[
            alt.Tooltip("nom:N", title="Année"),
            alt.Tooltip("mot:N", title="Demandé"),
            alt.Tooltip("detail:N", title="Détail"),
        ],
    )
    y = alt.Y("valeur:Q", axis=None, scale=alt.Scale(domain=[0, haut * 1.12]))
    barres = base.mark_bar(size=64).encode(
        y=y, color=alt.condition("datum.prevu", alt.value(AUTRES), alt.value(CATEGORIES[0]))
    )
    bornes = (
        base.transform_filter("datum.prevu")
        .mark_rule(color="var(--encre)", strokeWidth=2)
        .encode(y="bas:Q", y2="haut:Q")
    )
    bouts = base.transform_filter("datum.prevu").mark_tick(color="var(--encre)", thickness=2, size=26)
    mots = base.mark_text(dy=-10, fontWeight=600).encode(y="valeur:Q", text="mot:N")
    a_cote = base.mark_text(dy=-10, dx=44, fontWeight=600, align="left")
    dessin = alt.layer(
        barres,
        bornes,
        bouts.encode(y="bas:Q"),
        bouts.encode(y="haut:Q"),
        mots.transform_filter("!datum.prevu"),
        a_cote.transform_filter("datum.prevu").encode(y="valeur:Q", text="mot:N"),
    )
    parle = " ; ".join(f"{r['nom']} : {r['mot']} ({r['detail']})" for r in rows) + "."
    return composer(titre, parle, dessin, note, 210)
