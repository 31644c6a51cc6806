from django.apps import AppConfig


class MarchesConfig(AppConfig):
    name = "fanal.marches"
    label = "marches"
    verbose_name = "Marchés"

    def ready(self) -> None:
        from fanal.interface import menu

        menu.enregistrer(menu.Entree("Marchés", "marches:portefeuille", "files", "marche.voir", 14))
        self._publication_et_consommation()
        self._vie()
        self._import()
        self._portefeuille_et_fournisseurs()

    def _import(self) -> None:
        from fanal.depots import formats
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.marches.lecture.phrases import regles_publiees

        for nom in ("marches", "decp-tabulaire"):
            formats.enregistrer_regles(nom, regles_publiees())
        enregistrer_libelles(
            {
                "marches.importer": "Marchés importés",
                "marche.mettre_a_jour": "Marché mis à jour par un import",
                "marche.completer": "Marché complété",
                "cpv.importer": "Vocabulaire CPV importé",
                "importation.recevoir": "Fichier de marchés reçu",
                "importation.confirmer": "Import de marchés confirmé",
                "importation.abandonner": "Import de marchés abandonné",
                "importation.relancer": "Lecture d'un import relancée",
            }
        )

    def _publication_et_consommation(self) -> None:
        from fanal.differe import Differe
        from fanal.interface import accueil
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.marches import volet_consommation, volet_publication, volets

        volets.enregistrer(volet_consommation.VOLET)
        volets.enregistrer(volet_publication.VOLET)
        accueil.enregistrer(Differe("fanal.marches.accueil_publication", "taches"))
        enregistrer_libelles(
            {
                "marche.publie": "Données essentielles publiées",
                "marche.maximum_depasse": "Maximum d'un marché dépassé",
                "consommation.recue": "Consommations reçues",
                "consommation.rattachee": "Achats rattachés à un marché",
            }
        )

    def _portefeuille_et_fournisseurs(self) -> None:
        from fanal.differe import Differe
        from fanal.fournisseurs import registre
        from fanal.interface import recherche
        from fanal.marches.queries import fournisseurs

        recherche.enregistrer("Registre des marchés", Differe("fanal.marches.recherche", "find_contracts"))
        recherche.enregistrer("Codes CPV", Differe("fanal.marches.recherche", "find_cpv"))
        registre.enregistrer_achats(fournisseurs.achats_par_fournisseur)
        registre.enregistrer_commandes(fournisseurs.mois_commandes)
        registre.enregistrer_volet(
            registre.Volet("marches", "Marchés", 10, fournisseurs.volet, "marches/_fournisseur.html")
        )

    def _vie(self) -> None:
        from fanal.achats import volets as volets_achats
        from fanal.differe import Differe
        from fanal.exploitation.taches import enregistrer_quotidienne
        from fanal.interface import accueil
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.marches import tasks
        from fanal.marches.journal_vie import LIBELLES

        accueil.enregistrer(Differe("fanal.marches.accueil_vie", "taches"))
        enregistrer_libelles(LIBELLES)
        enregistrer_quotidienne("reconductions", tasks.reconduire, heure=5)
        enregistrer_quotidienne("relances_marches", tasks.relancer, heure=7)
        volets_achats.enregistrer(
            volets_achats.Volet(
                "marches",
                "Marchés",
                20,
                "marche.voir",
                Differe("fanal.marches.views.volet_action", "contexte_action"),
                "marches/_volet_action.html",
            )
        )
