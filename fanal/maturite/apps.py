from django.apps import AppConfig


class MaturiteConfig(AppConfig):
    name = "fanal.maturite"
    label = "maturite"
    verbose_name = "Maturité"
