"""The picture of the instruction desk: where the dossiers of a call stand, région by région."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt

from fanal.appels.queries.instruction import RangInstruction
from fanal.appels.types_campagne import ETAPES
from fanal.campagnes.rules import pluriel
from fanal.interface.echelles import AUTRES, CATEGORIES
from fanal.interface.images import Image, composer

# One colour by step that the queue shows, in the order of the path; the word stands in the key.
COULEURS = {
    "depose": CATEGORIES[0],
    "incomplet": CATEGORIES[5],
    "irrecevable": CATEGORIES[1],
    "recevable": CATEGORIES[4],
    "retenu": CATEGORIES[2],
    "complementaire": CATEGORIES[3],
    "non_retenu": CATEGORIES[6],
    "abandonne": AUTRES,
}
TITRES = {e.code: e.titre for e in ETAPES}


def par_region(rangs: Sequence[RangInstruction], titre: str) -> Image:
    """One bar by région, its parts the steps of its dossiers."""
    nombres = Counter((r.region or "National", r.dossier.etape) for r in rangs)
    return _par_region(titre, tuple(sorted(nombres.items())))


@lru_cache(maxsize=128)
def _par_region(titre: str, nombres: tuple[tuple[tuple[str, str], int], ...]) -> Image:
    totaux: Counter[str] = Counter()
    for (region, _), nombre in nombres:
        totaux[region] += nombre
    regions = sorted(totaux, key=lambda r: (-totaux[r], r))
    etapes = [e for e in COULEURS if any(etape == e for (_, etape), _ in nombres)]
    lignes: list[dict[str, Any]] = []
    comptes = dict(nombres)
    for region in regions:
        debut = 0
        for etape in etapes:
            nombre = comptes.get((region, etape), 0)
            if nombre:
                lignes.append(
                    {
                        "region": region,
                        "etape": TITRES[etape],
                        "debut": debut,
                        "fin": debut + nombre,
                        "nombre": pluriel(nombre, "dossier", "dossiers"),
                    }
                )
            debut += nombre
    base = alt.Chart(alt.InlineData(values=lignes)).encode(
        y=alt.Y("region:N", sort=regions, title=None),
        tooltip=[
            alt.Tooltip("region:N", title="Région"),
            alt.Tooltip("etape:N", title="Étape"),
            alt.Tooltip("nombre:N", title="Dossiers"),
        ],
    )
    domaine = [TITRES[e] for e in etapes]
    barres = base.mark_bar(height=16, stroke="var(--papier)").encode(
        x=alt.X("debut:Q", axis=None, scale=alt.Scale(domain=[0, max(totaux.values(), default=1) * 1.12])),
        x2="fin:Q",
        color=alt.Color(
            "etape:N",
            scale=alt.Scale(domain=domaine, range=[COULEURS[e] for e in etapes]),
            legend=None,
        ),
    )
    bouts = [{"region": r, "fin": totaux[r], "total": str(totaux[r])} for r in regions]
    mots = (
        alt.Chart(alt.InlineData(values=bouts))
        .mark_text(align="left", dx=6)
        .encode(y=alt.Y("region:N", sort=regions, title=None), x="fin:Q", text="total:N")
    )
    parle = " ; ".join(f"{ligne['region']}, {ligne['etape']} : {ligne['nombre']}" for ligne in lignes) + "."
    dessin = composer(titre, parle, alt.layer(barres, mots), "", len(regions) * 24)
    cles = tuple((COULEURS[e].removeprefix("var(--").removesuffix(")"), TITRES[e]) for e in etapes)
    return Image(dessin.titre, dessin.alternative, dessin.json, dessin.note, cles)
