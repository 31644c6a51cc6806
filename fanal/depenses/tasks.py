"""Background work of spend. A task may run twice: what is done is not done again."""

from datetime import date

from django.utils import timezone
from django_tasks import task


@task()
def importer(depot: int) -> str:
    """Read a waiting file of order lines into the lake; returns the state it reached."""
    # Imported here: the actions queue these tasks.
    from fanal.depenses.actions.depots import executer

    state = executer(numero=depot, instant=timezone.now()).etat
    geler_apres_depot.enqueue(depot)
    compacter.enqueue()
    return state


@task()
def compacter() -> int:
    """Merge the files of the lake when small ones are many; returns how many are in force."""
    from fanal.depenses.actions import compactage

    now = timezone.now()
    count, enough = compactage.petits(now)
    return compactage.compacter(by=None, instant=now).apres if enough else count


@task()
def geler_references(jour: str) -> int:
    """Freeze the references of gains that are ready on the day *jour* (ISO); returns how many were."""
    from fanal.depenses.actions import gel_automatique

    return gel_automatique.geler_pretes(le=date.fromisoformat(jour), instant=timezone.now())


@task()
def geler_apres_depot(depot: int) -> int:
    """The same for the establishments of a deposit that was just read."""
    from fanal.depenses.actions import gel_automatique

    return gel_automatique.geler_apres(depot=depot, le=timezone.localdate(), instant=timezone.now())
