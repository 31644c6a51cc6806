from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "fanal.comptes"
    label = "comptes"
    verbose_name = "Comptes"

    def ready(self) -> None:
        from fanal.interface import menu
        from fanal.journal.libelles import enregistrer_libelles

        menu.enregistrer(menu.Entree("Comptes", "comptes:liste", "people", "comptes.gerer", ordre=90))
        enregistrer_libelles(
            {
                "compte.ouvert": "Compte ouvert",
                "compte.invite": "Invitation envoyée",
                "compte.renomme": "Nom affiché changé",
                "compte.desactive": "Compte désactivé",
                "compte.reactive": "Compte réactivé",
                "compte.second_facteur_retire": "Second facteur retiré",
                "compte.identite_reliee": "Identité externe reliée",
                "affectation.donnee": "Rôle donné",
                "affectation.terminee": "Fin d'un rôle",
                "suppleance.donnee": "Suppléance donnée",
                "suppleance.terminee": "Fin d'une suppléance",
                "jeton.cree": "Jeton créé",
                "jeton.revoque": "Jeton révoqué",
            }
        )
