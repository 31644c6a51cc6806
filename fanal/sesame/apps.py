from django.apps import AppConfig


class SesameConfig(AppConfig):
    name = "fanal.sesame"
    label = "sesame"
    verbose_name = "SESAME"

    def ready(self) -> None:
        from fanal.appels import onglets
        from fanal.appels.registre import Genre, enregistrer_genre
        from fanal.sesame.onglet import ONGLET
        from fanal.sesame.queries.constats import GENRE, examiner
        from fanal.sesame.volet import VOLET

        enregistrer_genre(Genre(GENRE, "SESAME", examiner, None, (VOLET,)))
        onglets.enregistrer(ONGLET)
