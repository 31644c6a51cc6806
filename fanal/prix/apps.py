from django.apps import AppConfig


class PrixConfig(AppConfig):
    name = "fanal.prix"
    label = "prix"
    verbose_name = "Prix"
