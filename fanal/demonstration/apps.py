from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "fanal.demonstration"
    label = "demonstration"
    verbose_name = "Démonstration"
