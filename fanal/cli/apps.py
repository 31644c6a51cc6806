from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "fanal.cli"
    label = "cli"
    verbose_name = "CommandLine"
