"""An empty base made at once, as its migrations one by one would leave it.

Applying a hundred migrations to nothing renders some ten thousand models and makes again tables that hold no
row: all but a second of the time that a new base takes. What those migrations say of the tables is in their
final state, so the tables are made from it, once; what they do to rows has no object where there are none,
apart from `REJOUEES`. A migration that this way does not understand is left, with those that stand on it, to
the framework, which applies what is left as usual: a new migration can make this slower, not wrong.
"""

from collections.abc import Iterable

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

# What the final state tells whole.
DESSINEES = frozenset(
    {
        operations.CreateModel,
        operations.DeleteModel,
        operations.AlterModelOptions,
        operations.AlterModelManagers,
        operations.AlterUniqueTogether,
        operations.AddField,
        operations.AlterField,
        operations.RemoveField,
        operations.AddIndex,
        operations.RemoveIndex,
        operations.RenameIndex,
        operations.AddConstraint,
        operations.RemoveConstraint,
    }
)
# Migrations read one by one: those of the libraries that rewrite the rows of older versions, and nothing else
# that the final state does not tell. Ours say as much of an operation by `elidable=True`.
SANS_OBJET = frozenset(
    {
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0011_update_proxy_permissions"),
        ("account", "0006_emailaddress_lower"),
        ("account", "0008_emailaddress_unique_primary_email_fixup"),
        ("django_tasks_database", "0008_separate_results_field"),
        ("django_tasks_database", "0011_rename_complete_status"),
        ("django_tasks_database", "0013_separate_exception_fields"),
        ("django_tasks_database", "0016_remove_dbtaskresult_django_task_new_ordering_idx_and_more"),
        ("django_tasks_database", "0018_rename_succeeded_status"),
        (
            "django_tasks_database",
            "0019_rename_django_task_new_ordering_idx_tasks_db_new_ordering_idx_and_more",
        ),
    }
)
# What is laid in a base that has no row: run over the finished tables, in the order of the migrations.
REJOUEES = frozenset({("journal", "0002_append_only")})


def understood(migration: Migration) -> bool:
    """Whether the final state and the two lists above tell all that *migration* does to an empty base."""
    key = (migration.app_label, migration.name)
    return migration.atomic and (
        key in SANS_OBJET or all(_drawn(operation, key in REJOUEES) for operation in migration.operations)
    )


def _drawn(operation: Operation, replayed: bool) -> bool:
    if type(operation) in DESSINEES:
        return True
    return isinstance(operation, operations.RunPython) and (replayed or operation.elidable)


def left_aside(executor: MigrationExecutor) -> set[tuple[str, str]]:
    """The migrations, as (application, name), that an empty base still has to undergo one by one."""
    left: set[tuple[str, str]] = set()
    graph = executor.loader.graph
    for migration in whole_plan(executor):
        key = (migration.app_label, migration.name)
        if not understood(migration) or left & {parent.key for parent in graph.node_map[key].parents}:
            left.add(key)
    return left


def whole_plan(executor: MigrationExecutor) -> list[Migration]:
    """All migrations, in the order that an empty base undergoes them."""
    leaves = executor.loader.graph.leaf_nodes()
    return [migration for migration, _ in executor.migration_plan(leaves, clean_start=True)]


def create_at_once(connection: BaseDatabaseWrapper) -> bool:
    """Make the tables of *connection*'s base if it has none, whole or not at all.

    Returns whether it was done. Either way the framework's `migrate` is to follow: it applies what was left
    aside and tells the applications that the base is there.
    """
    executor = MigrationExecutor(connection)
    left = left_aside(executor)
    done = [m for m in whole_plan(executor) if (m.app_label, m.name) not in left]
    state = final_state(done)
    with connection.schema_editor() as editor:
        # Asked inside the transaction: on the embedded engine, another process waits there for its turn.
        if connection.introspection.table_names():
            return False
        editor.create_model(MigrationRecorder.Migration)
        for model in state.apps.get_models():
            if model._meta.can_migrate(connection) and router.allow_migrate_model(connection.alias, model):
                editor.create_model(model)
        # Not left to the end of the editor, which closes the transaction: the records are part of it.
        while editor.deferred_sql:
            editor.execute(editor.deferred_sql.pop(0), params=None)
        for migration in done:
            if (migration.app_label, migration.name) in REJOUEES:
                for operation in migration.operations:
                    operation.database_forwards(migration.app_label, editor, state, state)
            executor.record_migration(migration)
    return True


def final_state(migrations: Iterable[Migration]) -> ProjectState:
    """What *migrations* leave of the models, nothing being rendered on the way."""
    state = ProjectState()
    for migration in migrations:
        migration.mutate_state(state, preserve=False)
    return state
