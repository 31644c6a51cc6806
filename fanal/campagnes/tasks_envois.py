"""Background work of the deposits. A reading may run twice: what is done is not done again."""

from django.utils import timezone
from django_tasks import task


@task()
def lire(envoi: int) -> str:
    """Read and deposit the file sent under that number; returns the state it reached."""
    # Imported here: the action queues this task.
    from fanal.campagnes.actions import envois

    return envois.traiter(numero=envoi, instant=timezone.now()).etat
