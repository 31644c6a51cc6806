from django.apps import AppConfig


class DepotsConfig(AppConfig):
    name = "fanal.depots"
    label = "depots"
    verbose_name = "Dépôts"
