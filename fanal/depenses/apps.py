from django.apps import AppConfig


class DepensesConfig(AppConfig):
    name = "fanal.depenses"
    label = "depenses"
    verbose_name = "Dépenses"

    def ready(self) -> None:
        from fanal.interface import menu

        menu.enregistrer(menu.Entree("Dépenses", "depenses:explorer", "receipt", "depense.voir", 15))
