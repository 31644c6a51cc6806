"""Background work of the imports. A task may run twice: what is done is not done again."""

from django.utils import timezone
from django_tasks import task


@task()
def lire(importation: int) -> str:
    """Read the file of an import, to show what it would do; returns the state it reached."""
    # Imported here: the actions queue these tasks.
    from fanal.marches.actions import importations

    return importations.preparer(numero=importation, instant=timezone.now()).etat


@task()
def enregistrer(importation: int) -> str:
    """Record the contracts of an import; returns the state it reached."""
    from fanal.marches.actions import importations

    return importations.executer(numero=importation, instant=timezone.now()).etat
