from django.apps import AppConfig


class FournisseursConfig(AppConfig):
    name = "fanal.fournisseurs"
    label = "fournisseurs"
    verbose_name = "Fournisseurs"
