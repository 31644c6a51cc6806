"""Background work of spend. A task may run twice: what is done is not done again."""

from django.utils import timezone
from django_tasks import task


@task()
def importer(depot: int) -> str:
    """Read a waiting file of order lines into the lake; returns the state it reached."""
    # Imported here: the actions queue these tasks.
    from fanal.depenses.actions.depots import executer

    return executer(numero=depot, instant=timezone.now()).etat
