"""Background work of calls: the acknowledgement of a deposit."""

from django.utils import timezone
from django_tasks import task


@task()
def accuser(version: int) -> bool:
    """Acknowledge the version of that number, once. Returns whether an e-mail was sent."""
    from fanal.appels.actions.accuses import accuser_depot
    from fanal.campagnes.models import Version

    return accuser_depot(version=Version.objects.get(pk=version), instant=timezone.now())
