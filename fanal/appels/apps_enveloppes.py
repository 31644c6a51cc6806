"""What envelopes hang on the interface and the journal."""

LIBELLES = {
    "enveloppe.creer": "Enveloppe créée",
    "enveloppe.modifier": "Enveloppe modifiée",
    "enveloppe.simuler": "Répartition simulée",
    "enveloppe.supprimer_simulation": "Simulation supprimée",
    "enveloppe.retenir": "Répartition décidée",
    "enveloppe.rouvrir": "Décision de répartition reprise",
    "enveloppe.attribuer": "Montant attribué",
    "enveloppe.decider": "Dossier refusé ou mis en liste complémentaire",
    "enveloppe.motiver": "Motif d'une décision écrit",
    "enveloppe.finaliser": "Décisions rendues définitives",
    "decision.decider": "Décisions prises, appel sans montant",
    "enveloppe.abandonner": "Abandon constaté",
    "courrier.etablir": "Courriers établis",
    "courrier.envoyer": "Courriers marqués comme envoyés",
}


def brancher() -> None:
    """Register everything; called once by the application when it starts."""
    from fanal.appels import accueil_enveloppes, onglets, volets, volets_enveloppes
    from fanal.appels.types_campagne import DECIDER
    from fanal.interface import accueil
    from fanal.journal.libelles import enregistrer_libelles

    enregistrer_libelles(LIBELLES)
    accueil.enregistrer(accueil_enveloppes.taches)
    onglets.enregistrer(
        onglets.Onglet(
            "enveloppes", "Enveloppes", 50, "appels:enveloppes", DECIDER, volets_enveloppes.repartit
        )
    )
    onglets.enregistrer(
        onglets.Onglet("decisions", "Décisions", 50, "appels:decisions", DECIDER, volets_enveloppes.decide)
    )
    volets.enregistrer(
        volets.Volet("enveloppe", "Décision", 50, volets_enveloppes.decision, "appels/enveloppes/volet.html")
    )
