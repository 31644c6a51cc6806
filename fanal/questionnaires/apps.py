from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "fanal.questionnaires"
    label = "questionnaires"
    verbose_name = "Questionnaires"
