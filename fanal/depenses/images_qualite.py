"""The picture of data health: establishments by month, what misses hatched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from fanal.depenses.compute.qualite import MANQUANT, RECU, Mesure, ajouter, etat
from fanal.depenses.queries.qualite import Sante
from fanal.interface.echelles import bornes_montants
from fanal.interface.etiquettes import etiquettes
from fanal.interface.images import Image
from fanal.interface.images_grille import Case, grille
from fanal.interface.nombres import ecrire_millions, ecrire_nombre, ecrire_taux

MOIS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
LARGEUR = 32
RANGS = 20  # establishments drawn; the others are in the table
# Shares of lines that lack something: the classes of a reader who wants less than one line in twenty.
PARTS = (Decimal("0.05"), Decimal("0.10"), Decimal("0.25"), Decimal("0.50"))
CLASSES_PARTS = ("moins de 5 %", "5 à 10 %", "10 à 25 %", "25 à 50 %", "50 % et plus")


@dataclass(frozen=True)
class Indicateur:
    """What colours the squares: its title, the value of a measure, how it is written."""

    titre: str
    valeur: Callable[[Mesure], Decimal]
    ecrire: Callable[[Decimal], str]
    part: bool = False


def _part(manque: str, titre: str) -> Indicateur:
    return Indicateur(
        titre, lambda m: m.part(manque) or Decimal(0), lambda v: ecrire_taux(v, 0) or "", part=True
    )


INDICATEURS = {
    "lignes": Indicateur("Lignes reçues", lambda m: Decimal(m.lignes), lambda v: ecrire_nombre(v, 0) or ""),
    "montant": Indicateur("Montant HT", lambda m: m.montant_ht, lambda v: ecrire_millions(v) or ""),
    "marche": _part("marche", "Part sans numéro de marché"),
    "produit": _part("produit", "Part sans code produit"),
    "tva": _part("tva", "Part sans TVA"),
    "facture": _part("facture", "Part sans facture"),
}


def image(rows: Sequence[Sante], months: Sequence[date], code: str, today: date, delay: int) -> Image | None:
    """Squares of the establishments that miss the most months, then the largest; None without any line."""
    if not any(m in r.mois for r in rows for m in months):
        return None
    asked = INDICATEURS[code]
    names = _noms(rows)
    ordered = sorted(rows, key=lambda r: (-_manquants(r, months, today, delay), -_lignes(r, months), r.nom))
    kept = ordered[:RANGS]
    cases = [c for r in kept for m in months if (c := _case(r, m, asked, names, today, delay))]
    bounds = PARTS if asked.part else bornes_montants(c.valeur for c in cases)
    words = CLASSES_PARTS if asked.part else _classes(bounds, asked.ecrire)
    rest = len(ordered) - len(kept)
    note = f"{asked.titre}, par mois de commande. Blanc : zéro ou mois à venir."
    note += f" {rest} autres établissements dans le tableau." if rest else ""
    return grille(
        _titre(rows, months, asked, code, today, delay),
        cases,
        bounds,
        words,
        manquant="mois manquant",
        note=note,
    )


def _noms(rows: Sequence[Sante]) -> dict[str, str]:
    return etiquettes({r.finess: r.nom for r in rows}, LARGEUR)


def _lignes(row: Sante, months: Sequence[date]) -> int:
    return sum(row.mois[m].lignes for m in months if m in row.mois)


def _manquants(row: Sante, months: Sequence[date], today: date, delay: int) -> int:
    return sum(etat(m, row.mois.get(m), today, delay) == MANQUANT for m in months)


def _case(
    row: Sante, month: date, asked: Indicateur, names: dict[str, str], today: date, delay: int
) -> Case | None:
    state = etat(month, row.mois.get(month), today, delay)
    name, when = names[row.finess], MOIS[month.month - 1]
    if state == RECU:
        value = asked.valeur(row.mois[month])
        return Case(name, when, value, asked.ecrire(value), asked.ecrire(value))
    if state == MANQUANT:
        return Case(name, when, None, "mois manquant", "")
    return Case(name, when, Decimal(0), "à venir", "")


def _classes(bounds: Sequence[Decimal], write: Callable[[Decimal], str]) -> tuple[str, ...]:
    if not bounds:
        return ("plus de zéro",)
    words = [write(b) for b in bounds]
    middles = [f"{a} à {b}" for a, b in pairwise(words)]
    return (f"moins de {words[0]}", *middles, f"{words[-1]} et plus")


def _titre(
    rows: Sequence[Sante], months: Sequence[date], asked: Indicateur, code: str, today: date, delay: int
) -> str:
    """The finding: who misses the most months, else which share."""
    if asked.part:
        total = ajouter([r.mois[m] for r in rows for m in months if m in r.mois])
        return f"{asked.titre} : {ecrire_taux(total.part(code))} des lignes de l'année"
    missing = [(n, r.nom) for r in rows if (n := _manquants(r, months, today, delay))]
    if not missing:
        return "Tous les mois échus ont des lignes"
    most = max(n for n, _ in missing)
    worst = sorted(name for n, name in missing if n == most)
    if len(missing) == 1:
        return f"Un établissement a des mois manquants : {worst[0]} ({most})"
    if len(worst) == len(missing):
        return f"{len(missing)} établissements ont des mois manquants : {most} chacun"
    if len(worst) > 1:
        return f"{len(missing)} établissements ont des mois manquants ; {len(worst)} en ont {most}"
    return f"{len(missing)} établissements ont des mois manquants ; le plus : {worst[0]} ({most})"
