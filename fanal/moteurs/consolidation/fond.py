"""Work done in the background for the questions to come: what it makes is kept beside the lake."""

import atexit
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

MEMOIRE = "800MB"


class EnFond:
    """Something made once in the background, used once it is all there; it may be stopped at any moment.

    *apres*: what goes first.
    """

    nom = "fond"

    def __init__(self, dossier: Path, *, apres: "EnFond | None" = None) -> None:
        self.dossier, self.apres = dossier, apres
        self._faits, self._arret = Event(), Event()
        self._travail: Thread | None = None
        self._connexion: Any = None

    @property
    def pret(self) -> bool:
        """Whether it is all there."""
        return self._faits.is_set()

    def attendre(self, secondes: float | None = None) -> bool:
        """Wait until it is there; whether it is."""
        return self._faits.wait(secondes)

    def arreter(self) -> None:
        """Stop: what is under way is dropped, what is made is kept."""
        self._arret.set()
        while self._travail is not None and self._travail.is_alive():
            if self._connexion is not None:
                self._connexion.interrupt()
            self._travail.join(0.05)

    def _attendre_son_tour(self) -> None:
        avant = self.apres._travail if self.apres else None
        while avant is not None and avant.is_alive() and not self._arret.is_set():
            avant.join(0.1)

    def _lancer(self, *args: Any) -> None:
        self._travail = Thread(target=self._tenter, args=args, daemon=True, name=self.nom)
        self._travail.start()
        # A command that ends does not wait for what another process will make.
        atexit.register(self.arreter)

    def _tenter(self, *args: Any) -> None:
        import duckdb

        self._attendre_son_tour()
        self.dossier.mkdir(parents=True, exist_ok=True)
        # One core: the questions of the moment keep the others.
        reglages: dict[str, Any] = {
            "threads": 1,
            "memory_limit": MEMOIRE,
            "temp_directory": str(self.dossier / "duckdb"),
        }
        with duckdb.connect(config=reglages) as connexion:
            self._connexion = connexion
            try:
                if not self._faire(connexion, *args):
                    return
            except (duckdb.Error, OSError):
                # Without it (stopped, disk full, file withdrawn), questions read the lines.
                return
            finally:
                self._connexion = None
        self._faits.set()

    def _faire(self, connexion: Any, *args: Any) -> bool:
        """Do the work; whether it was done to the end."""
        raise NotImplementedError


@contextmanager
def place(cible: Path) -> Iterator[Path]:
    """A name to write under: *cible* appears once the file is whole."""
    cible.parent.mkdir(parents=True, exist_ok=True)
    provisoire = cible.with_suffix(f".{uuid.uuid4().hex}.tmp")
    try:
        yield provisoire
        provisoire.replace(cible)
    finally:
        provisoire.unlink(missing_ok=True)


def cite(chemin: Path) -> str:
    """A path of ours as a text of SQL."""
    return "'" + str(chemin).replace("'", "''") + "'"
