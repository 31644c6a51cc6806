from django.apps import AppConfig


class DepensesConfig(AppConfig):
    name = "fanal.depenses"
    label = "depenses"
    verbose_name = "Dépenses"

    def ready(self) -> None:
        from fanal.depenses import magasin
        from fanal.depenses.rules import lignes
        from fanal.depots import formats
        from fanal.differe import Differe
        from fanal.exploitation.preparation import enregistrer_preparation
        from fanal.interface import accueil as page_accueil
        from fanal.interface import menu, recherche
        from fanal.journal.libelles import enregistrer_libelles

        menu.enregistrer(menu.Entree("Dépenses", "depenses:explorer", "receipt", "depense.voir", 15))
        page_accueil.enregistrer(Differe("fanal.depenses.accueil", "taches"))
        recherche.enregistrer("Commandes", Differe("fanal.depenses.recherche", "find_orders"))
        recherche.enregistrer("Produits commandés", Differe("fanal.depenses.recherche", "find_products"))
        recherche.enregistrer("Fournisseurs commandés", Differe("fanal.depenses.recherche", "find_suppliers"))
        enregistrer_libelles(
            {
                "depenses.importer": "Lignes de commande importées",
                "depenses.recevoir": "Fichier de lignes de commande reçu",
                "depenses.lancer": "Import de lignes de commande demandé",
                "depenses.abandonner": "Dépôt de lignes de commande abandonné",
                "depenses.relancer": "Import de lignes de commande relancé",
                "depenses.compacter": "Fichiers de lignes de commande réunis",
                "gain.geler_reference": "Référence de gain gelée",
                "hors_marche.decider": "Décision sur des achats hors marché",
                "depense.catalogue": "Référentiel des produits complété",
                "rapprochement.accepter": "Suggestions de produits acceptées ensemble",
                "rapprochement.decider": "Produit d'un groupe de libellés décidé",
                "rapprochement.retirer": "Décision de rapprochement retirée",
                "vue.enregistrer": "Vue enregistrée",
                "vue.renommer": "Vue renommée",
                "vue.supprimer": "Vue supprimée",
            }
        )
        formats.enregistrer_regles("lignes_commande", lignes.REGLES)
        magasin.enregistrer()
        enregistrer_preparation(
            "depenses",
            Differe("fanal.depenses.preparation", "etat"),
            Differe("fanal.depenses.preparation", "etapes"),
        )
        self._gains()
        self._hors_marche()

    def _gains(self) -> None:
        from fanal.achats import volets
        from fanal.depenses import tasks
        from fanal.differe import Differe
        from fanal.exploitation.taches import enregistrer_quotidienne

        enregistrer_quotidienne("references-de-gains", tasks.geler_references, heure=4)
        volets.enregistrer(
            volets.Volet(
                "gains",
                "Preuve du gain",
                40,
                "depense.voir",
                Differe("fanal.depenses.volet_gains", "contexte_action"),
                "depenses/gains/_volet.html",
            )
        )

    def _hors_marche(self) -> None:
        from fanal.depenses.models import SuiviHorsMarche
        from fanal.journal.portee import enregistrer_portee

        enregistrer_portee(
            "depenses.suivihorsmarche",
            lambda p: SuiviHorsMarche.objects.filter(p.etablissements_q("etablissement__")),
        )
