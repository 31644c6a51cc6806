"""DECP in JSON, one contract at a time: `{"marches": […]}` (1.5) and `{"marches": {"marche": […]}}` (2).

The standard library's decoder reads each contract; only the frame around them is walked here, so that a file
of hundreds of megabytes never stands whole in memory.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from fanal.marches.lecture.champs import PREVUS
from fanal.marches.lecture.limites import BORNES, RIEN, Bornes, Chrono, check_fichier, encodage
from fanal.marches.lecture.resultats import Brut
from fanal.refus import Inutilisable

TRANCHE = 1 << 20
BLANCS = " \t\r\n"
CONCESSIONS = ("contrat-concession", "contratConcession", "contrats-concession")
VERIFIER = "Vérifiez que c'est bien un fichier de données essentielles (DECP)."


class _Tampon:
    """A window on the text of the file, that grows only while a value needs it."""

    def __init__(self, fichier: IO[str], bornes: Bornes) -> None:
        self.fichier, self.bornes = fichier, bornes
        self.texte, self.place = "", 0
        self.fini = False
        self.decodeur = json.JSONDecoder(parse_float=Decimal, parse_constant=str)

    def etendre(self) -> bool:
        """Read on, dropping what was consumed; False at the end of the file."""
        if self.fini:
            return False
        reste = self.texte[self.place :]
        # Doubling keeps the cost of a long value linear.
        suite = self.fichier.read(max(TRANCHE, len(reste)))
        self.fini = not suite
        self.texte, self.place = reste + suite, 0
        return bool(suite)

    def voir(self) -> str:
        """The next character that is not a blank, left in place; "" at the end."""
        while True:
            texte, place, fin = self.texte, self.place, len(self.texte)
            while place < fin and texte[place] in BLANCS:
                place += 1
            self.place = place
            if place < fin:
                return texte[place]
            if not self.etendre():
                return ""

    def prendre(self, attendus: str) -> str:
        """Consume the next character, which must be one of those. Raises `Inutilisable`."""
        lu = self.voir()
        if not lu or lu not in attendus:
            raise pas_json()
        self.place += 1
        return lu

    def valeur(self) -> Any:
        """Decode the next value whole. Raises `Inutilisable` when it is wrong, too long or too deep."""
        self.voir()
        while True:
            try:
                lue, fin = self.decodeur.raw_decode(self.texte, self.place)
            except RecursionError:
                raise trop_profond() from None
            except ValueError as erreur:
                if len(self.texte) - self.place > self.bornes.contrat_max:
                    raise _trop_long() from None
                if not self.etendre():
                    raise pas_json() from erreur
                continue
            # A number that touches the end of the window may go on after it.
            if fin == len(self.texte) and not self.fini and self.etendre():
                continue
            self.place = fin
            return lue

    def sauter(self) -> None:
        """Step over a value that is of no use here."""
        self.valeur()


def lire(chemin: Path, bornes: Bornes = BORNES) -> Iterator[Brut]:
    """The contracts of a DECP file in JSON, concessions marked as such.

    Raises `Inutilisable`, in one sentence, when the file is not JSON, is not a list of contracts, is too
    large, too deep or too long to read.
    """
    check_fichier(chemin, bornes.taille_max)
    chrono = Chrono(bornes.duree_max)
    with chemin.open(encoding=encodage(chemin), errors="replace", newline="") as fichier:
        tampon = _Tampon(fichier, bornes)
        for rang, (contenu, concession) in enumerate(_contrats(tampon), start=1):
            if rang % 500 == 0:
                chrono.check()
            if not isinstance(contenu, dict):
                contenu = {}
            check_profondeur(contenu, bornes.profondeur_max)
            yield Brut(rang, contenu, PREVUS, concession or _est_concession(contenu))


def _est_concession(contenu: dict[str, Any]) -> bool:
    genre = contenu.get("_type")
    return (isinstance(genre, str) and "concession" in genre.casefold()) or (
        "autoriteConcedante" in contenu and "acheteur" not in contenu
    )


def _contrats(tampon: _Tampon) -> Iterator[tuple[Any, bool]]:
    if not tampon.voir():
        raise pas_json()
    tampon.prendre("{")
    trouve = False
    for cle in _cles(tampon):
        if cle == "marches" and not trouve:
            trouve = True
            yield from _marches(tampon)
        else:
            tampon.sauter()
    if not trouve:
        raise _pas_decp("il ne contient pas « marches »")
    if tampon.voir():
        raise pas_json()


def _marches(tampon: _Tampon) -> Iterator[tuple[Any, bool]]:
    ouvrant = tampon.voir()
    if ouvrant == "[":
        for contenu in _elements(tampon):
            yield contenu, False
        return
    if ouvrant != "{":
        raise _pas_decp("« marches » n'y est pas une liste")
    tampon.prendre("{")
    connue = False
    for cle in _cles(tampon):
        if cle == "marche" or cle in CONCESSIONS:
            connue = True
            yield from ((contenu, cle != "marche") for contenu in _liste(tampon, cle))
        else:
            tampon.sauter()
    if not connue:
        raise _pas_decp("« marches » n'y contient pas « marche »")


def _liste(tampon: _Tampon, cle: str) -> Iterator[Any]:
    ouvrant = tampon.voir()
    if ouvrant == "[":
        yield from _elements(tampon)
    elif ouvrant == "{":
        # A list of one, as converters from XML write it.
        yield tampon.valeur()
    else:
        raise _pas_decp(f"« {cle} » n'y est pas une liste")


def _cles(tampon: _Tampon) -> Iterator[str]:
    """The keys of an object whose brace was consumed; the caller consumes each value."""
    if tampon.voir() == "}":
        tampon.prendre("}")
        return
    while True:
        if tampon.voir() != '"':
            raise pas_json()
        cle = tampon.valeur()
        tampon.prendre(":")
        yield cle
        if tampon.prendre(",}") == "}":
            return


def _elements(tampon: _Tampon) -> Iterator[Any]:
    tampon.prendre("[")
    if tampon.voir() == "]":
        tampon.prendre("]")
        return
    while True:
        yield tampon.valeur()
        if tampon.prendre(",]") == "]":
            return


def check_profondeur(contenu: Any, maximum: int) -> None:
    """Refuse a contract nested deeper than any real one. Raises `Inutilisable`."""
    niveau = [contenu]
    for _ in range(maximum):
        niveau = [
            v
            for x in niveau
            for v in (x.values() if isinstance(x, dict) else x)
            if isinstance(v, dict | list)
        ]
        if not niveau:
            return
    raise trop_profond()


def pas_json() -> Inutilisable:
    """The refusal of a file that is not JSON, or stops halfway."""
    return Inutilisable(
        f"Ce fichier n'est pas un document JSON complet : il est d'une autre nature, ou coupé en route. "
        f"{VERIFIER} {RIEN}"
    )


def _pas_decp(raison: str) -> Inutilisable:
    return Inutilisable(f"Ce fichier JSON n'est pas une liste de marchés : {raison}. {VERIFIER} {RIEN}")


def _trop_long() -> Inutilisable:
    return Inutilisable(
        "Un élément de ce fichier est démesuré, ou le fichier n'est pas un document JSON correct. "
        f"{VERIFIER} {RIEN}"
    )


def trop_profond() -> Inutilisable:
    """The refusal of a document nested deeper than contracts ever are."""
    return Inutilisable(
        f"Ce fichier emboîte ses éléments plus profondément qu'aucun marché. {VERIFIER} {RIEN}"
    )
