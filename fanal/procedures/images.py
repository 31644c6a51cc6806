"""Pictures of procedures: life lines of milestones, schedule, workload by month."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

import altair as alt

from fanal.interface.echelles import AUTRES, CATEGORIES
from fanal.interface.images import THEME, Image
from fanal.interface.nombres import ecrire_nombre
from fanal.procedures.compute.calendrier import JalonSuivi
from fanal.procedures.compute.charge import Mois

FONCTIONS_MAX = 6
MOIS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
NOMS = alt.ExprRef("width < 480 ? 110 : 150")  # room for the names of rows
COTES: tuple[tuple[str, Literal["left", "right"], int], ...] = (("false", "left", 9), ("true", "right", -9))
AXE: dict[str, Any] = {
    "format": "%m/%Y",
    "labelAngle": 0,
    "labelOverlap": "greedy",
    "labelSeparation": 12,
    "tickCount": 8,
    "grid": True,
    "gridColor": "var(--trait)",
    "title": None,
}


@dataclass(frozen=True)
class Trait:
    """A bar of the schedule: from the beginning of the work to the day the contract must be executable."""

    nom: str
    debut: date
    lancement: date | None
    fin: date
    genre: str


def frise_jalons(titre: str, suivis: Sequence[JalonSuivi], le: date) -> Image:
    """The milestones of a procedure: planned, done, projected, and today."""
    lignes = tuple(
        (s.jalon.titre, s.jalon.prevu, s.jalon.realise or s.projete or s.jalon.prevu, s.etat) for s in suivis
    )
    return _frise_jalons(titre, lignes, le)


@lru_cache(maxsize=64)
def _frise_jalons(titre: str, lignes: tuple[tuple[str, date, date, str], ...], le: date) -> Image:
    mots = {
        "fait": "fait",
        "fait_en_retard": "fait en retard",
        "en_retard": "en retard",
        "a_venir": "à venir",
    }
    donnees = [
        {
            "nom": nom,
            "prevu": prevu.isoformat(),
            "jour": jour.isoformat(),
            "etat": mots[etat],
            "bout": (min(prevu, jour) if loin else max(prevu, jour)).isoformat(),
            "loin": loin,
            "dit": f"{jour:%d/%m/%y}",
            "attendu": f"{prevu:%d/%m/%Y}",
        }
        for nom, prevu, jour, etat in lignes
        for loin in [_passe_milieu(lignes, max(prevu, jour))]
    ]
    base = alt.Chart(alt.InlineData(values=donnees)).encode(
        y=alt.Y("nom:N", sort=[nom for nom, *_ in lignes], title=None, axis=alt.Axis(labelLimit=NOMS)),
        tooltip=[
            alt.Tooltip("nom:N", title="Jalon"),
            alt.Tooltip("attendu:N", title="Prévu"),
            alt.Tooltip("dit:N", title="Réel ou projeté"),
            alt.Tooltip("etat:N", title="État"),
        ],
    )
    couleur = alt.Color(
        "etat:N",
        scale=alt.Scale(
            domain=list(mots.values()), range=["var(--vert)", "var(--ambre)", "var(--rouge)", "var(--action)"]
        ),
        legend=None,
    )
    x = alt.X("prevu:T", axis=alt.Axis(**AXE))
    trait = base.mark_rule(strokeWidth=2).encode(x=x, x2="jour:T", color=couleur)
    prevu = base.mark_tick(thickness=2, height=13, color="var(--encre-douce)").encode(x=x)
    point = base.mark_point(filled=True, size=70, opacity=1).encode(x="jour:T", color=couleur)
    # Beyond the middle the date is written on the left of its point: a narrow screen has no room beside.
    etiquettes = [
        base.transform_filter(f"datum.loin == {loin}").mark_text(align=cote, dx=dx)
        for loin, cote, dx in COTES
    ]
    parle = " ; ".join(f"{d['nom']} : prévu le {d['attendu']}, {d['etat']} {d['dit']}" for d in donnees) + "."
    note = "Tiret : jour prévu. Point : jour réel, ou projeté au rythme actuel. Trait vertical : aujourd'hui."
    dates = [mot.encode(x="bout:T", text="dit:N") for mot in etiquettes]
    couches = [_aujourd_hui(le), trait, prevu, point, *dates]
    return _image(_constat(titre, lignes), parle, couches, note, 30 * len(lignes))


def _passe_milieu(lignes: Sequence[tuple[str, date, date, str]], jour: date) -> bool:
    """Whether *jour* stands in the second half of the days drawn."""
    jours = [j for _, prevu, reel, _ in lignes for j in (prevu, reel)]
    return jour - min(jours) > (max(jours) - min(jours)) / 2


def _constat(titre: str, lignes: Sequence[tuple[str, date, date, str]]) -> str:
    retards = [nom for nom, _, _, etat in lignes if etat == "en_retard"]
    if retards:
        return f"« {retards[0]} » devrait déjà être fait"
    return "Le calendrier est tenu"


@lru_cache(maxsize=32)
def frise(titre: str, traits: tuple[Trait, ...], le: date, note: str = "") -> Image:
    """The schedule as life lines: work, call, need. Tuples in, so that equal schedules are drawn once."""
    donnees: list[dict[str, Any]] = [
        {
            "nom": f"{t.nom[:38]}…" if len(t.nom) > 39 else t.nom,
            "entier": t.nom,
            "debut": t.debut.isoformat(),
            "fin": t.fin.isoformat(),
            "lancement": t.lancement.isoformat() if t.lancement else None,
            "genre": t.genre,
            "dit": f"du {t.debut:%d/%m/%Y} au {t.fin:%d/%m/%Y}",
        }
        for t in traits
    ]
    base = alt.Chart(alt.InlineData(values=donnees)).encode(
        y=alt.Y("nom:N", sort=[d["nom"] for d in donnees], title=None, axis=alt.Axis(labelLimit=NOMS)),
        tooltip=[
            alt.Tooltip("entier:N", title="Achat"),
            alt.Tooltip("genre:N", title="Situation"),
            alt.Tooltip("dit:N", title="Travail et besoin"),
        ],
    )
    genres = ["Procédure en cours", "À créer", "À créer, en retard"]
    couleur = alt.Color(
        "genre:N",
        scale=alt.Scale(domain=genres, range=["var(--action)", "var(--encre-douce)", "var(--rouge)"]),
        legend=None,
    )
    barre = base.mark_bar(height=13, cornerRadius=3).encode(
        x=alt.X("debut:T", axis=alt.Axis(**AXE)), x2="fin:T", color=couleur
    )
    lance = base.mark_point(
        shape="diamond", filled=True, size=90, color="var(--papier)", stroke="var(--encre)", opacity=1
    ).encode(x="lancement:T")
    parle = " ; ".join(f"{d['entier']} : {d['dit']}, {str(d['genre']).lower()}" for d in donnees[:30]) + "."
    return _image(titre, parle, [_aujourd_hui(le), barre, lance], note, 24 * len(donnees))


def charge(
    titre: str, charges: Mapping[str, Mapping[Mois, Decimal]], mois: Sequence[Mois], note: str = ""
) -> Image:
    """Person-days by month, stacked by function; beyond six functions the rest is one part, « Autres »."""
    lourdes = sorted(charges, key=lambda f: (-sum(charges[f].values()), f))
    gardees = lourdes[:FONCTIONS_MAX]
    lignes = []
    for rang, m in enumerate(mois):
        lignes += [(rang, m, f, charges[f].get(m, Decimal(0))) for f in gardees]
        reste = sum((charges[f].get(m, Decimal(0)) for f in lourdes[FONCTIONS_MAX:]), Decimal(0))
        if len(lourdes) > FONCTIONS_MAX:
            lignes.append((rang, m, "Autres", reste))
    return _charge(titre, tuple(lignes), note)


@lru_cache(maxsize=32)
def _charge(titre: str, lignes: tuple[tuple[int, Mois, str, Decimal], ...], note: str) -> Image:
    donnees = [
        {
            "rang": rang,
            "mois": f"{MOIS[m - 1]} {annee}",
            "fonction": fonction,
            "jours": float(jours),
            "dit": f"{ecrire_nombre(jours)} jours",
        }
        for rang, (annee, m), fonction, jours in lignes
    ]
    fonctions = list(dict.fromkeys(str(d["fonction"]) for d in donnees))
    couleurs = [*CATEGORIES[:FONCTIONS_MAX], AUTRES][: len(fonctions)]
    if "Autres" in fonctions:
        couleurs = [*CATEGORIES[: len(fonctions) - 1], AUTRES]
    ordre = list(dict.fromkeys(str(d["mois"]) for d in donnees))
    barre = (
        alt.Chart(alt.InlineData(values=donnees))
        .mark_bar(stroke="var(--papier)", strokeWidth=0.5)
        .encode(
            x=alt.X("mois:N", sort=ordre, title=None, axis=alt.Axis(labelAngle=-40, labelOverlap="parity")),
            y=alt.Y("jours:Q", axis=alt.Axis(grid=True, gridColor="var(--trait)", tickCount=4)),
            color=alt.Color("fonction:N", scale=alt.Scale(domain=fonctions, range=couleurs), legend=None),
            tooltip=[
                alt.Tooltip("mois:N", title="Mois"),
                alt.Tooltip("fonction:N", title="Fonction"),
                alt.Tooltip("dit:N", title="Charge"),
            ],
        )
    )
    totaux: dict[str, float] = {}
    for d in donnees:
        totaux[str(d["mois"])] = totaux.get(str(d["mois"]), 0.0) + float(str(d["jours"]))
    parle = " ; ".join(f"{m} : {ecrire_nombre(round(t, 1))} jours" for m, t in totaux.items()) + "."
    image = _image(titre, parle, [barre], note, 240)
    styles = [c.removeprefix("var(--").removesuffix(")") for c in couleurs]
    return Image(
        image.titre, image.alternative, image.json, image.note, tuple(zip(styles, fonctions, strict=True))
    )


def _aujourd_hui(le: date) -> Any:
    donnee = alt.InlineData(values=[{"jour": le.isoformat()}])
    return alt.Chart(donnee).mark_rule(color="var(--encre)", strokeDash=[4, 3]).encode(x="jour:T")


def _image(titre: str, parle: str, couches: list[Any], note: str, hauteur: int) -> Image:
    dessin = alt.layer(*couches).properties(width="container", height=max(hauteur, 60))
    dessin = dessin.properties(
        autosize={"type": "fit", "contains": "padding"},
        padding={"left": 0, "right": 12, "top": 14, "bottom": 6},
    )
    spec = dessin.to_dict()
    spec["config"] = THEME
    return Image(titre, f"{titre} {parle}".strip(), json.dumps(spec, ensure_ascii=False), note)
