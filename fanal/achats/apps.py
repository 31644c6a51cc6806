from django.apps import AppConfig

REGLES_OPERATEUR = [
    {
        "code": "operateur_different",
        "gravite": "controle",
        "titre": "La ligne nomme l'opérateur pour lequel on dépose",
    },
    {"code": "annee_differente", "gravite": "controle", "titre": "L'année est celle de la campagne"},
]


class AchatsConfig(AppConfig):
    name = "fanal.achats"
    label = "achats"
    verbose_name = "Achats"

    def ready(self) -> None:
        from fanal.achats.registre import PERFORMANCE
        from fanal.achats.rules import REGLES
        from fanal.campagnes import registre
        from fanal.depots import formats
        from fanal.differe import Differe
        from fanal.interface import accueil as page_accueil
        from fanal.interface import menu, recherche
        from fanal.journal.libelles import enregistrer_libelles

        registre.enregistrer(PERFORMANCE)
        named = [{"code": r.code, "gravite": r.gravite, "titre": r.titre} for r in REGLES.values()]
        formats.enregistrer_regles("paat", named)
        formats.enregistrer_regles("operateur", REGLES_OPERATEUR)
        menu.enregistrer(
            menu.Entree("Performance achat", "achats:performance", "bar-chart", "campagne.voir", 20)
        )
        # Those who instruct have a full list: the performance of the year leads them to the plan.
        menu.enregistrer(
            menu.Entree(
                "Plan d'actions", "achats:plan", "calendar3", "dossier.voir", 15, ailleurs="controle.voir"
            )
        )
        menu.enregistrer(menu.Entree("Instruction", "achats:controle", "list-check", "controle.voir", 30))
        page_accueil.enregistrer(Differe("fanal.achats.accueil", "taches"))
        page_accueil.enregistrer(Differe("fanal.achats.accueil", "reprises"))
        recherche.enregistrer("Marchés", Differe("fanal.achats.recherche", "find_contracts"))
        recherche.enregistrer("Actions", Differe("fanal.achats.recherche", "find_actions"))
        recherche.enregistrer(
            "Opérateurs et fournisseurs", Differe("fanal.achats.recherche", "find_operators")
        )
        recherche.enregistrer(
            "Déclarations d'opérateurs", Differe("fanal.achats.recherche", "find_declarations")
        )
        enregistrer_libelles({"dossier.controler_de_nouveau": "Contrôles relancés"})
