"""Background work of procedures: the reminders. Running twice sends nothing more."""

from datetime import date

from django.utils import timezone
from django_tasks import task

from fanal.procedures.actions import relances


@task()
def rappeler(jour: str) -> int:
    """Send the reminders due on the day *jour* (ISO); queued every morning. Returns how many were sent."""
    return len(relances.relancer(le=date.fromisoformat(jour), instant=timezone.now()).envoyees)
