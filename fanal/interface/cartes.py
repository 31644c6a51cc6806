"""The map of the régions: accessible inline SVG, overseas régions as tiles beside.

Five classes of colour, white for zero, grey hatch for what cannot be computed; each région is a link that
names its value. The shapes come once from `fournis/carte.svg`, which the browser keeps.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from fanal.interface import echelles, rendu
from fanal.interface.echelles import CLAIR, Classe

FOND = Path(__file__).resolve().parent / "static" / "fournis" / "carte.json"
CREDIT = "Fond de carte : @svg-maps, départements de France, licence CC BY 4.0, regroupé par région."
DESCRIPTION = "Carte des régions. Le tableau de la page donne les mêmes valeurs."
HACHURE = Classe("hachure", "non calculable")
ZERO = Classe("zero", "zéro")
COTE, PAS = 74, 86  # pixels of a tile, in the units of the drawing


@dataclass(frozen=True)
class ValeurRegion:
    """The value of one région, named by its INSEE code; `None` cannot be computed. `url` opens its page."""

    code_insee: str
    nom: str
    valeur: Decimal | None
    url: str = ""
    detail: str = ""


MOTS = {"montant": "millions", "atteinte": "taux_rond", "nombre": "entier"}
Genre = Literal["montant", "atteinte", "nombre"]


@dataclass(frozen=True)
class Carte:
    """A map: its finding, its values, what they are ("montant": euros, "atteinte": share of an objective,
    "nombre": how many, one colour from one on).
    """

    titre: str
    valeurs: tuple[ValeurRegion, ...]
    genre: Genre = "atteinte"
    credit: str = CREDIT

    @property
    def bornes(self) -> tuple[Decimal, ...]:
        """The bounds of the classes."""
        if self.genre == "atteinte":
            return echelles.ATTEINTE
        if self.genre == "nombre":
            return ()
        return echelles.bornes_montants(region.valeur for region in self.valeurs)

    @property
    def classes(self) -> list[Classe]:
        """The classes to name under the map; zero and « non calculable » only where they occur."""
        valeurs = [region.valeur for region in self.valeurs]
        return [
            *self._classes(),
            *([ZERO] if any(valeur is not None and valeur == 0 for valeur in valeurs) else []),
            *([HACHURE] if any(valeur is None for valeur in valeurs) else []),
        ]

    def _classes(self) -> Sequence[Classe]:
        if self.genre == "nombre":
            return [Classe("seq-3", "au moins un")]
        if self.genre == "atteinte":
            return echelles.classes_atteinte()
        return echelles.classes_montants(self.bornes)

    @property
    def svg(self) -> SafeString:
        """The map for a page: each région a link in the order of names, focusable, named with its value."""
        if not fond():
            return mark_safe("")
        # The same map has the same identifiers each time: a page kept in memory is the page drawn again.
        numero = crc32(self.titre.encode())
        regions = sorted(self.valeurs, key=lambda region: region.nom)
        formes = "".join(self._forme(region, numero) for region in regions if region.code_insee in fond())
        html = (
            f'<svg class="carte-regions" viewBox="0 0 613 585" role="group" '
            f'aria-labelledby="carte-{numero}-t carte-{numero}-d">'
            f'<title id="carte-{numero}-t">{escape(self.titre)}</title>'
            f'<desc id="carte-{numero}-d">{DESCRIPTION}</desc>'
            f"{_motif(numero)}{formes}</svg>"
        )
        return mark_safe(html)  # noqa: S308 (every text is escaped)

    @property
    def tuiles(self) -> list[tuple[ValeurRegion, str, str]]:
        """The régions beside the map: each with its style and its value in words."""
        return [(region, self.classe(region).style, self.mot(region)) for region in self._hors()]

    def svg_seul(self) -> str:
        """The map as a whole file in the light colours, for a PDF."""
        regions = [region for region in self.valeurs if region.code_insee in fond()]
        formes = [
            f'<path d="{trace}" fill="none" stroke="{CLAIR["trait-fort"]}" stroke-width="2.4"/>'
            f'<path d="{trace}" fill="{plein}" stroke="{plein}" stroke-width="0.9"/>'
            for region in regions
            for trace, plein in [(fond()[region.code_insee], _plein(self.classe(region).style))]
        ]
        tuiles = [
            f'<g transform="translate({x} {y})"><rect width="{COTE}" height="{COTE}" rx="6" '
            f'fill="{_plein(self.classe(region).style)}" stroke="{CLAIR["trait-fort"]}"/>'
            f'<text x="{COTE + 8}" y="30" font-family="Inter" font-size="15" fill="{CLAIR["encre"]}">'
            f"{escape(region.nom)}</text>"
            f'<text x="{COTE + 8}" y="52" font-family="Inter" font-size="15" font-weight="600" '
            f'fill="{CLAIR["encre"]}">{escape(self.mot(region))}</text></g>'
            for region, x, y in self._places()
        ]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_cadre()}">{_motif(0)}'
            f"{''.join(formes)}{''.join(tuiles)}</svg>"
        )

    def classe(self, region: ValeurRegion) -> Classe:
        """The class of one région."""
        if region.valeur is None:
            return HACHURE
        if region.valeur == 0:
            return ZERO
        nom = "div" if self.genre == "atteinte" else "seq"
        rang = echelles.classer(region.valeur, self.bornes) + 1
        return Classe(f"{nom}-{rang if self.bornes else 3}", "")

    def mot(self, region: ValeurRegion) -> str:
        """The value of one région as it is written."""
        return rendu.ecrire(region.valeur, MOTS[self.genre])

    def _forme(self, region: ValeurRegion, numero: int) -> str:
        adresse = escape(f"{static('fournis/carte.svg')}#r{region.code_insee}")
        style = self.classe(region).style
        corps = (
            f'<use class="carte-bord" href="{adresse}"/>'
            f'<use class="carte-plein {style}" href="{adresse}"{_hachure(style, numero)}/>'
        )
        return self._lien(region, corps)

    def _lien(self, region: ValeurRegion, corps: str) -> str:
        nom = escape(self._nom(region))
        if region.url:
            return f'<a href="{escape(region.url)}" aria-label="{nom}"><title>{nom}</title>{corps}</a>'
        return f'<g role="img" aria-label="{nom}"><title>{nom}</title>{corps}</g>'

    def _nom(self, region: ValeurRegion) -> str:
        return f"{region.nom} : {self.mot(region)}{f', {region.detail}' if region.detail else ''}"

    def _hors(self) -> list[ValeurRegion]:
        """The régions that the map does not draw, in the order of names."""
        return sorted((r for r in self.valeurs if r.code_insee not in fond()), key=lambda region: region.nom)

    def _places(self) -> list[tuple[ValeurRegion, int, int]]:
        """Where those régions stand as tiles, in columns beside the map."""
        par_colonne = 6
        places = enumerate(self._hors())
        return [(r, 640 + 250 * (i // par_colonne), 20 + PAS * (i % par_colonne)) for i, r in places]


def carte(titre: str, valeurs: Sequence[ValeurRegion], genre: Genre) -> Carte:
    """A map of *valeurs*; régions that the map does not draw (overseas, or no assets) become tiles."""
    return Carte(titre, tuple(valeurs), genre)


@lru_cache(maxsize=1)
def fond() -> dict[str, str]:
    """The paths of the régions by INSEE code; empty when the assets were not prepared: all become tiles."""
    if not FOND.exists():
        return {}
    regions: dict[str, str] = json.loads(FOND.read_text(encoding="utf-8"))["regions"]
    return regions


def _cadre() -> str:
    return "0 0 860 585" if fond() else "620 0 760 560"


def _motif(numero: int) -> str:
    return (
        f'<defs><pattern id="hachure-{numero}" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)">'
        f'<rect class="hachure-fond" width="7" height="7" fill="{CLAIR["papier"]}"/>'
        f'<rect class="hachure-trait" width="2.2" height="7" fill="{CLAIR["hachure"]}"/></pattern></defs>'
    )


def _hachure(style: str, numero: int) -> str:
    motif = f"url(#hachure-{numero})"
    return f' fill="{motif}" stroke="{motif}"' if style == "hachure" else ""


def _plein(style: str) -> Any:
    if style == "hachure":
        return "url(#hachure-0)"
    return CLAIR["papier"] if style == "zero" else CLAIR[style]
