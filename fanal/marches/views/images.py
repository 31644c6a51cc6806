"""The pictures of the portfolio."""

from datetime import date
from typing import Any

from fanal.interface.images import Image
from fanal.interface.images_temps import Periode, frise
from fanal.interface.nombres import ecrire_millions, ecrire_nombre
from fanal.marches.compute.portefeuille import Fins

MOIS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
PAS = {"mois": "mois", "trimestre": "trimestre", "annee": "année"}
DANS = {"mois": "Le mois", "trimestre": "Le trimestre", "annee": "L'année"}


def image_fins(fins: Fins) -> Image | None:
    """How many contracts end in each period; None when no end is known."""
    pas = fins.pas
    if fins.periodes.is_empty():
        return None
    periods = [_periode(row, pas) for row in fins.periodes.iter_rows(named=True)]
    coming = [p for p in periods if not p.passee and p.nombre]
    if coming:
        top = max(coming, key=lambda p: p.nombre)
        loaded = "chargée" if pas == "annee" else "chargé"
        title = f"{DANS[pas]} qui vient le plus {loaded} : {top.nom}, {fins_dites(top.nombre)}"
    else:
        total = sum(p.nombre for p in periods)
        title = f"Toutes les échéances connues sont passées : {fins_dites(total)}"
    note = f"Fin de la période en cours, par {PAS[pas]}. En gris : passé."
    if fins.avant:
        ended = "1 marché terminé" if fins.avant == 1 else f"{ecrire_nombre(fins.avant)} marchés terminés"
        note += f" Non dessiné : {ended} avant."
    return frise(title, periods, "marchés", note)


def fins_dites(nombre: int) -> str:
    """« 54 marchés prennent fin »."""
    return "1 marché prend fin" if nombre == 1 else f"{ecrire_nombre(nombre)} marchés prennent fin"


def nommer(debut: date, pas: str) -> str:
    """A period as people say it: « mars 2027 », « T2 2027 », « 2027 »."""
    if pas == "mois":
        return f"{MOIS[debut.month - 1]} {debut.year}"
    return f"T{(debut.month + 2) // 3} {debut.year}" if pas == "trimestre" else str(debut.year)


def _periode(row: dict[str, Any], pas: str) -> Periode:
    amount = ecrire_millions(row["montant_c"] / 100) or ""
    return Periode(nommer(row["debut"], pas), row["nombre"], amount, row["passee"])
