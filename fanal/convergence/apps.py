from django.apps import AppConfig


class ConvergenceConfig(AppConfig):
    name = "fanal.convergence"
    label = "convergence"
    verbose_name = "Convergence"
