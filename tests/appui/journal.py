"""Emptying the test base between journeys, which the journal's own triggers refuse."""

from typing import Any

from django.db.backends.base.operations import BaseDatabaseOperations

from fanal.journal.declencheurs import TABLE, poser, retirer

_flush = BaseDatabaseOperations.execute_sql_flush


def flush_with_journal(self: Any, sql_list: list[str]) -> None:
    """Lift the journal's triggers while a test base is emptied, and put them back."""
    connection = self.connection
    if TABLE not in connection.introspection.table_names():
        _flush(self, sql_list)
        return
    retirer(connection)
    try:
        _flush(self, sql_list)
    finally:
        poser(connection)


BaseDatabaseOperations.execute_sql_flush = flush_with_journal  # type: ignore[method-assign]
