from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "fanal.comptes"
    label = "comptes"
    verbose_name = "Comptes"
