"""Background work of the campaigns: the e-mails. Each task may run twice without sending twice, notices
excepted.
"""

from datetime import date

from django.utils import timezone
from django_tasks import task

from fanal.campagnes.actions import relances
from fanal.campagnes.models import Dossier, Version


@task()
def relancer(jour: str) -> int:
    """Send the reminders due on the day *jour* (ISO); queued every morning. Returns how many were sent."""
    return len(relances.relancer(le=date.fromisoformat(jour), instant=timezone.now()).envoyees)


@task()
def accuser_reception(version: int) -> bool:
    """Acknowledge the deposit of the version of that number."""
    return relances.accuser_reception(version=Version.objects.get(pk=version), instant=timezone.now())


@task()
def annoncer_observations(dossier: int, demandes: int, echeance: str) -> int:
    """Tell the respondent that observations are asked."""
    return relances.annoncer_observations(
        dossier=Dossier.objects.select_related("campagne").get(pk=dossier),
        demandes=demandes,
        echeance=date.fromisoformat(echeance),
        le=timezone.localdate(),
    )
