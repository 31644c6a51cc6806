from django.apps import AppConfig


class SesameConfig(AppConfig):
    name = "fanal.sesame"
    label = "sesame"
    verbose_name = "SESAME"
