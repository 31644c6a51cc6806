from django.apps import AppConfig

LIBELLES = {
    "maturite.grille": "Grille de maturité importée",
    "maturite.ouvrir": "Enquête de maturité ouverte",
    "maturite.inviter": "Personne invitée à évaluer",
    "maturite.rendre": "Évaluation rendue",
    "maturite.preuve": "Preuve ajoutée",
    "maturite.preuve_retiree": "Preuve retirée",
    "maturite.profil": "Profil du GHT renseigné",
    "maturite.transmettre": "Autoévaluation transmise",
    "progres.creer": "Action de progrès créée",
    "progres.modifier": "Action de progrès modifiée",
}


class MaturiteConfig(AppConfig):
    name = "fanal.maturite"
    label = "maturite"
    verbose_name = "Maturité"

    def ready(self) -> None:
        from fanal.appels import voisins
        from fanal.campagnes import registre
        from fanal.differe import Differe
        from fanal.interface import accueil as page_accueil
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.maturite.types_campagne import MATURITE

        registre.enregistrer(MATURITE)
        page_accueil.enregistrer(Differe("fanal.maturite.accueil", "taches"))
        voisins.enregistrer(voisins.Voisin("Maturité", "maturite:enquetes", "award", "appel.voir"))
        enregistrer_libelles(LIBELLES)
