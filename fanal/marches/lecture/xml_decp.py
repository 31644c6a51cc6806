"""DECP in XML, one contract at a time: `<marches>` holding `<marche>` and `<contrat-concession>`.

No document type is accepted, so neither entity bombs nor external entities; what a contract may weigh is
bounded by the bytes read since the last one ended.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from fanal.marches.lecture.champs import PREVUS
from fanal.marches.lecture.limites import BORNES, RIEN, Bornes, Chrono, check_fichier
from fanal.marches.lecture.resultats import Brut
from fanal.refus import Inutilisable

VERIFIER = "Vérifiez que c'est bien un fichier de données essentielles (DECP) en XML."


class _Source:
    """The file, with the bytes read since the last contract ended."""

    def __init__(self, fichier: IO[bytes], contrat_max: int) -> None:
        self.fichier, self.contrat_max = fichier, contrat_max
        self.depuis = 0

    def read(self, taille: int = -1) -> bytes:
        """Read on. Raises `Inutilisable` when one contract weighs too much."""
        lus = self.fichier.read(taille)
        self.depuis += len(lus)
        if self.depuis > self.contrat_max:
            raise Inutilisable(f"Un élément de ce fichier est démesuré. {VERIFIER} {RIEN}")
        return lus

    def close(self) -> None:
        """The caller owns the file."""


def lire(chemin: Path, bornes: Bornes = BORNES) -> Iterator[Brut]:
    """The contracts of a DECP file in XML, concessions marked as such.

    Raises `Inutilisable`, in one sentence, when the file is not XML, holds a document type, is not a list of
    contracts, is too large, too deep or too long to read.
    """
    check_fichier(chemin, bornes.taille_max)
    chrono = Chrono(bornes.duree_max)
    with chemin.open("rb") as fichier:
        source = _Source(fichier, bornes.contrat_max)
        try:
            for rang, element in enumerate(_contrats(source, bornes), start=1):
                source.depuis = 0
                if rang % 500 == 0:
                    chrono.check()
                yield Brut(rang, _contenu(element), PREVUS, "concession" in _nom(element))
        except DefusedXmlException:
            raise Inutilisable(
                f"Ce fichier XML définit un type de document ou des entités, ce qui n'est pas admis. "
                f"{VERIFIER} {RIEN}"
            ) from None
        except (ParseError, LookupError, ValueError):
            raise Inutilisable(
                f"Ce fichier n'est pas un document XML complet : il est d'une autre nature, ou coupé en "
                f"route. {VERIFIER} {RIEN}"
            ) from None


def _contrats(source: _Source, bornes: Bornes) -> Iterator[Element]:
    racine: Element | None = None
    profondeur = 0
    for evenement, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
        if evenement == "start":
            profondeur += 1
            if profondeur > bornes.profondeur_max:
                raise Inutilisable(
                    f"Ce fichier emboîte ses éléments plus profondément qu'aucun marché. {VERIFIER} {RIEN}"
                )
            if racine is None:
                racine = element
                if _nom(element) != "marches":
                    raise Inutilisable(
                        f"Ce fichier XML n'est pas une liste de marchés : il commence par "
                        f"« {_nom(element)[:40]} » au lieu de « marches ». {VERIFIER} {RIEN}"
                    )
            continue
        profondeur -= 1
        if profondeur == 1 and racine is not None:
            if _nom(element) in ("marche", "contrat-concession"):
                yield element
            racine.clear()


def _nom(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _contenu(element: Element) -> dict[str, Any]:
    """The children by name; a repeated name is a list."""
    contenu: dict[str, Any] = {}
    for enfant in element:
        nom = _nom(enfant)
        valeur = _contenu(enfant) if len(enfant) else (enfant.text or "").strip()
        if nom not in contenu:
            contenu[nom] = valeur
        elif isinstance(contenu[nom], list):
            contenu[nom].append(valeur)
        else:
            contenu[nom] = [contenu[nom], valeur]
    return contenu
