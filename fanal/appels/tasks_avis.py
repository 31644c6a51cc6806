"""Background work of the instruction: e-mails about opinions and decisions on admissibility."""

from datetime import date

from django.utils import timezone
from django_tasks import task


@task()
def relancer_avis(jour: str) -> int:
    """Send the reminders of opinions due on the day *jour* (ISO); queued every morning. How many e-mails."""
    from fanal.appels.actions import relances_avis  # the actions queue these tasks

    return relances_avis.relancer(le=date.fromisoformat(jour), instant=timezone.now()).courriels


@task()
def annoncer_demandes(demandes: list[int]) -> int:
    """Tell those asked that opinions are asked of them: one e-mail per account and due date."""
    from fanal.appels.actions import relances_avis

    return relances_avis.annoncer(numeros=demandes, le=timezone.localdate())


@task()
def annoncer_instruction(dossiers: list[int], geste: str, motif: str) -> int:
    """Tell the applicants of these dossiers what was decided on their admissibility."""
    from fanal.appels.actions import relances_avis

    return relances_avis.annoncer_instruction(
        numeros=dossiers, geste=geste, motif=motif, le=timezone.localdate()
    )
