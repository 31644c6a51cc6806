"""Requests whose writings are undone, so that the order of a walk does not matter."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from fanal.memoire import vider_tout


def rows_written() -> int | None:
    """How many rows this connection has written so far, undone or not; None when the base does not count."""
    return connection.connection.total_changes if connection.vendor == "sqlite" else None


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is written within, and forget what was read of it."""
    before = rows_written()
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        if rows_written() != before:
            vider_tout()
