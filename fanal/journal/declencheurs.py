"""Database triggers that make the journal append-only, whoever holds the connection."""

from typing import Any

TABLE = "journal_entree"
MESSAGE = "Le journal ne se modifie pas : on y ajoute seulement."

_SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS journal_sans_{verb.lower()} BEFORE {verb} ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""
    for verb in ("UPDATE", "DELETE")
]
# INSERT OR REPLACE deletes the old row without firing DELETE triggers.
_SQLITE.append(
    f"""CREATE TRIGGER IF NOT EXISTS journal_sans_replace BEFORE INSERT ON {TABLE}
    WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE numero = NEW.numero OR empreinte = NEW.empreinte)
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""  # noqa: S608 - constants only
)
_SQLITE_RETRAIT = [f"DROP TRIGGER IF EXISTS journal_sans_{verb}" for verb in ("update", "delete", "replace")]

_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$""",
    f"""CREATE OR REPLACE TRIGGER journal_sans_modification BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION journal_refuse()""",
    f"""CREATE OR REPLACE TRIGGER journal_sans_vidage BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()""",
]
_POSTGRESQL_RETRAIT = [
    f"DROP TRIGGER IF EXISTS journal_sans_modification ON {TABLE}",
    f"DROP TRIGGER IF EXISTS journal_sans_vidage ON {TABLE}",
]


def poser(connection: Any) -> None:
    """Create the triggers of *connection*'s database; harmless when they are there."""
    _run(connection, {"sqlite": _SQLITE, "postgresql": _POSTGRESQL})


def retirer(connection: Any) -> None:
    """Drop the triggers: for reversing the migration, and for test bases emptied between tests."""
    _run(connection, {"sqlite": _SQLITE_RETRAIT, "postgresql": _POSTGRESQL_RETRAIT})


def _run(connection: Any, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
