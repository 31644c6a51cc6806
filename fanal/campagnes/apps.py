from django.apps import AppConfig


class CampagnesConfig(AppConfig):
    name = "fanal.campagnes"
    label = "campagnes"
    verbose_name = "Campagnes"
