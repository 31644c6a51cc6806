"""The picture of a call without money: région by région, what was decided of its dossiers."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt

from fanal.appels.queries.decisions import Ligne
from fanal.campagnes.rules import pluriel
from fanal.interface.echelles import AUTRES, CATEGORIES
from fanal.interface.images import Image, composer

ETATS = {
    "retenu": ("Retenu", CATEGORIES[2]),
    "attente": ("Liste complémentaire", CATEGORIES[3]),
    "refus": ("Non retenu", CATEGORIES[1]),
    "a_decider": ("À décider", CATEGORIES[0]),
    "abandon": ("Abandonné", AUTRES),
}
PAR_STATUT = {
    "provisoire": "retenu",
    "definitive": "retenu",
    "complementaire": "attente",
    "refusee": "refus",
    "abandonnee": "abandon",
    "": "a_decider",
}


def par_region(lignes: Sequence[Ligne]) -> Image:
    """One bar by région, its parts the decisions."""
    nombres = Counter((x.region or "National", PAR_STATUT[x.statut]) for x in lignes)
    return _dessin(tuple(sorted(nombres.items())))


@lru_cache(maxsize=64)
def _dessin(nombres: tuple[tuple[tuple[str, str], int], ...]) -> Image:
    totaux: Counter[str] = Counter()
    for (region, _), nombre in nombres:
        totaux[region] += nombre
    regions = sorted(totaux, key=lambda r: (-totaux[r], r))
    presents = [e for e in ETATS if any(etat == e for (_, etat), _ in nombres)]
    lignes = _segments(regions, presents, dict(nombres))
    base = alt.Chart(alt.InlineData(values=lignes)).encode(
        y=alt.Y("region:N", sort=regions, title=None),
        tooltip=[
            alt.Tooltip("region:N", title="Région"),
            alt.Tooltip("etat:N", title="Décision"),
            alt.Tooltip("nombre:N", title="Dossiers"),
        ],
    )
    couleurs = alt.Scale(domain=[ETATS[e][0] for e in presents], range=[ETATS[e][1] for e in presents])
    barres = base.mark_bar(height=16, stroke="var(--papier)").encode(
        x=alt.X("debut:Q", axis=None, scale=alt.Scale(domain=[0, max(totaux.values()) * 1.12])),
        x2="fin:Q",
        color=alt.Color("etat:N", scale=couleurs, legend=None),
    )
    bouts = [{"region": r, "fin": totaux[r], "total": str(totaux[r])} for r in regions]
    mots = (
        alt.Chart(alt.InlineData(values=bouts))
        .mark_text(align="left", dx=6)
        .encode(y=alt.Y("region:N", sort=regions, title=None), x="fin:Q", text="total:N")
    )
    parle = " ; ".join(f"{x['region']}, {x['etat']} : {x['nombre']}" for x in lignes) + "."
    dessin = composer(_titre(regions, dict(nombres)), parle, alt.layer(barres, mots), "", len(regions) * 24)
    cles = tuple((ETATS[e][1].removeprefix("var(--").removesuffix(")"), ETATS[e][0]) for e in presents)
    return Image(dessin.titre, dessin.alternative, dessin.json, dessin.note, cles)


def _segments(
    regions: Sequence[str], etats: Sequence[str], nombres: dict[tuple[str, str], int]
) -> list[dict[str, Any]]:
    segments: list[dict[str, Any]] = []
    for region in regions:
        debut = 0
        for etat in etats:
            nombre = nombres.get((region, etat), 0)
            if nombre:
                segments.append(
                    {
                        "region": region,
                        "etat": ETATS[etat][0],
                        "debut": debut,
                        "fin": debut + nombre,
                        "nombre": pluriel(nombre, "dossier", "dossiers"),
                    }
                )
            debut += nombre
    return segments


def _titre(regions: Sequence[str], nombres: dict[tuple[str, str], int]) -> str:
    retenus = {r: nombres.get((r, "retenu"), 0) for r in regions}
    total = sum(retenus.values())
    if not total:
        return "Aucun dossier n'est encore retenu"
    premiere = max(regions, key=lambda r: retenus[r])
    return f"{premiere} : {retenus[premiere]} des {pluriel(total, 'dossier retenu', 'dossiers retenus')}"
