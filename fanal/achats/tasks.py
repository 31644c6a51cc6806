"""Background work of the purchases. Each task may run twice: what is done is done again, the same."""

from django.utils import timezone
from django_tasks import task

from fanal.campagnes.models import Version


@task()
def control_after_declaration(version: int) -> int:
    """Control again the trames that an operator's declaration concerns. Returns how many."""
    # Imported here: the action that records a declaration queues this task.
    from fanal.achats.actions import reprise

    found = Version.objects.select_related("dossier__campagne", "dossier__operateur").get(pk=version)
    return reprise.control_after_declaration(version=found, instant=timezone.now())
