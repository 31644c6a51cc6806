from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def keep_append_only(*, using: str, **_: Any) -> None:
    """Put the triggers and the head back: a later migration that rebuilds the table would drop them."""
    from django.db import connections

    from fanal.journal.declencheurs import TABLE, poser
    from fanal.journal.models import Tete

    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        poser(connection)
        Tete.objects.using(using).get_or_create(pk=1)


class JournalConfig(AppConfig):
    name = "fanal.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        from fanal.interface import menu

        post_migrate.connect(keep_append_only, sender=self)
        menu.enregistrer(menu.Entree("Journal", "journal:liste", "journal-text", "journal.voir", ordre=92))
