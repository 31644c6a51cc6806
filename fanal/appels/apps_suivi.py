"""What the follow-up and the results hang on the interface, the journal and the daily tasks."""

LIBELLES = {
    "suivi.preparer": "Suivi d'un projet préparé",
    "suivi.signer": "Convention enregistrée",
    "suivi.changer_fin": "Fin d'un projet corrigée",
    "suivi.planifier": "Versements planifiés",
    "suivi.constater": "Versement constaté",
    "suivi.reverser": "Reversement constaté",
    "suivi.ajouter_jalon": "Jalon ajouté",
    "suivi.atteindre": "Jalon atteint",
    "suivi.deplacer": "Date d'un jalon changée",
    "suivi.demander": "Demande d'un projet",
    "suivi.trancher": "Demande d'un projet tranchée",
    "suivi.declarer": "Indicateurs déclarés",
    "suivi.retirer": "Valeur d'un indicateur retirée",
    "suivi.rappeler": "Échéances d'un projet rappelées",
}


def brancher() -> None:
    """Register everything; called once by the application when it starts."""
    from fanal.appels import accueil_suivi, onglets, tasks_suivi, volets, volets_suivi
    from fanal.exploitation.taches import enregistrer_quotidienne
    from fanal.interface import accueil
    from fanal.journal.libelles import enregistrer_libelles

    enregistrer_libelles(LIBELLES)
    enregistrer_quotidienne("rappels-projets", tasks_suivi.rappeler_projets, heure=7)
    accueil.enregistrer(accueil_suivi.taches)
    onglets.enregistrer(
        onglets.Onglet("suivi", "Suivi", 60, "appels:suivi", "suivi.voir", volets_suivi.a_des_projets)
    )
    onglets.enregistrer(
        onglets.Onglet(
            "resultats", "Résultats", 70, "appels:resultats", "appel.voir", volets_suivi.a_des_resultats
        )
    )
    volets.enregistrer(
        volets.Volet("suivi", "Suivi du projet", 60, volets_suivi.suivi, "appels/suivi/volet.html")
    )
