from django.apps import AppConfig


class DepensesConfig(AppConfig):
    name = "fanal.depenses"
    label = "depenses"
    verbose_name = "Dépenses"
