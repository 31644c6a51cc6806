"""The words and tones of opinions, shared by their pages."""

from fanal.appels.queries import avis as queries

ETATS_DEMANDE = {
    queries.A_RENDRE: ("À rendre", "attente"),
    queries.EN_RETARD: ("Échéance passée", "refus"),
    queries.A_REVOIR: ("Modifié depuis l'avis", "attention"),
    queries.RENDU: ("Rendu", "decide"),
    queries.RENDU_EN_RETARD: ("Rendu en retard", "attention"),
    queries.RETIRE: ("Demande retirée", "neutre"),
    queries.FERME: ("Pas attendu à cette étape", "neutre"),
}
SENS = {
    "favorable": ("Favorable", "decide"),
    "reserve": ("Réservé", "attention"),
    "defavorable": ("Défavorable", "refus"),
    "aucun": ("Aucun avis", "neutre"),
}
