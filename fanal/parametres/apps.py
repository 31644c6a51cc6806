from django.apps import AppConfig


class ParametresConfig(AppConfig):
    name = "fanal.parametres"
    label = "parametres"
    verbose_name = "Paramètres"
