from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "fanal.procedures"
    label = "procedures"
    verbose_name = "Procédures"
