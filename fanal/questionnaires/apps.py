from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "fanal.questionnaires"
    label = "questionnaires"
    verbose_name = "Questionnaires"

    def ready(self) -> None:
        from fanal.differe import Differe
        from fanal.interface import accueil
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.questionnaires.journal import LIBELLES

        accueil.enregistrer(Differe("fanal.questionnaires.accueil", "taches"))
        enregistrer_libelles(LIBELLES)
