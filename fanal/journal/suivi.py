"""Knowing from the journal whether anything was written of some applications since the last look."""

from threading import Lock
from typing import Any

from django.db.models import Q

from fanal.journal.models import Entree, Tete


class Suivi:
    """Names the states of what *applications* hold by the last entry of the journal that touched them.

    Every write is journaled in its own transaction, so a state that has not changed has no new entry.
    """

    def __init__(self, *applications: str) -> None:
        self._prefixes = [f"{name}." for name in applications]
        self._verrou = Lock()
        self._vue, self._empreinte, self._derniere = 0, "", 0

    def numero(self) -> int:
        """The number of that entry. Only what the journal gained since the last call is looked at."""
        head = Tete.objects.values_list("numero", "empreinte").first() or (0, "")
        with self._verrou:
            if (self._vue, self._empreinte) == head:
                return self._derniere
            if not self._vue or head[0] <= self._vue or self._touche(self._vue, head[0]).exists():
                self._derniere = head[0]
            self._vue, self._empreinte = head
            return self._derniere

    def entrees(self, after: int, until: int) -> list[tuple[str, str, str]]:
        """The entries that touched the applications between two states: type, object, action."""
        rows = self._touche(after, until).values_list("objet_type", "objet_id", "action")
        return list(rows.distinct().order_by())

    def _touche(self, after: int, until: int) -> Any:
        ours = Q()
        for prefix in self._prefixes:
            ours |= Q(objet_type__startswith=prefix)
        return Entree.objects.filter(ours, numero__gt=after, numero__lte=until)
