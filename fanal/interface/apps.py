from django.apps import AppConfig


class InterfaceConfig(AppConfig):
    name = "fanal.interface"
    label = "interface"
    verbose_name = "Interface"
