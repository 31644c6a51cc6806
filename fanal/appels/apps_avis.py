"""What instruction and opinions hang on the interface, the journal and the daily tasks."""

LIBELLES = {
    "avis.demander": "Avis demandés",
    "avis.rendre": "Avis rendu sur un dossier d'appel",
    "avis.reporter": "Échéance d'un avis changée",
    "avis.retirer_demande": "Demande d'avis retirée",
    "avis.relancer": "Avis relancés",
    "candidature.trancher": "Test de recevabilité tranché",
}


def brancher() -> None:
    """Register everything; called once by the application when it starts."""
    from fanal.appels import accueil_instruction, onglets, tasks_avis, volets, volets_avis
    from fanal.appels.rules.avis import DROITS
    from fanal.exploitation.taches import enregistrer_quotidienne
    from fanal.interface import accueil
    from fanal.journal.libelles import enregistrer_libelles

    enregistrer_libelles(LIBELLES)
    enregistrer_quotidienne("relances-avis", tasks_avis.relancer_avis, heure=7)
    accueil.enregistrer(accueil_instruction.taches)
    onglets.enregistrer(
        onglets.Onglet("instruction", "Instruction", 20, "appels:instruction", "instruction.voir")
    )
    donner = " ".join(DROITS.values())
    onglets.enregistrer(onglets.Onglet("avis", "Avis à rendre", 25, "appels:avis_de_l_appel", donner))
    volets.enregistrer(volets.Volet("avis", "Avis", 20, volets_avis.avis, "appels/volet_avis.html"))
