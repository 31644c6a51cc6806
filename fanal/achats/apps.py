from django.apps import AppConfig


class AchatsConfig(AppConfig):
    name = "fanal.achats"
    label = "achats"
    verbose_name = "Achats"
