from django.apps import AppConfig


class ConvergenceConfig(AppConfig):
    name = "fanal.convergence"
    label = "convergence"
    verbose_name = "Convergence"

    def ready(self) -> None:
        from fanal.convergence import volet
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.marches import volets

        volets.enregistrer(volet.VOLET)
        enregistrer_libelles(
            {
                "convergence.retenir": "Départ commun retenu",
                "convergence.ecarter": "Départ commun écarté",
                "convergence.inscrire": "Action de convergence inscrite au plan",
            }
        )
