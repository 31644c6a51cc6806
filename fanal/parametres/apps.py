from django.apps import AppConfig


class ParametresConfig(AppConfig):
    name = "fanal.parametres"
    label = "parametres"
    verbose_name = "Paramètres"

    def ready(self) -> None:
        from fanal.interface import menu

        menu.enregistrer(menu.Entree("Paramètres", "parametres:liste", "sliders", "journal.voir", 90))
