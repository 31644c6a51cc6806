"""The pictures of a jury: where its readings stand, and how readers differ on the same dossiers."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt

from fanal.appels.queries.jury import ProfilLecteur
from fanal.interface.images import Image, composer
from fanal.interface.nombres import ecrire_nombre

COULEURS = {
    "Sans lecteur": "var(--ambre)",
    "Lecteur manquant": "var(--cat-6)",
    "En lecture": "var(--cat-5)",
    "À discuter": "var(--rouge)",
    "Lu": "var(--vert)",
    "Décidé": "var(--cat-autres)",
}


def avancement(comptes: Mapping[str, int]) -> Image:
    """How many dossiers stand at each state of reading."""
    return _avancement(tuple(comptes.items()))


@lru_cache(maxsize=64)
def _avancement(comptes: tuple[tuple[str, int], ...]) -> Image:
    total = sum(nombre for _, nombre in comptes)
    premier, combien = max(comptes, key=lambda paire: paire[1])
    lignes = [{"etat": etat, "nombre": nombre, "mot": str(nombre)} for etat, nombre in comptes]
    base = alt.Chart(alt.InlineData(values=lignes)).encode(
        y=alt.Y("etat:N", sort=[etat for etat, _ in comptes], title=None),
        tooltip=[alt.Tooltip("etat:N", title="État"), alt.Tooltip("mot:N", title="Dossiers")],
    )
    couleur = alt.Color(
        "etat:N", scale=alt.Scale(domain=list(COULEURS), range=list(COULEURS.values())), legend=None
    )
    barre = base.mark_bar(height=18).encode(x=alt.X("nombre:Q", axis=None), color=couleur)
    mot = base.mark_text(align="left", dx=8).encode(x="nombre:Q", text="mot:N")
    parle = " ; ".join(f"{etat} : {nombre}" for etat, nombre in comptes) + "."
    titre = f"{premier} : {combien} dossier{'s' if combien > 1 else ''} sur {total}"
    return composer(titre, parle, alt.layer(barre, mot), "", 30 * len(lignes))


def decalages(profils: Sequence[ProfilLecteur]) -> Image:
    """Each reader's mean difference with the other readers of the same dossiers, around zero."""
    lignes = tuple(
        (str(p.membre.utilisateur), float(p.profil.decalage), p.profil.communs)
        for p in profils
        if p.profil.decalage is not None
    )
    return _decalages(lignes)


@lru_cache(maxsize=64)
def _decalages(lignes: tuple[tuple[str, float, int], ...]) -> Image:
    donnees: list[dict[str, Any]] = [
        {"nom": nom, "valeur": valeur, "zero": 0, "mot": _signe(valeur), "communs": str(communs)}
        for nom, valeur, communs in lignes
    ]
    # The figure stands beside the name: on a narrow screen there is no room next to the points.
    for d in donnees:
        d["ligne"] = f"{d['nom']}  {d['mot']}"
    borne = max(5.0, *(abs(d["valeur"]) for d in donnees)) * 1.1
    base = alt.Chart(alt.InlineData(values=donnees)).encode(
        y=alt.Y("ligne:N", sort=[d["ligne"] for d in donnees], title=None),
        tooltip=[
            alt.Tooltip("nom:N", title="Lecteur"),
            alt.Tooltip("mot:N", title="Écart moyen"),
            alt.Tooltip("communs:N", title="Dossiers comparés"),
        ],
    )
    x = alt.X(
        "valeur:Q",
        title=None,
        axis=alt.Axis(tickCount=5, grid=True, gridColor="var(--trait)", labelOverlap=True),
        scale=alt.Scale(domain=[-borne, borne]),
    )
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}]))
    repere = zero.mark_rule(color="var(--encre)", strokeDash=[4, 3]).encode(x="zero:Q")
    tige = base.mark_rule(strokeWidth=2, color="var(--action)").encode(x=x, x2="zero:Q")
    point = base.mark_point(filled=True, size=80, opacity=1, color="var(--action)").encode(x=x)
    parle = " ; ".join(f"{d['nom']} : {d['mot']} points sur {d['communs']} dossiers" for d in donnees) + "."
    severe, large = donnees[0], donnees[-1]
    titre = f"De {severe['mot']} à {large['mot']} points : l'écart de chaque lecteur aux autres"
    note = "Moyenne, sur les dossiers lus aussi par d'autres, de son total moins le leur. Zéro : d'accord."
    return composer(titre, parle, alt.layer(repere, tige, point), note, 28 * len(donnees) + 30)


def _signe(valeur: float) -> str:
    return f"{'+' if valeur > 0 else ''}{ecrire_nombre(valeur, 1)}"
