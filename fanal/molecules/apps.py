from django.apps import AppConfig


class MoleculesConfig(AppConfig):
    name = "fanal.molecules"
    label = "molecules"
    verbose_name = "Molécules onéreuses"
