"""A pool of reading processes: hostile files are read by somebody who has nothing to lose.

Each process is started by `subprocess` (no fork of this one: safe under threads and web servers), is used by
one caller at a time, and is replaced when a file kills it. Processes are kept per parent process: after a
fork, the child starts its own.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import logging
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from fanal.depots.lecture import echange
from fanal.depots.lecture.resultats import FichierIllisible, Limites

_RACINE = str(Path(__file__).resolve().parents[3])
_DEMARRAGE_MAX = 60.0
_USAGES_MAX = 5_000
_TUBE = 1 << 20
_journal = logging.getLogger(__name__)


class LecteurMort(Exception):
    """The reading process died or went over its time. `delai` tells which."""

    def __init__(self, *, delai: bool) -> None:
        super().__init__("timeout" if delai else "dead")
        self.delai = delai


class _Lecteur:
    """One reading process and the two pipes that lead to it."""

    def __init__(self, memoire: int) -> None:
        code = f"import sys; sys.path.insert(0, {_RACINE!r}); from fanal.depots.lecture import enfant; "
        code += f"enfant.main({memoire}, {os.getpid()})"
        self.memoire = memoire
        self.usages = 0
        self.processus = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environnement(),
            cwd="/",
            start_new_session=True,
        )
        self.pret = False
        assert self.processus.stdout is not None  # noqa: S101 - a pipe was asked for
        with contextlib.suppress(OSError, AttributeError):
            # Room for a whole answer: the two processes need not wake each other for every part of it.
            fcntl.fcntl(self.processus.stdout.fileno(), fcntl.F_SETPIPE_SZ, _TUBE)

    def vivant(self) -> bool:
        """Whether the process can take a job."""
        return self.processus.poll() is None

    def attendre_pret(self) -> None:
        """Wait for the process to have loaded its libraries."""
        if not self.pret:
            self._recevoir(time.monotonic() + _DEMARRAGE_MAX)
            self.pret = True

    def demander(self, message: bytes, duree: float) -> tuple[dict[str, Any], list[bytes]]:
        """Send a job and wait for its result at most `duree` seconds. Raises LecteurMort."""
        self.usages += 1
        assert self.processus.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            self.processus.stdin.write(message)
            self.processus.stdin.flush()
        except OSError as erreur:
            raise LecteurMort(delai=False) from erreur
        return self._recevoir(time.monotonic() + duree)

    def _recevoir(self, echeance: float) -> tuple[dict[str, Any], list[bytes]]:
        assert self.processus.stdout is not None  # noqa: S101 - a pipe was asked for
        tube = self.processus.stdout.fileno()
        attente = select.poll()
        attente.register(tube, select.POLLIN)
        # One answer at a time: what comes together is read together.
        recu, place = b"", 0

        def lire(nombre: int) -> bytes:
            nonlocal recu, place
            morceaux, manque = [recu[place : place + nombre]], nombre - (len(recu) - place)
            place += nombre
            while manque > 0:
                if not attente.poll(max(0.0, echeance - time.monotonic()) * 1000):
                    raise LecteurMort(delai=True)
                recu = os.read(tube, _TUBE)
                if not recu:
                    raise LecteurMort(delai=self.processus.wait() == -24)  # SIGXCPU
                morceaux.append(recu[:manque])
                place, manque = manque, manque - len(recu)
            return b"".join(morceaux)

        return echange.deballer(lire)

    def arreter(self) -> None:
        """Kill the process and forget it."""
        self.processus.kill()
        for tube in (self.processus.stdin, self.processus.stdout):
            if tube:
                with contextlib.suppress(OSError):
                    tube.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.processus.wait(timeout=10)


def _environnement() -> dict[str, str]:
    """As little as the interpreter needs: no secret of this process reaches the reading one."""
    garde = {
        k: v
        for k, v in os.environ.items()
        if k in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    }
    un_fil = {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    # Keep the memory of one file for the next one: giving it back costs more than parsing.
    memoire = {
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": str(1 << 26),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 27),
    }
    return garde | un_fil | memoire | {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class _Equipe:
    """The reading processes of this process, at most one per core."""

    def __init__(self) -> None:
        self.proprietaire = os.getpid()
        self.verrou = threading.Lock()
        self.places = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
        self.libres: list[_Lecteur] = []

    def prendre(self, memoire: int) -> _Lecteur:
        """A process ready for a job: a free one, else a new one."""
        with self.verrou:
            while self.libres:
                lecteur = self.libres.pop()
                if lecteur.vivant() and lecteur.memoire == memoire and lecteur.usages < _USAGES_MAX:
                    return lecteur
                lecteur.arreter()
        lecteur = _Lecteur(memoire)
        try:
            lecteur.attendre_pret()
        except (LecteurMort, ValueError) as erreur:
            lecteur.arreter()
            raise RuntimeError("the reading process does not start") from erreur
        return lecteur

    def rendre(self, lecteur: _Lecteur) -> None:
        """Give back a process that answered."""
        with self.verrou:
            self.libres.append(lecteur)

    def fermer(self) -> None:
        """Kill the free processes."""
        with self.verrou:
            for lecteur in self.libres:
                lecteur.arreter()
            self.libres.clear()


_equipe: _Equipe | None = None
_verrou_equipe = threading.Lock()


def _trouver_equipe() -> _Equipe:
    global _equipe
    with _verrou_equipe:
        if _equipe is None or _equipe.proprietaire != os.getpid():
            _equipe = _Equipe()
        return _equipe


def fermer() -> None:
    """Kill the idle reading processes of this process; the next reading starts new ones."""
    if _equipe is not None and _equipe.proprietaire == os.getpid():
        _equipe.fermer()


def _oublier() -> None:
    """In a forked child: the processes are the parent's; dropping them closes our copies of the pipes."""
    global _equipe, _verrou_equipe
    _verrou_equipe = threading.Lock()
    _equipe = None


atexit.register(fermer)
os.register_at_fork(after_in_child=_oublier)


def demander(
    tete: dict[str, Any], limites: Limites, joints: list[bytes]
) -> tuple[dict[str, Any], list[bytes]]:
    """Have a job done by a reading process. Raises FichierIllisible if it refuses the file or dies on it."""
    equipe = _trouver_equipe()
    message = echange.emballer(tete, joints)
    with equipe.places:
        lecteur = equipe.prendre(limites.memoire_max)
        try:
            reponse, blobs = lecteur.demander(message, limites.duree_max)
        except LecteurMort as mort:
            lecteur.arreter()
            raise _trop_long(limites) if mort.delai else _trop_lourd() from mort
        except BaseException:
            # An answer half read, or an interruption: this process can no longer be trusted.
            lecteur.arreter()
            raise
        if reponse.get("memoire"):
            lecteur.arreter()
            raise _trop_lourd()
        equipe.rendre(lecteur)
    if "refus" in reponse:
        if "detail" in reponse:
            _journal.warning("unreadable file: %s", reponse["detail"])
        raise FichierIllisible(reponse["refus"], reponse["code"])
    return reponse, blobs


def _trop_long(limites: Limites) -> FichierIllisible:
    return FichierIllisible(
        f"La lecture de ce fichier a dépassé {limites.duree_max:.0f} secondes et a été arrêtée. Copiez "
        "seulement les "
        "lignes utiles dans un nouveau classeur (le modèle vide convient) et déposez celui-ci. Rien n'a "
        "été modifié.",
        "trop-long",
    )


def _trop_lourd() -> FichierIllisible:
    return FichierIllisible(
        "La lecture de ce fichier demande trop de mémoire : il est endommagé, ou s'étend sur des lignes "
        "et des colonnes "
        "vides. Copiez seulement les lignes utiles dans un nouveau classeur (le modèle vide convient) et "
        "déposez celui-ci.",
        "trop-volumineux",
    )
