"""Pictures, one Vega-Lite specification each: live in the page, the same as SVG or PNG in PDF and XLSX.

The title of a picture is its finding. Builders take rows already computed; equal rows give the same picture,
kept in memory. A page that shows a picture shows its table too.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import altair as alt
import vl_convert as vlc
from django.utils.safestring import SafeString, mark_safe

from fanal.interface import nombres
from fanal.interface.echelles import ATTEINTE, AUTRES, CATEGORIES, CLAIR, DIVERGENTE, classer
from fanal.interface.etiquettes import au_milieu
from fanal.interface.polices import POLICES

MAXIMUM = 7  # categories; what lies beyond is gathered in "autres"
LOCALE = {
    "decimal": ",",
    "thousands": nombres.FINE,
    "grouping": [3],
    "currency": ["", f"{nombres.INSECABLE}€"],
    "minus": nombres.MOINS,
}
THEME = {
    "aria": False,
    "background": None,
    "font": "Inter",
    "locale": {"number": LOCALE},
    "view": {"stroke": None},
    "text": {"color": "var(--encre)", "fontSize": 13},
    "axis": {
        "domain": False,
        "grid": False,
        "ticks": False,
        "labelColor": "var(--encre)",
        "labelFontSize": 13,
        "labelLimit": 220,
        "labelPadding": 8,
        "title": None,
    },
    "header": {"labelColor": "var(--encre)", "labelFontSize": 13, "labelFontWeight": 600, "title": None},
}
VL = "6.4"


@dataclass(frozen=True)
class Barre:
    """One bar: its amount and, when there is one, the objective it is held against (euros)."""

    nom: str
    valeur: Decimal | None
    objectif: Decimal | None = None
    url: str = ""


@dataclass(frozen=True)
class Empilee:
    """One bar made of named parts, in the order they are laid."""

    nom: str
    parts: tuple[tuple[str, Decimal | None], ...]


@dataclass(frozen=True)
class Serie:
    """One history: (year, value) points, the value `None` where nothing is known."""

    nom: str
    points: tuple[tuple[int, Decimal | None], ...]


@dataclass(frozen=True)
class Image:
    """A picture: its finding, what it shows in words, its specification as JSON, a note under it.

    `cles` name the parts (CSS class, word) where a narrow screen leaves no room for direct labels.
    """

    titre: str
    alternative: str
    json: str
    note: str = ""
    cles: tuple[tuple[str, str], ...] = ()

    @property
    def script(self) -> SafeString:
        """The specification inside a `<script type="application/json">`, which is never run."""
        sure = self.json.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
        return mark_safe(f'<script type="application/json">{sure}</script>')  # noqa: S308 (escaped above)


def objectifs(titre: str, barres: Sequence[Barre], note: str = "") -> Image:
    """Result against objective, a bar and a stroke per row, coloured by the distance to 100 %."""
    return _objectifs(titre, tuple(barres), note)


def classement(titre: str, barres: Sequence[Barre], note: str = "") -> Image:
    """Amounts from the largest down; beyond seven, the rest is one bar named « Autres (n) »."""
    return _classement(titre, tuple(barres), note)


def origines(
    titre: str, empilees: Sequence[Empilee], note: str = "", couleurs: Sequence[str] = CATEGORIES
) -> Image:
    """What amounts are made of: stacked bars whose parts bear their names.

    *couleurs*: those of the parts in their order, where the usual ones would say something else.
    """
    return _origines(titre, tuple(empilees), note, tuple(couleurs))


def historique(titre: str, series: Sequence[Serie], genre: str = "millions", note: str = "") -> Image:
    """One small picture per series, same scales; *genre* "millions" or "taux"."""
    return _historique(titre, tuple(series), genre, note)


def svg(image: Image, largeur: int = 640) -> str:
    """*image* as SVG on white, *largeur* pixels wide, without a browser."""
    _preparer_polices()
    return str(vlc.vegalite_to_svg(_figee(image, largeur), vl_version=VL))


def png(image: Image, largeur: int = 640, echelle: float = 2.0) -> bytes:
    """*image* as PNG on white, *echelle* times as many pixels as *largeur* for print."""
    _preparer_polices()
    return bytes(vlc.vegalite_to_png(_figee(image, largeur), vl_version=VL, scale=echelle))


@lru_cache(maxsize=256)
def _objectifs(titre: str, barres: tuple[Barre, ...], note: str) -> Image:
    lignes = [_ligne_objectif(barre) for barre in barres]
    base = alt.Chart(alt.InlineData(values=lignes)).encode(
        y=alt.Y("nom:N", sort=[barre.nom for barre in barres], title=None, axis=axe_noms()),
        tooltip=_bulle("Résultat", "Objectif"),
    )
    couleur = alt.Color(
        "classe:O", scale=alt.Scale(domain=[0, 1, 2, 3, 4], range=list(DIVERGENTE)), legend=None
    )
    bouts = [v for ligne in lignes for v in (ligne["valeur"], ligne["bout"]) if v is not None]
    x = alt.X("valeur:Q", axis=None, scale=echelle_mots(bouts, [ligne["etiquette"] for ligne in lignes]))
    barre = base.mark_bar(stroke="var(--trait-fort)", strokeWidth=0.6, height=15).encode(x=x, color=couleur)
    trait = base.mark_tick(color="var(--encre)", thickness=2, height=21).encode(x="objectif:Q")
    mots = base.mark_text(align="left", dx=8).encode(x="bout:Q", text="etiquette:N")
    note = (
        note or "Barre : gains retenus. Trait vertical : objectif. Couleur : distance à 100 % de l'objectif."
    )
    parle = _phrases(f"{ligne['nom']} : {ligne['etiquette']}" for ligne in lignes)
    return composer(titre, parle, alt.layer(barre, trait, mots), note, len(lignes) * 26)


@lru_cache(maxsize=256)
def _classement(titre: str, barres: tuple[Barre, ...], note: str) -> Image:
    rangees = sorted(barres, key=lambda b: (b.valeur is None, -(b.valeur or 0), b.nom))
    reste = rangees[MAXIMUM:]
    if len(reste) > 1:
        connues = [barre.valeur for barre in reste if barre.valeur is not None]
        rangees = [
            *rangees[:MAXIMUM],
            Barre(f"Autres ({len(reste)})", sum(connues, Decimal(0)) if connues else None),
        ]
    autres = len(reste) > 1
    lignes: list[dict[str, Any]] = [
        {
            "nom": barre.nom,
            "valeur": _flottant(barre.valeur),
            "bout": max(_flottant(barre.valeur) or 0, 0),
            "etiquette": _millions(barre.valeur),
            "autres": autres and rang == MAXIMUM,
            "resultat": _millions(barre.valeur),
        }
        for rang, barre in enumerate(rangees)
    ]
    base = alt.Chart(alt.InlineData(values=lignes)).encode(
        y=alt.Y("nom:N", sort=[ligne["nom"] for ligne in lignes], title=None, axis=axe_noms()),
        tooltip=_bulle("Montant"),
    )
    couleur = alt.condition("datum.autres", alt.value(AUTRES), alt.value(CATEGORIES[0]))
    bouts = [v for ligne in lignes for v in (ligne["valeur"], ligne["bout"]) if v is not None]
    echelle = echelle_mots(bouts, [ligne["etiquette"] for ligne in lignes])
    barre = base.mark_bar(height=16).encode(x=alt.X("valeur:Q", axis=None, scale=echelle), color=couleur)
    mots = base.mark_text(align="left", dx=8).encode(x="bout:Q", text="etiquette:N")
    parle = _phrases(f"{ligne['nom']} : {ligne['etiquette']}" for ligne in lignes)
    return composer(titre, parle, alt.layer(barre, mots), note, len(lignes) * 26)


@lru_cache(maxsize=256)
def _origines(titre: str, empilees: tuple[Empilee, ...], note: str, teintes: tuple[str, ...]) -> Image:
    noms = list(dict.fromkeys(nom for empilee in empilees for nom, _ in empilee.parts))
    gardes = noms if len(noms) <= MAXIMUM else noms[:MAXIMUM]
    lignes = [ligne for empilee in empilees for ligne in _segments(empilee, gardes)]
    domaine = [*gardes, *(["Autres"] if len(noms) > MAXIMUM else [])]
    couleurs = [*teintes[: len(gardes)], *([AUTRES] if len(noms) > MAXIMUM else [])]
    base = alt.Chart(alt.InlineData(values=lignes)).encode(
        y=alt.Y("nom:N", sort=[empilee.nom for empilee in empilees], title=None, axis=axe_noms()),
        tooltip=_bulle("Montant", part=True),
    )
    barre = base.mark_bar(height=22, stroke="var(--papier)").encode(
        x=alt.X("debut:Q", axis=None, scale=alt.Scale(domain=_bornes(lignes))),
        x2="fin:Q",
        color=alt.Color("part:N", scale=alt.Scale(domain=domaine, range=couleurs), legend=None),
    )
    # A part too thin for its name keeps it in the tooltip, the text alternative and the table.
    bas, haut = _bornes(lignes)
    place = f"(datum.place / {haut - bas} * width) > 7.4 * length(datum.titre) + 10"
    larges = base.transform_filter(place)
    mots = larges.mark_text(align="left", dy=-20, dx=1).encode(x="debut:Q", text="titre:N")
    parle = _phrases(f"{ligne['nom']}, {ligne['part']} : {ligne['resultat']}" for ligne in lignes)
    dessin = composer(titre, parle, alt.layer(barre, mots), note, len(empilees) * 56)
    styles = (couleur.removeprefix("var(--").removesuffix(")") for couleur in couleurs)
    return replace(dessin, cles=tuple(zip(styles, domaine, strict=True)))


@lru_cache(maxsize=256)
def _historique(titre: str, series: tuple[Serie, ...], genre: str, note: str) -> Image:
    ecrire = nombres.ecrire_taux if genre == "taux" else nombres.ecrire_millions
    lignes: list[dict[str, Any]] = [
        {
            "nom": serie.nom,
            "annee": str(annee),
            "valeur": _flottant(valeur),
            "resultat": ecrire(valeur) or "non calculable",
            "dernier": bool(connues) and annee == connues[-1],
        }
        for serie in series
        for connues in [[a for a, v in serie.points if v is not None]]
        for annee, valeur in serie.points
    ]
    hauts = [ligne["valeur"] for ligne in lignes if ligne["valeur"] is not None]
    # Room above the highest point for its label, so that every small picture has the same size.
    domaine = [min([0.0, *hauts]), max([0.0, *hauts]) * 1.4 or 1.0]
    base = alt.Chart().encode(
        x=alt.X("annee:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="parity")),
        y=alt.Y("valeur:Q", axis=None, scale=alt.Scale(domain=domaine)),
        tooltip=_bulle("Valeur", annee=True),
    )
    trait = base.mark_line(color=CATEGORIES[0], strokeWidth=2)
    point = base.mark_point(color=CATEGORIES[0], filled=True, size=36, opacity=1)
    mots = base.transform_filter("datum.dernier").mark_text(align="center", dy=-13, fontWeight=600)
    petite = alt.layer(trait, point, mots.encode(text="resultat:N")).properties(width=150, height=80)
    entete = alt.Header(labelAnchor="start", labelPadding=4)
    planche = petite.facet(
        facet=alt.Facet("nom:N", sort=[serie.nom for serie in series], title=None, header=entete),
        columns=4,
        data=alt.InlineData(values=lignes),
        bounds="flush",
        spacing={"row": 62, "column": 44},
    ).resolve_axis(x="independent")
    parle = _phrases(f"{ligne['nom']}, {ligne['annee']} : {ligne['resultat']}" for ligne in lignes)
    return composer(titre, parle, planche, note, None)


def composer(titre: str, parle: str, dessin: Any, note: str, hauteur: int | None) -> Image:
    """The picture of an Altair chart in the look of the house; *parle* says in words what it shows."""
    if hauteur is not None:
        dessin = dessin.properties(width="container", height=max(hauteur, 40))
        dessin = dessin.properties(autosize={"type": "fit", "contains": "padding"})
    spec = dessin.properties(padding={"left": 0, "right": 12, "top": 14, "bottom": 6}).to_dict()
    spec["config"] = THEME
    return Image(titre, f"{titre} {parle}".strip(), json.dumps(spec, ensure_ascii=False), note)


def echelle_mots(valeurs: Sequence[float], mots: Sequence[str]) -> alt.Scale:
    """The scale of bars whose *mots* stand at their end: room is kept for the longest everywhere."""
    bas, haut = min([0.0, *valeurs]), max([0.0, *valeurs])
    place = 7 * max((len(mot) for mot in mots), default=0) + 12
    etendue: list[Any] = [0, alt.ExprRef(f"max(width - {place}, width / 4)")]
    return alt.Scale(domain=[bas, haut if haut > bas else bas + 1.0], range=etendue)


def axe_noms(lettres: int = 13) -> alt.Axis:
    """The axis of names: on a narrow picture they lose their middle, so that the bars keep their room.

    *lettres*: how many of them are kept there.
    """
    return alt.Axis(labelLimit=alt.ExprRef("width < 480 ? 110 : 220"), labelExpr=au_milieu(lettres))


def _ligne_objectif(barre: Barre) -> dict[str, Any]:
    atteinte = None
    if barre.valeur is not None and barre.objectif:
        atteinte = barre.valeur / barre.objectif
    mots = [_millions(barre.valeur)]
    if barre.valeur is not None:
        mots.append(nombres.ecrire_taux(atteinte, 0) or "objectif non renseigné")
    return {
        "nom": barre.nom,
        "valeur": _flottant(barre.valeur),
        "objectif": _flottant(barre.objectif),
        "bout": max(_flottant(barre.valeur) or 0, _flottant(barre.objectif) or 0, 0),
        "classe": None if atteinte is None else classer(atteinte, ATTEINTE),
        "etiquette": ", ".join(mots),
        "resultat": _millions(barre.valeur),
        "cible": nombres.ecrire_millions(barre.objectif) or "non renseigné",
    }


def _segments(empilee: Empilee, gardes: list[str]) -> list[dict[str, Any]]:
    """The parts of one bar end to end; those beyond the seventh name are gathered in "Autres"."""
    parts: dict[str, Decimal] = {}
    for nom, montant in empilee.parts:
        cle = nom if nom in gardes else "Autres"
        parts[cle] = parts.get(cle, Decimal(0)) + (montant or Decimal(0))
    lignes, haut, bas = [], Decimal(0), Decimal(0)
    for nom, montant in parts.items():
        debut = haut if montant >= 0 else bas
        fin = debut + montant
        haut, bas = max(haut, fin), min(bas, fin)
        lignes.append(
            {
                "nom": empilee.nom,
                "part": nom,
                "debut": float(min(debut, fin)),
                "fin": float(max(debut, fin)),
                "place": float(abs(montant)),
                "titre": f"{nom} {_millions(montant)}",
                "resultat": _millions(montant),
            }
        )
    return lignes


def _bornes(lignes: list[dict[str, Any]]) -> list[float]:
    """The ends of the axis that holds every part, zero included."""
    bas = min([0.0, *(ligne["debut"] for ligne in lignes)])
    haut = max([0.0, *(ligne["fin"] for ligne in lignes)])
    return [bas, haut if haut > bas else bas + 1.0]


def _bulle(valeur: str, objectif: str = "", part: bool = False, annee: bool = False) -> list[alt.Tooltip]:
    bulles = [alt.Tooltip("nom:N", title="Nom")]
    if part:
        bulles.append(alt.Tooltip("part:N", title="Part"))
    if annee:
        bulles.append(alt.Tooltip("annee:N", title="Année"))
    bulles.append(alt.Tooltip("resultat:N", title=valeur))
    if objectif:
        bulles.append(alt.Tooltip("cible:N", title=objectif))
    return bulles


def _phrases(morceaux: Any) -> str:
    liste = list(morceaux)
    reste = f" ; et {len(liste) - 30} autres lignes, dans le tableau" if len(liste) > 30 else ""
    return " ; ".join(liste[:30]) + reste + "."


def _millions(valeur: Decimal | None) -> str:
    return nombres.ecrire_millions(valeur) or "non calculable"


def _flottant(valeur: Decimal | None) -> float | None:
    return None if valeur is None else float(valeur)


def _figee(image: Image, largeur: int) -> str:
    """The specification with the light colours and a width of its own."""
    texte = re.sub(r"var\(--([a-z0-9-]+)\)", lambda m: CLAIR[m[1]], image.json)
    spec = json.loads(texte)
    spec["config"] = {**spec["config"], "background": CLAIR["papier"]}
    if spec.get("width") == "container":
        spec["width"] = largeur
    return json.dumps(spec, ensure_ascii=False)


@lru_cache(maxsize=1)
def _preparer_polices() -> None:
    if POLICES.is_dir():
        vlc.register_font_directory(str(POLICES))
