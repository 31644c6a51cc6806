from django.apps import AppConfig


class MarchesConfig(AppConfig):
    name = "fanal.marches"
    label = "marches"
    verbose_name = "Marchés"

    def ready(self) -> None:
        from fanal.interface import menu

        menu.enregistrer(menu.Entree("Marchés", "marches:portefeuille", "files", "marche.voir", 14))
        self._publication_et_consommation()

    def _publication_et_consommation(self) -> None:
        from fanal.interface import accueil
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.marches import accueil_publication

        accueil.enregistrer(accueil_publication.taches)
        enregistrer_libelles(
            {
                "marche.publie": "Données essentielles publiées",
                "marche.maximum_depasse": "Maximum d'un marché dépassé",
                "consommation.recue": "Consommations reçues",
                "consommation.rattachee": "Achats rattachés à un marché",
            }
        )
