from django.apps import AppConfig


class AchatsConfig(AppConfig):
    name = "fanal.achats"
    label = "achats"
    verbose_name = "Achats"

    def ready(self) -> None:
        from fanal.achats.registre import PERFORMANCE
        from fanal.campagnes import registre

        registre.enregistrer(PERFORMANCE)
