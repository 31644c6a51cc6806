"""From a line of any version back to the cell of the file that somebody sent.

A correction keeps the row numbers of the file it corrects: following a line is following the deposits.
"""

from dataclasses import dataclass

from fanal.campagnes.models import Version
from fanal.depots.models import Depot


@dataclass(frozen=True)
class Maillon:
    """One deposit on the way back. `corrections` are the cells of the row it changed: `{titre: (avant,
    après)}`.
    """

    depot: Depot
    feuille: str | None
    ligne: int
    corrections: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Origine:
    """The original file's sheet and row. `chaine` goes from the version's own deposit back to that file."""

    fichier: str
    feuille: str | None
    ligne: int
    depot: Depot
    chaine: tuple[Maillon, ...]

    @property
    def corrections(self) -> list[tuple[Maillon, str, str, str]]:
        """Every change of a cell of the row, the first one first: (link, title, before, after)."""
        return [
            (m, titre, avant, apres)
            for m in reversed(self.chaine)
            for titre, (avant, apres) in m.corrections.items()
        ]


def origine(version: Version, feuille: str | None, ligne: int) -> Origine:
    """Where the line at *feuille*, *ligne* of a version comes from. Raises ValueError without a file."""
    depot = version.depot
    if depot is None:
        raise ValueError(f"Version {version.pk} has no file.")
    table = _table(depot, feuille)
    chaine: list[Maillon] = []
    courant: Depot | None = depot
    while courant is not None:
        lue = courant.lecture.get(table, {}).get("feuille")
        principale = table == courant.format
        cellules = courant.corrections.get(str(ligne), {}) if principale else {}
        chaine.append(Maillon(courant, lue, ligne, {t: (a, b) for t, (a, b) in cellules.items()}))
        # A row added online begins there: the file before it has another row, or none, at that number.
        courant = None if principale and ligne in courant.ajouts else courant.corrige
    premier = chaine[-1]
    return Origine(premier.depot.nom_fichier, premier.feuille, ligne, premier.depot, tuple(chaine))


def _table(depot: Depot, feuille: str | None) -> str:
    """The name of the table read on that sheet; the main one when no sheet has that name."""
    trouvees = [nom for nom, resume in depot.lecture.items() if (resume["feuille"] or "") == (feuille or "")]
    return trouvees[0] if len(trouvees) == 1 else depot.format
