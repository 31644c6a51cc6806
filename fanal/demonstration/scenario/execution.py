"""Playing the calendar: what is done is remembered, files are read ahead while the base is written."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django_tasks import task_backends
from django_tasks.backends.dummy import DummyBackend

from fanal.demonstration.classeurs.ensemble import Fichier, write_all
from fanal.demonstration.models import GesteAccompli
from fanal.demonstration.plan.campagnes import planifier
from fanal.demonstration.plan.modele import Plan
from fanal.demonstration.scenario import lignes
from fanal.demonstration.scenario.calendrier import Geste, schedule
from fanal.demonstration.scenario.gestes import GESTES, Contexte, reading_mapping
from fanal.depots import formats, lecture
from fanal.depots.queries import as_reading_mapping
from fanal.ramassage import rare_collections
from fanal.refus import Inutilisable

DOSSIER = "demonstration"
AVANCE = 6  # files read ahead
DERNIER = "sesame"
Progression = Callable[[str, int, int], None]


def check_allowed() -> None:
    """The demonstration never enters a real platform."""
    if settings.PRODUCTION:
        raise Inutilisable(
            "La démonstration ne se construit pas sur une plateforme en production (FANAL_MODE=production). "
            "Lancez-la sur un autre poste, ou avec un autre FANAL_VAR et FANAL_MODE=demonstration."
        )


def is_complete() -> bool:
    """Whether the whole scenario has been played, order lines apart."""
    return GesteAccompli.objects.filter(code=DERNIER).exists()


def build(progresser: Progression, nombre: int = lignes.DEFAUT) -> int:
    """Write the files and play what has not been played yet; returns the number of gestures.

    An interrupted build resumes at the first gesture that was not recorded. E-mails are not sent. *nombre*
    order lines are brought in last; raises `Refus` when that is too many.
    """
    check_allowed()
    lignes.check_number(nombre)
    if is_complete() and lignes.is_built(nombre):
        return 0
    progresser("Calcul du plan", 0, 1)
    plan = planifier()
    with rare_collections():
        played = 0 if is_complete() else play(plan, progresser)
        with _silent_tasks():
            return played + lignes.play(plan, nombre, progresser)


def play(plan: Plan, progresser: Progression) -> int:
    """Write the files of a plan and play its calendar, except what was played already."""
    progresser("Écriture des classeurs", 0, 1)
    fichiers = write_all(plan, settings.VAR / DOSSIER)
    faits = set(GesteAccompli.objects.values_list("code", flat=True))
    gestes = [g for g in schedule(plan, fichiers) if g.cle not in faits]
    contexte = Contexte(plan)
    with _silent_tasks(), _reading_ahead(gestes) as contexte.lectures:
        for rang, geste in enumerate(gestes):
            progresser(_title(geste), rang, len(gestes))
            with transaction.atomic():
                GESTES[geste.nature](contexte, geste)
                GesteAccompli.objects.create(code=geste.cle, instant=geste.instant)
    progresser("Démonstration construite", len(gestes), len(gestes))
    return len(gestes)


def _title(geste: Geste) -> str:
    return " ".join(
        filter(None, [geste.nature.replace("_", " ").capitalize(), str(geste.annee or ""), geste.code])
    )


@contextmanager
def _silent_tasks() -> Iterator[None]:
    """Let no acknowledgement or reminder of the past reach the queue."""
    avant = task_backends["default"]
    task_backends["default"] = DummyBackend(alias="default", params={"QUEUES": ["default"]})
    try:
        yield
    finally:
        task_backends["default"] = avant


@contextmanager
def _reading_ahead(gestes: list[Geste]) -> Iterator[Callable[[Fichier], lecture.Lecture | None]]:
    """Read the next files in the background; the files that need a mapping are read when their turn comes."""
    envois = [g.fichier for g in gestes if g.fichier is not None and not g.fichier.correspondance]
    restants = iter(envois)
    attente: dict[Fichier, Future[lecture.Lecture]] = {}
    with ThreadPoolExecutor(max_workers=2) as equipe:

        def avancer() -> None:
            for fichier in restants:
                attente[fichier] = equipe.submit(_read, fichier)
                if len(attente) >= AVANCE:
                    return

        def prendre(fichier: Fichier) -> lecture.Lecture | None:
            futur = attente.pop(fichier, None)
            avancer()
            if futur is not None:
                return futur.result()
            correspondance = reading_mapping(fichier)
            if correspondance is None:
                return None
            return lecture.lire(
                fichier.chemin,
                formats.charger(fichier.format),
                correspondance=as_reading_mapping(correspondance),
            )

        avancer()
        try:
            yield prendre
        finally:
            equipe.shutdown(wait=False, cancel_futures=True)


def _read(fichier: Fichier) -> lecture.Lecture:
    return lecture.lire(fichier.chemin, formats.charger(fichier.format))
