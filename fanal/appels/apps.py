from django.apps import AppConfig


class AppelsConfig(AppConfig):
    name = "fanal.appels"
    label = "appels"
    verbose_name = "Appels"

    def ready(self) -> None:
        from fanal.appels.porte import PORTE
        from fanal.appels.types_campagne import APPEL, TYPE
        from fanal.campagnes import registre
        from fanal.questionnaires.acces import enregistrer_porte

        registre.enregistrer(APPEL)
        enregistrer_porte(TYPE, PORTE)
        self._pages()

    def _pages(self) -> None:
        from fanal.appels import apps_avis, apps_enveloppes, apps_jury, apps_suivi, onglets
        from fanal.appels.journal import LIBELLES
        from fanal.appels.queries.partage import partage_ouvert
        from fanal.differe import Differe
        from fanal.interface import accueil, menu
        from fanal.interface import recherche as champ_de_recherche
        from fanal.journal.libelles import enregistrer_libelles

        menu.enregistrer(menu.Entree("Appels", "appels:liste", "megaphone", "appel.voir", ordre=25))
        onglets.enregistrer(onglets.Onglet("appel", "L'appel", 0, "appels:appel"))
        onglets.enregistrer(
            onglets.Onglet(
                "partages",
                "Partages",
                90,
                "appels:partages",
                "appel.voir",
                lambda _, appel: partage_ouvert(appel),
            )
        )
        accueil.enregistrer(Differe("fanal.appels.accueil", "taches"))
        champ_de_recherche.enregistrer("Appels", Differe("fanal.appels.recherche", "find_calls"))
        champ_de_recherche.enregistrer(
            "Dossiers de candidature", Differe("fanal.appels.recherche", "find_dossiers")
        )
        enregistrer_libelles(LIBELLES)
        apps_avis.brancher()
        apps_enveloppes.brancher()
        apps_jury.brancher()
        apps_suivi.brancher()
