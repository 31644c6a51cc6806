from django.apps import AppConfig

LIBELLES = {
    "procedure.creer": "Procédure créée",
    "procedure.modifier": "Procédure modifiée",
    "procedure.jalons": "Jalons datés",
    "procedure.recalculer": "Calendrier recompté",
    "procedure.recenser": "Recensement ouvert",
    "procedure.besoins": "Besoins transmis",
    "procedure.besoins_corriges": "Besoins corrigés",
    "procedure.relancer_besoins": "Établissements relancés",
    "procedure.fermer_recensement": "Recensement fermé",
    "procedure.rouvrir_recensement": "Recensement rouvert",
    "procedure.rediger": "Rédaction commencée",
    "procedure.lancer": "Consultation lancée",
    "procedure.analyser": "Plis ouverts",
    "procedure.terminer": "Procédure terminée",
    "procedure.infructueuse": "Procédure infructueuse",
    "procedure.sans_suite": "Procédure sans suite",
    "procedure.relancer": "Suite créée",
    "procedure.lot": "Lot enregistré",
    "procedure.retirer_lot": "Lot retiré",
    "procedure.offre": "Offre enregistrée",
    "procedure.noter": "Offre notée",
    "procedure.ecarter": "Offre déclarée irrégulière",
    "procedure.reintegrer": "Offre réintégrée",
    "procedure.choisir": "Attributaire choisi",
    "procedure.rejets": "Envoi des rejets daté",
    "procedure.revenir": "Choix repris",
    "procedure.clore_lot": "Lot clos sans attributaire",
    "procedure.signer": "Marché signé",
    "procedure.lier_action": "Action du plan liée",
    "procedure.delier_action": "Lien à une action retiré",
    "procedure.lier_marche": "Marché à renouveler lié",
    "marche.attribuer": "Marché attribué",
    "calendrier.creer": "Adresse de calendrier créée",
    "calendrier.retirer": "Adresse de calendrier retirée",
}


class ProceduresConfig(AppConfig):
    name = "fanal.procedures"
    label = "procedures"
    verbose_name = "Procédures"

    def ready(self) -> None:
        from fanal.achats import volets as volets_achats
        from fanal.differe import Differe
        from fanal.exploitation.taches import enregistrer_quotidienne
        from fanal.interface import accueil as page_accueil
        from fanal.interface import recherche
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.marches import volets as volets_marches
        from fanal.procedures import tasks

        enregistrer_libelles(LIBELLES)
        enregistrer_quotidienne("rappels-procedures", tasks.rappeler, heure=7)
        page_accueil.enregistrer(Differe("fanal.procedures.accueil", "taches"))
        recherche.enregistrer("Procédures", Differe("fanal.procedures.recherche", "trouver"))
        volets_marches.enregistrer(
            volets_marches.Volet(
                "procedures",
                "Procédures",
                40,
                "marche.voir",
                Differe("fanal.procedures.volets", "du_marche"),
                "procedures/volet_marche.html",
            )
        )
        volets_achats.enregistrer(
            volets_achats.Volet(
                "procedures",
                "Procédures",
                10,
                "marche.voir",
                Differe("fanal.procedures.volets", "de_l_action"),
                "procedures/volet_action.html",
            )
        )
