from django.apps import AppConfig


class AppelsConfig(AppConfig):
    name = "fanal.appels"
    label = "appels"
    verbose_name = "Appels"

    def ready(self) -> None:
        from fanal.appels.types_campagne import APPEL
        from fanal.campagnes import registre

        registre.enregistrer(APPEL)
