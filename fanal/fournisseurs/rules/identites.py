"""What the identifier of a contract holder is worth. Pure: no list of firms, no network.

Kinds are those of the DECP schema 2.0.3 (titulaires.typeIdentifiant). A faulty identifier warns and never
blocks: it is kept as received.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from stdnum.eu import vat
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.fr import siren as norme_siren
from stdnum.fr import siret as norme_siret

TYPES = ("SIRET", "TVA", "TAHITI", "RIDET", "FRWF", "IREP", "HORS-UE")
_ECRITURES = {
    "TVA INTRACOMMUNAUTAIRE": "TVA",
    "TVAINTRACOMMUNAUTAIRE": "TVA",
    "HORS UE": "HORS-UE",
    "HORSUE": "HORS-UE",
    "HORS_UE": "HORS-UE",
    "SIREN": "SIRET",
    "UE": "TVA",
}
_ESPACES = re.compile(r"[\s.\u00a0\u202f-]+")
LONGUEUR = 60


@dataclass(frozen=True)
class Identite:
    """An identifier once read. `siren` is "" when unknown; `phrase` says the defect, "" if none."""

    type: str
    identifiant: str
    valide: bool
    siren: str
    phrase: str


@lru_cache(maxsize=50_000)
def controler(type_identifiant: str, identifiant: str) -> Identite:
    """Read an identifier and say what it is worth.

    SIRET: fourteen digits and the Luhn key, with La Poste's own rule (SIREN 356000000, except its head
    office: sum of digits multiple of 5); TVA: the national rule of the member State that the prefix names.
    The other kinds have no public key: they are held valid when they are not empty.
    """
    genre = _genre(type_identifiant)
    texte = _ESPACES.sub("", identifiant or "").upper()[:LONGUEUR]
    if not texte:
        return Identite(genre, "", False, "", "Aucun identifiant n'est donné pour ce titulaire.")
    if not genre and texte.isdigit() and len(texte) in {9, 14}:
        genre = "SIRET"
    if genre == "SIRET":
        return _siret(texte)
    if genre == "TVA":
        return _tva(texte)
    if genre in TYPES:
        return Identite(genre, texte, True, "", "")
    return Identite("", texte, False, "", f"Le type d'identifiant « {type_identifiant} » n'est pas connu.")


def controler_siren(numero: str) -> str:
    """A sentence if this SIREN is wrong, "" otherwise."""
    if norme_siren.is_valid(numero):
        return ""
    return f"Le SIREN « {numero} » n'est pas valide (neuf chiffres et clé de contrôle). Vérifiez-le."


def tva_de(siren: str) -> str:
    """The French VAT number that a valid SIREN has, "" otherwise (key: 12 + 3 × (SIREN mod 97), mod 97)."""
    return f"FR{_ESPACES.sub('', norme_siren.to_tva(siren))}" if norme_siren.is_valid(siren) else ""


def _genre(texte: str) -> str:
    nu = " ".join((texte or "").upper().split())
    nu = _ECRITURES.get(nu, nu)
    return nu if nu in TYPES else ""


def _siret(texte: str) -> Identite:
    try:
        norme_siret.validate(texte)
    except InvalidLength:
        return _siret_court(texte)
    except InvalidChecksum:
        phrase = f"La clé de contrôle du SIRET « {texte} » est fausse. Vérifiez ses quatorze chiffres."
        tete = texte[:9]
        return Identite("SIRET", texte, False, tete if norme_siren.is_valid(tete) else "", phrase)
    except ValidationError:
        phrase = f"« {texte} » n'est pas un SIRET : il ne porte que des chiffres, quatorze en tout."
        return Identite("SIRET", texte, False, "", phrase)
    return Identite("SIRET", texte, True, texte[:9], "")


def _siret_court(texte: str) -> Identite:
    if len(texte) == 9 and norme_siren.is_valid(texte):
        phrase = f"« {texte} » est un SIREN : il manque les cinq chiffres de l'établissement (SIRET)."
        return Identite("SIRET", texte, False, texte, phrase)
    phrase = f"Le SIRET « {texte} » a {len(texte)} chiffres au lieu de quatorze. Vérifiez-le."
    if len(texte) == 13 and norme_siret.is_valid(f"0{texte}"):
        phrase += f" Le zéro de tête a pu être perdu : « 0{texte} » serait valide."
    return Identite("SIRET", texte, False, "", phrase)


def _tva(texte: str) -> Identite:
    try:
        numero = vat.validate(texte)
    except ValidationError:
        phrase = (
            f"Le numéro de TVA « {texte} » n'est pas valide pour le pays de ses deux premières lettres. "
            f"Vérifiez-le."
        )
        return Identite("TVA", texte, False, "", phrase)
    tete = numero[4:] if numero.startswith("FR") and norme_siren.is_valid(numero[4:]) else ""
    return Identite("TVA", numero, True, tete, "")
