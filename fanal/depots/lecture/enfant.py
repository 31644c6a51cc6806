"""The reading process: takes jobs on its standard input, gives results on its standard output.

It writes no file, opens no network connection and lives as long as its parent. Memory, processor time and
open files are limited before the first job; a job that goes over kills the process, and the parent says so.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

_POULS = 2.0
# openpyxl saves through temporary files: allowed while annotating only.
_TEMPORAIRE_MAX = 1024 * 1024 * 1024


def surveiller_parent(parent: int) -> None:
    """Leave as soon as the parent is gone, even in the middle of a job."""

    def veiller() -> None:
        while os.getppid() == parent:
            time.sleep(_POULS)
        os._exit(0)

    threading.Thread(target=veiller, daemon=True).start()


def borner(memoire: int) -> None:
    """Limit memory (on top of what the process already holds), files written and files open."""
    occupee = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (occupee + memoire, occupee + memoire))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, _TEMPORAIRE_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def borner_temps(secondes: float) -> None:
    """Limit the processor time of the coming job; the parent's wall clock comes first as a rule."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime + secondes) + 2, resource.RLIM_INFINITY)
    )


def traiter(tete: dict[str, Any], joints: list[bytes]) -> bytes:
    """One job: read, preview or annotate a file. Refusals are results; anything else is a refusal too.

    *joints* holds the document of the format, when the job has one.
    """
    from fanal.depots.lecture import echange
    from fanal.depots.lecture.resultats import FichierIllisible
    from fanal.depots.lecture.texte import illisible

    try:
        return _executer(tete, joints)
    except FichierIllisible as refus:
        return echange.emballer({"refus": refus.phrase, "code": refus.code}, [])
    except MemoryError:
        return echange.emballer({"memoire": True}, [])
    except Exception as erreur:  # the person sees a sentence; the parent logs what it was
        inconnu = illisible("son contenu n'a pas pu être interprété")
        detail = f"{type(erreur).__name__}: {erreur}"[:500]
        return echange.emballer({"refus": inconnu.phrase, "code": inconnu.code, "detail": detail}, [])


def _executer(tete: dict[str, Any], joints: list[bytes]) -> bytes:
    from fanal.depots.lecture import echange
    from fanal.depots.lecture.annotation import annoter_octets
    from fanal.depots.lecture.apercu import apercu_ici
    from fanal.depots.lecture.cellules import cellules_ici
    from fanal.depots.lecture.lecteur import lire_ici
    from fanal.depots.lecture.resultats import Anomalie

    limites = echange.limites_depuis(tete["limites"])
    correspondance = echange.correspondance_depuis(tete["correspondance"])
    format_ = _format(joints[0]) if joints else None
    chemin = Path(tete["chemin"])
    if tete["travail"] == "annoter":
        anomalies = [Anomalie(*a) for a in tete["anomalies"]]
        with _ecriture_permise():
            octets = annoter_octets(chemin, anomalies, format_, correspondance, limites)
        return echange.emballer({}, [octets])
    if tete["travail"] == "cellules":
        return echange.emballer({"feuilles": [asdict(f) for f in cellules_ici(chemin, limites)]}, [])
    if format_ is None:
        raise ValueError("a format is needed")
    if tete["travail"] == "apercu":
        return echange.emballer(asdict(apercu_ici(chemin, format_, correspondance, limites)), [])
    return echange.emballer(*echange.lecture_vers(lire_ici(chemin, format_, correspondance, limites)))


@contextlib.contextmanager
def _ecriture_permise() -> Iterator[None]:
    dure = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (dure, dure))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, dure))


@lru_cache(maxsize=64)
def _format(source: bytes) -> Any:
    import json

    from fanal.depots.formats import depuis_documents

    documents = json.loads(source)
    return depuis_documents(documents["nom"], documents["document"], documents["annexes"])


def _recevoir(entree: BinaryIO, nombre: int) -> bytes:
    octets = entree.read(nombre)
    if len(octets) < nombre:
        raise EOFError
    return octets


def main(memoire: int, parent: int) -> None:
    """Serve jobs until the parent closes the pipe."""
    surveiller_parent(parent)
    logging.disable(logging.CRITICAL)
    entree, sortie = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not end up among the results.
    os.dup2(2, 1)
    from fanal.depots.lecture import annotation, apercu, cellules, echange, lecteur  # noqa: F401 - loaded before

    sortie.write(echange.emballer({"pret": True}, []))
    sortie.flush()
    borner(memoire)
    # What is loaded stays: the collector need not look at it again for each file.
    gc.freeze()
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            tete, joints = echange.deballer(lambda n: _recevoir(entree, n))
            borner_temps(tete["limites"]["duree_max"])
            sortie.write(traiter(tete, joints))
            sortie.flush()
    os._exit(0)
