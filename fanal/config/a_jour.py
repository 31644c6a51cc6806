"""Whether a base has undergone every migration, asked without loading them: a command asks it each time."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def up_to_date(connection: BaseDatabaseWrapper) -> bool:
    """True when *connection*'s base has no migration to undergo.

    When all those written are recorded there, none is loaded; otherwise the framework says whether the ones
    that are not are needed. Raises DatabaseError when the base does not answer.
    """
    if written() <= set(MigrationRecorder(connection).applied_migrations()):
        return True
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def written() -> set[tuple[str, str]]:
    """The migrations that the code holds, as (application, name), by their files (those that the framework's
    own loader takes)."""
    found = set()
    for application in apps.get_app_configs():
        module, _ = MigrationLoader.migrations_module(application.label)
        if module and find_spec(module):
            found |= {
                (application.label, name)
                for _, name, package in pkgutil.iter_modules(import_module(module).__path__)
                if not package and name[0] not in "_~"
            }
    return found
