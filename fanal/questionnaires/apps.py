from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "fanal.questionnaires"
    label = "questionnaires"
    verbose_name = "Questionnaires"

    def ready(self) -> None:
        from fanal.interface import accueil
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.questionnaires.accueil import taches
        from fanal.questionnaires.journal import LIBELLES

        accueil.enregistrer(taches)
        enregistrer_libelles(LIBELLES)
