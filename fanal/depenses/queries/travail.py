"""Whether the background worker has something to do for a deposit."""

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

TACHE = "fanal.depenses.tasks.importer"


def au_travail(depot: int) -> bool:
    """Whether the import of a deposit is queued or under way."""
    pending = DBTaskResult.objects.filter(
        task_path=TACHE, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    return any(depot in row.args_kwargs.get("args", ()) for row in pending)
