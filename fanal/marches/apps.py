from django.apps import AppConfig


class MarchesConfig(AppConfig):
    name = "fanal.marches"
    label = "marches"
    verbose_name = "Marchés"

    def ready(self) -> None:
        from fanal.interface import menu

        menu.enregistrer(menu.Entree("Marchés", "marches:portefeuille", "files", "marche.voir", 14))
