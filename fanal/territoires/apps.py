from django.apps import AppConfig


class TerritoiresConfig(AppConfig):
    name = "fanal.territoires"
    label = "territoires"
    verbose_name = "Territoires"
