"""The picture of contract coverage: establishments by month, the share of what is bought on contract."""

from collections.abc import Mapping
from decimal import Decimal

from fanal.depenses.mots import mois_court
from fanal.depenses.queries.hors_marche import Part
from fanal.interface.etiquettes import etiquettes
from fanal.interface.images import Image
from fanal.interface.images_grille import Case, grille
from fanal.interface.nombres import ecrire_millions, ecrire_taux

RANGS = 20  # establishments drawn; the others are in the table
LARGEUR = 40
PARTS = (Decimal("0.5"), Decimal("0.75"), Decimal("0.9"), Decimal("0.98"))
CLASSES = ("moins de 50 %", "50 à 75 %", "75 à 90 %", "90 à 98 %", "98 % et plus")


def image_parts(
    titre: str, parts: Mapping[tuple[str, str], Part], noms: Mapping[str | None, str]
) -> Image | None:
    """Squares of the establishments that buy the most off contract first."""
    places = sorted({f for f, _ in parts})
    months = sorted({m for _, m in parts})
    off = dict.fromkeys(places, Decimal(0))
    for (place, _), part in parts.items():
        off[place] += part.hors
    kept = sorted(places, key=lambda f: (-off[f], f))[:RANGS]
    names = etiquettes({finess: noms[finess] for finess in kept}, LARGEUR)
    cases = []
    for finess in kept:
        for month in months:
            bought = parts.get((finess, month))
            if bought is None:
                continue
            share = bought.sur_marche
            words = "non calculable" if share is None else ecrire_taux(share, 0)
            short = "" if share is None else f"{share * 100:.0f}"
            text = f"{words} sur marché, {ecrire_millions(bought.hors)} HT hors marché"
            cases.append(Case(names[finess], mois_court(month), share, text, short))
    if not cases:
        return None
    note = "Part des achats sur marché, en %, rattachements décidés compris. Case vide : aucun achat."
    if len(places) > len(kept):
        note += f" {len(places) - len(kept)} autres établissements dans le tableau."
    return grille(titre, cases, PARTS, CLASSES, manquant="non calculable", note=note)
