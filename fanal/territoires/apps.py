from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def load_references(*, using: str, **_: Any) -> None:
    """Any migrated base has the régions, départements and operators, and follows the reference file."""
    from django.db import connections

    from fanal.territoires.actions.references import charger_references
    from fanal.territoires.models import OperateurAchat

    # A base stopped at an older migration may not have the tables yet.
    if OperateurAchat._meta.db_table in connections[using].introspection.table_names():
        charger_references(using)


class TerritoiresConfig(AppConfig):
    name = "fanal.territoires"
    label = "territoires"
    verbose_name = "Territoires"

    def ready(self) -> None:
        from fanal.differe import Differe
        from fanal.interface import menu, recherche
        from fanal.journal.libelles import enregistrer_libelles

        post_migrate.connect(load_references, sender=self)
        menu.enregistrer(menu.Entree("Territoires", "territoires:arbre", "diagram-3", ordre=80))
        recherche.enregistrer("GHT", Differe("fanal.territoires.recherche", "find_ghts"))
        recherche.enregistrer("Établissements", Differe("fanal.territoires.recherche", "find_etablissements"))
        enregistrer_libelles(
            {
                "ght.cree": "GHT créé",
                "ght.modifie": "GHT modifié",
                "etablissement.cree": "Établissement créé",
                "etablissement.modifie": "Établissement modifié",
                "appartenance.ajoutee": "Établissement rattaché",
                "appartenance.modifiee": "Rôle dans le GHT modifié",
                "appartenance.terminee": "Appartenance terminée",
            }
        )
