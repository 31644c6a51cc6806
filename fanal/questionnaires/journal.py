"""What the journal calls the acts of questionnaires."""

LIBELLES = {
    "formulaire.importer": "Formulaire importé",
    "questionnaire.ouvrir": "Réponses commencées",
    "questionnaire.reprendre": "Réponses reprises d'un dossier précédent",
    "questionnaire.remplacer": "Réponses remplacées par un fichier ou par l'API",
    "questionnaire.changer_de_version": "Réponses passées à une nouvelle version du formulaire",
    "questionnaire.joindre": "Pièce jointe",
    "questionnaire.retirer_piece": "Pièce retirée",
    "questionnaire.confier": "Section confiée",
    "questionnaire.reprendre_section": "Section reprise",
    "questionnaire.terminer": "Section terminée",
    "questionnaire.rouvrir": "Section rouverte",
}
