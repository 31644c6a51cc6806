"""Migrations that create many tables, without rendering again and again the models already there."""

from itertools import takewhile

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel, Migration
from django.db.migrations.state import ProjectState


class Creation(Migration):
    """A migration whose first operations create tables, applied from one rendering of the models.

    After each operation, the framework renders anew every model linked to the new one, however far: on so
    many linked tables, that is nearly all the time that an empty base takes to make. Tables that are created
    in a row, each as it is at the end of the row, need the models of that end only. What follows them in the
    same migration is applied as usual, and so is everything when going backwards.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """Apply forwards; the state and the tables are those that the operations one by one would give."""
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        created = list(takewhile(lambda operation: isinstance(operation, CreateModel), self.operations))
        project_state.__dict__.pop("apps", None)  # rendered again by the first that asks for it
        for operation in created:
            operation.state_forwards(self.app_label, project_state)
        for operation in created:
            operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        others = self.operations[len(created) :]
        following = type("Migration", (Migration,), {"operations": others, "atomic": self.atomic})
        done: ProjectState = following(self.name, self.app_label).apply(project_state, schema_editor)
        return done
