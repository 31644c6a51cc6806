from django.apps import AppConfig


class CampagnesConfig(AppConfig):
    name = "fanal.campagnes"
    label = "campagnes"
    verbose_name = "Campagnes"

    def ready(self) -> None:
        from fanal.campagnes import tasks
        from fanal.campagnes.queries.publications import tetes_des_publications
        from fanal.differe import Differe
        from fanal.exploitation.taches import enregistrer_quotidienne
        from fanal.interface import accueil as page_accueil
        from fanal.interface import menu
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.journal.queries import enregistrer_tetes

        enregistrer_tetes(tetes_des_publications)
        enregistrer_libelles({"texte.garder": "Texte type gardé", "texte.retirer": "Texte type retiré"})
        enregistrer_quotidienne("relances", tasks.relancer, heure=7)
        deposer = "dossier.deposer operateur.declarer campagne.gerer"
        menu.enregistrer(
            menu.Entree("Campagnes", "campagnes:liste", "calendar-event", "campagne.voir", ordre=20)
        )
        menu.enregistrer(menu.Entree("Déposer", "depots_envois:nouveau", "cloud-upload", deposer, ordre=10))
        menu.enregistrer(menu.Entree("Avis", "campagnes:avis", "chat-left-text", "avis.donner", ordre=25))
        page_accueil.enregistrer(Differe("fanal.campagnes.accueil", "taches"))
        page_accueil.enregistrer(Differe("fanal.campagnes.accueil_instruction", "taches"))
