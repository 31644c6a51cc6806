"""A value of a given kind as HTML: the one place where a page decides how a figure looks."""

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from fanal.interface import nombres
from fanal.interface.nombres import Absence, Valeur

GENRES: dict[str, Callable[[Any], str | None]] = {
    "montant": nombres.ecrire_montant,
    "montant_rond": lambda valeur: nombres.ecrire_montant(valeur, 0),
    "millions": nombres.ecrire_millions,
    "taux": nombres.ecrire_taux,
    "taux_rond": lambda valeur: nombres.ecrire_taux(valeur, 0),
    "entier": lambda valeur: nombres.ecrire_nombre(valeur, 0),
    "nombre": nombres.ecrire_nombre,
    "date": nombres.ecrire_date,
}
CHIFFRES = set(GENRES) - {"date"}

# An état is a word with a tone: the colour never speaks alone.
TONS = {"neutre": "dash-circle", "attente": "hourglass-split", "attention": "exclamation-triangle",
        "refus": "x-circle", "decide": "check-circle", "information": "info-circle"}  # fmt: skip


def absence(raison: Absence) -> SafeString:
    """The visible mark of a missing value."""
    return format_html('<span class="absence">{}</span>', raison.value)


def marquer(contenu: str, marque: str) -> SafeString:
    """*contenu* followed by the mark of a corrected value, readable by keyboard and screen reader."""
    return format_html(
        '<span class="corrigee">{}<button type="button" class="marque" data-info="{}" aria-label="{}">'
        '<span aria-hidden="true">*</span></button></span>',
        contenu,
        marque,
        f"Valeur corrigée. {marque}",
    )


def ecrire(valeur: Any, genre: str = "texte") -> str:
    """*valeur* as plain French text, missing values named."""
    if isinstance(valeur, Valeur):
        valeur = valeur.valeur
    if isinstance(valeur, Absence):
        return valeur.value
    if genre in GENRES:
        texte = GENRES[genre](valeur)
        defaut = Absence.NON_CALCULABLE if genre in CHIFFRES else Absence.NON_RENSEIGNE
        return defaut.value if texte is None else texte
    return Absence.NON_RENSEIGNE.value if valeur is None or valeur == "" else str(valeur)


def en_html(valeur: Any, genre: str = "texte") -> str:
    """*valeur* as HTML: a missing one carries its own look, a `Valeur` its mark and its link."""
    marque = url = ""
    if isinstance(valeur, Valeur):
        valeur, marque, url = valeur.valeur, valeur.marque, valeur.adresse
    texte = ecrire(valeur, genre)
    manque = valeur is None or valeur == "" or isinstance(valeur, Absence) or _illisible(valeur, genre)
    html: str = format_html('<span class="absence">{}</span>', texte) if manque else texte
    if url:
        html = format_html('<a href="{}">{}</a>', url, html)
    return marquer(html, marque) if marque else html


def _illisible(valeur: Any, genre: str) -> bool:
    return genre in GENRES and GENRES[genre](valeur) is None


def etat(titre: str, ton: str = "neutre") -> SafeString:
    """A state as an icon and a word (« Retenu », « En retard ») in one of the tones of `TONS`."""
    from fanal.interface.icones import icone

    ton = ton if ton in TONS else "neutre"
    return format_html('<span class="etat etat-{}">{}{}</span>', ton, icone(TONS[ton]), titre)
