from django.apps import AppConfig


class MarchesConfig(AppConfig):
    name = "fanal.marches"
    label = "marches"
    verbose_name = "Marchés"
