"""Background work of the follow-up: the reminders. Running twice sends nothing more."""

from datetime import date

from django.utils import timezone
from django_tasks import task


@task()
def rappeler_projets(jour: str) -> int:
    """Send the reminders due on the day *jour* (ISO); queued every morning. Returns how many were sent."""
    from fanal.appels.actions.rappels_suivi import rappeler

    return len(rappeler(le=date.fromisoformat(jour), instant=timezone.now()).envoyes)
