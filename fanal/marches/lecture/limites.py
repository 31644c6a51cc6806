"""How much a file of contracts may ask for, and the sentences that say it is too much."""

import codecs
import time
from dataclasses import dataclass, field
from pathlib import Path

from fanal.refus import Inutilisable

RIEN = "Rien n'a été enregistré."


@dataclass(frozen=True)
class Bornes:
    """Bounds of one reading: bytes of the file, characters of one contract, nesting, seconds."""

    taille_max: int = 600 * 1024 * 1024
    contrat_max: int = 8 * 1024 * 1024
    profondeur_max: int = 40
    duree_max: float = 900.0
    tableau_taille_max: int = 200 * 1024 * 1024
    tableau_lignes_max: int = 600_000


BORNES = Bornes()


@dataclass
class Chrono:
    """Refuses a reading that lasts too long. The clock measures effort, it decides of no value."""

    duree_max: float
    depart: float = field(default_factory=time.monotonic)

    def check(self) -> None:
        """Raises `Inutilisable` past the time allowed."""
        if time.monotonic() - self.depart > self.duree_max:
            raise Inutilisable(
                f"La lecture de ce fichier a dépassé {self.duree_max:.0f} secondes et a été arrêtée. "
                f"Partagez-le en plusieurs fichiers. {RIEN}"
            )


def encodage(chemin: Path) -> str:
    """The encoding of a text file: the one its first bytes announce, UTF-8 if it is, else Windows-1252.

    A file of UTF-8 with some broken letters stays UTF-8: those letters alone are lost.
    """
    with chemin.open("rb") as fichier:
        debut = fichier.read(4)
        if debut.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        fichier.seek(0)
        decodeur = codecs.getincrementaldecoder("utf-8")("replace")
        perdues = lettres = 0
        while tranche := fichier.read(1 << 20):
            if not tranche.isascii():
                texte = decodeur.decode(tranche)
                ici = texte.count("\ufffd")
                perdues += ici
                lettres += len(texte.encode("ascii", "ignore")) < len(texte) - ici
    return "cp1252" if perdues and not lettres else "utf-8-sig"


def check_fichier(chemin: Path, taille_max: int) -> None:
    """The file exists, holds something, and is not too large. Raises `Inutilisable`."""
    if not chemin.is_file():
        raise Inutilisable(f"Le fichier « {chemin.name} » n'existe pas. Vérifiez son chemin.")
    taille = chemin.stat().st_size
    if taille == 0:
        raise Inutilisable(
            f"Le fichier « {chemin.name} » est vide. Demandez-le de nouveau à qui l'a produit. {RIEN}"
        )
    if taille > taille_max:
        raise Inutilisable(
            f"Ce fichier pèse {taille / 1048576:.0f} Mo ; {taille_max // 1048576} Mo au plus sont lus. "
            f"Partagez-le en plusieurs fichiers. {RIEN}"
        )
