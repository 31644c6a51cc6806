"""Background work of contracts. Each task may run twice without doing twice."""

from datetime import date

from django.utils import timezone
from django_tasks import task

from fanal.marches.actions import reconductions, relances


@task()
def reconduire(jour: str) -> int:
    """Record the tacit renewals that have begun by the day *jour* (ISO); queued every morning."""
    return reconductions.enregistrer_tacites(le=date.fromisoformat(jour), instant=timezone.now())


@task()
def relancer(jour: str) -> int:
    """Send the reminders due on the day *jour* (ISO). Returns how many e-mails were sent."""
    return relances.relancer(le=date.fromisoformat(jour), instant=timezone.now()).courriels
