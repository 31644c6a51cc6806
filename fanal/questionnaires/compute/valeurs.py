"""Values of answers: what was typed in canonical form, and canonical values in the words of a reader."""

import hashlib
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from fanal.campagnes.canonique import canonical
from fanal.moteurs.xlsform.modele import Choix, Element, Formulaire
from fanal.moteurs.xlsform.valeurs import Fautive
from fanal.moteurs.xlsform.valeurs import canonique as lire_valeur

NOMBRES = frozenset({"entier", "decimal"})
_NUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def propre(texte: str) -> str:
    """*texte* without what no base can keep, its line ends as one sign."""
    return _NUL.sub("", texte.replace("\r\n", "\n").replace("\r", "\n")).strip()


def canonique(element: Element, valeur: Any) -> Any:
    """What a person typed, in canonical form; what cannot be read stays as typed.

    Nothing is ever lost: the judgment says what is wrong with a text that is not of its type.
    """
    if isinstance(valeur, str):
        valeur = propre(valeur)
    elif isinstance(valeur, list):
        valeur = [propre(v) if isinstance(v, str) else v for v in valeur]
    try:
        return lire_valeur(element, valeur)
    except Fautive:
        return valeur


def est_nombre(texte: str) -> bool:
    """Whether a text is a finite number in canonical form."""
    try:
        return Decimal(texte).is_finite()
    except InvalidOperation:
        return False


def saisie(genre: str, valeur: Any) -> str:
    """A canonical value as one types it again: a comma for numbers, dates left to the browser's field."""
    texte = "" if valeur is None else str(valeur)
    if genre in NOMBRES and est_nombre(texte):
        return texte.replace(".", ",")
    return texte


def empreinte(valeur: Any) -> str:
    """A short digest of a value, to tell whether it changed since a page was read. A blank gives "-"."""
    if valeur in ("", None, [], {}):
        return "-"
    try:
        contenu = canonical(valeur)
    except TypeError:
        contenu = repr(valeur).encode()
    return hashlib.sha256(contenu).hexdigest()[:12]


def en_clair(element: Element, valeur: Any, choix: tuple[Choix, ...] = ()) -> str:
    """An answer in the words of a reader: labels of choices, French numbers and dates; "" for a blank."""
    if valeur in ("", None, [], {}):
        return ""
    libelles = {c.code: c.libelle for c in choix}
    if element.genre == "choix_multiple":
        codes = valeur if isinstance(valeur, list) else str(valeur).split()
        return ", ".join(libelles.get(str(c), str(c)) for c in codes)
    if element.genre == "choix":
        return libelles.get(str(valeur), str(valeur))
    if element.genre == "fichier":
        return str(valeur.get("nom", "")) if isinstance(valeur, dict) else str(valeur)
    if element.genre == "accord":
        return "Oui"
    if element.genre in NOMBRES or element.genre == "calcul":
        return _nombre(str(valeur), euros="€" in element.libelle)
    return _instant(element.genre, str(valeur))


def _nombre(texte: str, euros: bool = False) -> str:
    if not est_nombre(texte):
        return texte
    nombre = Decimal(texte)
    # Cents are written whole; an amount without cents stays without.
    if euros and nombre != nombre.to_integral_value() and len(texte.partition(".")[2]) < 2:
        nombre = nombre.quantize(Decimal("0.01"))
    signe, chiffres = ("\u2212" if nombre < 0 else ""), f"{abs(nombre):,f}"
    return signe + chiffres.replace(",", "\u202f").replace(".", ",")


def _instant(genre: str, texte: str) -> str:
    try:
        if genre == "date":
            return f"{date.fromisoformat(texte):%d/%m/%Y}"
        if genre == "date_heure":
            return f"{datetime.fromisoformat(texte):%d/%m/%Y à %H:%M}"
    except ValueError:
        return texte
    return texte


def choix_de(formulaire: Formulaire, element: Element) -> tuple[Choix, ...]:
    """All the options of the list of a question, before any filter."""
    return formulaire.listes.get(element.liste, ()) if element.liste else ()
