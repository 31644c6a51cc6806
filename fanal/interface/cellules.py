"""The rows of a table as HTML, written straight in Python: a page of 50 rows holds hundreds of cells."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from fanal.interface import nombres, rendu
from fanal.interface.icones import icone
from fanal.interface.nombres import Absence, Valeur
from fanal.interface.sources import lire

if TYPE_CHECKING:
    from fanal.interface.tableaux import Colonne, Tableau

CODE = 20  # characters of a code at most: a longer word may be cut at its hyphens
DECIMALES = {"montant": 2, "montant_rond": 0, "millions": 1, "taux": 1, "entier": 0}
FACTEURS = {"taux": Decimal(100), "millions": Decimal("0.000001")}


def construire_rang(
    tableau: "Tableau", colonnes: Sequence["Colonne"], ligne: Any, numero: int, premier: bool
) -> SafeString:
    """The row *ligne* of *tableau*: box to check, link that opens it in place, cells, the first its header.

    *numero* is its rank in the filtered set, from 0; the *premier* of a page is the one that Tab reaches.
    """
    html = [f'<tr tabindex="{0 if premier else -1}" data-rang>']
    if tableau.selection:
        html.append(_case(tableau, ligne, numero))
    if tableau.detail is not None:
        html.append(_chevron(tableau, tableau.detail(ligne), numero))
    for i, colonne in enumerate(colonnes):
        valeur = lire(ligne, colonne)
        contenu = cellule(colonne, valeur, ligne)
        classe = _classe(colonne, valeur)
        html.append(f'<th scope="row"{classe}>{contenu}</th>' if i == 0 else f"<td{classe}>{contenu}</td>")
    html.append("</tr>")
    if tableau.detail is not None:
        largeur = len(colonnes) + 1 + bool(tableau.selection)
        html.append(
            f'<tr class="rang-detail" id="tableau-{tableau.nom}-d{numero}" hidden><td colspan="{largeur}">'
            '<p class="attente" role="status">Chargement…</p></td></tr>'
        )
    return mark_safe("".join(html))  # noqa: S308 (every cell is escaped below)


def _classe(colonne: "Colonne", valeur: Any) -> str:
    """How a cell is written: a number to the right; a code on one line, whatever hyphens it has."""
    if colonne.numerique:
        return ' class="n"'
    mot = valeur.valeur if isinstance(valeur, Valeur) else valeur
    if colonne.genre not in {"texte", "lien"} or not isinstance(mot, str) or len(mot) > CODE:
        return ""
    return ' class="code"' if "-" in mot and not any(c.isspace() for c in mot) else ""


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
        valeur, marque, url = valeur.valeur, valeur.marque, valeur.adresse
    if colonne.lien is not None and ligne is not None:
        url = url or colonne.lien(ligne)
    contenu = _contenu(colonne, valeur)
    if url:
        contenu = format_html('<a href="{}">{}</a>', url, mark_safe(contenu))  # noqa: S308 - escaped before
    return rendu.marquer(mark_safe(contenu), marque) if marque else contenu  # noqa: S308 - escaped before


def _case(tableau: "Tableau", ligne: Any, numero: int) -> str:
    cle = escape(tableau.cle_ligne(ligne) if tableau.cle_ligne else str(numero))
    formulaire = f' form="{escape(tableau.formulaire)}"' if tableau.formulaire else ""
    return (
        '<td class="etroite"><input class="form-check-input" type="checkbox" '
        f'name="{escape(tableau.selection)}" '
        f'value="{cle}"{formulaire} aria-label="Cocher la ligne {numero + 1}"></td>'
    )


def _chevron(tableau: "Tableau", adresse: str, numero: int) -> str:
    url, cible = escape(adresse), f"tableau-{tableau.nom}-d{numero}"
    return (
        f'<td class="etroite"><a class="ouvrir" href="{url}" role="button" aria-expanded="false" '
        f'aria-controls="{cible}" hx-get="{url}" hx-trigger="ouvrir" hx-target="#{cible} &gt; td" '
        'hx-select="[data-detail]" hx-swap="innerHTML" hx-push-url="false">'
        f'{icone("chevron-right")}<span class="visually-hidden">'
        f"Ouvrir le détail de la ligne {numero + 1}</span></a></td>"
    )


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
