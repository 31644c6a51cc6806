"""The rows of a table as HTML, written straight in Python: a page of 50 rows holds hundreds of cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from fanal.interface import nombres, rendu
from fanal.interface.nombres import Absence, Valeur
from fanal.interface.sources import lire

if TYPE_CHECKING:
    from fanal.interface.tableaux import Colonne, Tableau

DECIMALES = {"montant": 2, "montant_rond": 0, "millions": 1, "taux": 1, "entier": 0}
FACTEURS = {"taux": Decimal(100), "millions": Decimal("0.000001")}


@dataclass(frozen=True)
class Rang:
    """One row: its cells, the address of its detail, its key for a selection."""

    cellules: SafeString
    detail: str
    cle: str
    numero: int


def construire_rang(tableau: "Tableau", colonnes: Sequence["Colonne"], ligne: Any, numero: int) -> Rang:
    """The row *ligne* of *tableau*; its first cell is its header."""
    html = []
    for i, colonne in enumerate(colonnes):
        contenu = cellule(colonne, lire(ligne, colonne), ligne)
        classe = ' class="n"' if colonne.numerique else ""
        html.append(f'<th scope="row"{classe}>{contenu}</th>' if i == 0 else f"<td{classe}>{contenu}</td>")
    cle = tableau.cle_ligne(ligne) if tableau.cle_ligne else str(numero)
    detail = tableau.detail(ligne) if tableau.detail else ""
    return Rang(mark_safe("".join(html)), detail, cle, numero)  # noqa: S308 (every cell is escaped below)


def construire_pied(totaux: Sequence[tuple["Colonne", Any]], nombre: int) -> SafeString:
    """The row of totals over *nombre* rows; a column without total stays blank, the first says what it is."""
    html = []
    for i, (colonne, valeur) in enumerate(totaux):
        classe = ' class="n"' if colonne.numerique else ""
        contenu = cellule(colonne, valeur) if colonne.total else ""
        if i == 0 and not colonne.total:
            contenu = f"Total ({nombres.ecrire_nombre(nombre)} ligne{'s' if nombre > 1 else ''})"
        html.append(f'<th scope="row"{classe}>{contenu}</th>' if i == 0 else f"<td{classe}>{contenu}</td>")
    return mark_safe("".join(html))  # noqa: S308 (every cell is escaped below)


def cellule(colonne: "Colonne", valeur: Any, ligne: Any = None) -> str:
    """The content of one cell, escaped; a number's unit stands in the header."""
    marque = url = ""
    if isinstance(valeur, Valeur):
        valeur, marque, url = valeur.valeur, valeur.marque, valeur.url
    if colonne.lien is not None and ligne is not None:
        url = url or colonne.lien(ligne)
    contenu = _contenu(colonne, valeur)
    if url:
        contenu = format_html('<a href="{}">{}</a>', url, mark_safe(contenu))  # noqa: S308
    return rendu.marquer(mark_safe(contenu), marque) if marque else contenu  # noqa: S308


def chiffre(colonne: "Colonne", valeur: Any) -> str | None:
    """A number in the column's unit and decimals; `None` when it is none."""
    nombre = nombres.en_decimal(valeur)
    if nombre is None:
        return None
    decimales = colonne.decimales if colonne.decimales is not None else DECIMALES.get(colonne.genre)
    return nombres.ecrire_nombre(nombre * FACTEURS.get(colonne.genre, Decimal(1)), decimales)


def _contenu(colonne: "Colonne", valeur: Any) -> str:
    if isinstance(valeur, Absence):
        return rendu.absence(valeur)
    if colonne.numerique:
        texte = chiffre(colonne, valeur)
        return rendu.absence(colonne.absence) if texte is None else texte
    if valeur is None or valeur == "":
        return rendu.absence(Absence.NON_RENSEIGNE)
    if colonne.genre == "etat":
        mot, ton = colonne.etats.get(valeur, (str(valeur), "neutre"))
        return rendu.etat(mot, ton)
    if colonne.genre == "date":
        return escape(nombres.ecrire_date(valeur) or str(valeur))
    return escape(str(valeur))
