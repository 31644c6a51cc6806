"""Expensive medicines: requests, lists of drugs funded on top, analysis and forecast."""

from django.apps import AppConfig


class MoleculesConfig(AppConfig):
    name = "fanal.molecules"
    label = "molecules"
    verbose_name = "Molécules onéreuses"

    def ready(self) -> None:
        from fanal.appels import onglets
        from fanal.appels.registre import Genre, enregistrer_genre
        from fanal.interface import menu
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.molecules.actions.demandes import apres_depot
        from fanal.molecules.queries.constats import examiner
        from fanal.molecules.queries.demandes import GENRE
        from fanal.molecules.queries.partage import partage
        from fanal.molecules.volet import VOLET, est_des_molecules

        enregistrer_genre(Genre(GENRE, "Molécules onéreuses", examiner, apres_depot, (VOLET,), partage))
        onglets.enregistrer(
            onglets.Onglet(
                "molecules", "Demandes", 25, "molecules:appel", "instruction.voir", est_des_molecules
            )
        )
        menu.enregistrer(
            menu.Entree("Molécules onéreuses", "molecules:demandes", "capsule", "omedit.avis", 34)
        )
        enregistrer_libelles(
            {
                "molecules.demande": "Demande de molécule reçue",
                "molecules.rapprochement_propose": "Demande à vérifier par un pharmacien",
                "molecules.rapprochement_tranche": "Vérification d'une demande par un pharmacien",
                "molecules.proposition": "Priorité proposée par l'OMEDIT",
                "molecules.decision": "Prise en charge décidée",
                "molecules.liste_recue": "Liste en sus lue",
                "molecules.liste_importee": "Liste en sus importée",
            }
        )
