"""Whether the orders confirm a declared gain, or why this cannot be said."""

from decimal import Decimal
from fractions import Fraction

from fanal.depenses.compute.gains_valeurs import (
    CONFIRME,
    NON_CONFIRME,
    NON_MESURABLE,
    PARTIEL,
    Fenetre,
    Regles,
)

SANS_GAIN, EFFET, CAUSE, ABANDONNEE = "sans_gain", "effet", "cause", "abandonnee"
SANS_MARCHE, SANS_DATE, AMORTISSEMENT = "sans_marche", "sans_date", "amortissement"
SANS_DEPOT, A_VENIR = "sans_depot", "a_venir"
SANS_LIGNES, SANS_REFERENCE, SANS_TVA = "sans_lignes", "sans_reference", "sans_tva"
EN_COURS, MOIS_ABSENTS = "en_cours", "mois_absents"

CENTIME = Fraction(1, 100)

MOTIFS = {
    SANS_GAIN: "Aucun gain n'est déclaré.",
    EFFET: "L'effet déclaré n'est pas un effet prix : il se vérifie sur pièces, pas sur les commandes.",
    CAUSE: "La cause de la baisse de prix ne compte pas comme un gain de l'acheteur.",
    ABANDONNEE: "L'action est abandonnée.",
    SANS_MARCHE: "L'action n'a pas de numéro de marché, et aucun marché ne lui est lié.",
    SANS_DATE: "La date de première commande n'est pas connue.",
    AMORTISSEMENT: "La durée d'amortissement de l'investissement n'est pas connue.",
    SANS_DEPOT: "L'établissement n'a déposé aucune ligne de commande sur la fenêtre de l'action.",
    A_VENIR: "La fenêtre de douze mois n'a pas commencé.",
    SANS_LIGNES: "Aucune ligne de commande ne porte ce marché, ni aucun de ses produits.",
    SANS_REFERENCE: "Aucun produit de ce marché n'a de prix de référence.",
    SANS_TVA: "Les lignes de commande n'ont pas de taux de TVA : le gain TTC n'est pas calculable. "
    "Déposez-les avec leur taux.",
    EN_COURS: "La fenêtre de douze mois n'est pas terminée.",
    MOIS_ABSENTS: "Des mois de la fenêtre n'ont aucune ligne déposée.",
}


def statuer(
    declare: Decimal | None, commande: Decimal, fenetre: Fenetre, regles: Regles
) -> tuple[str, tuple[str, ...]]:
    """The status of a measured action and what tempers it.

    The ordered gain is held against the part of the declaration that the known part of the window makes:
    an unfinished window, or months without deposit, do not make a declaration false. A declared loss is
    confirmed when at most as much is lost.
    """
    if declare is None or declare == 0 or not fenetre.couverts:
        return NON_MESURABLE, (SANS_DEPOT if declare else SANS_GAIN,)
    why = []
    if fenetre.ecoules < fenetre.jours:
        why.append(EN_COURS)
    if fenetre.mois_absents:
        why.append(MOIS_ABSENTS)
    expected = Fraction(declare) * fenetre.part_couverte
    if expected < 0:
        # Both are cents rounded once: a cent apart is the same loss.
        return (CONFIRME if Fraction(commande) >= expected - CENTIME else NON_CONFIRME), tuple(why)
    found = Fraction(commande) / expected
    if found >= Fraction(regles.seuil_confirme):
        return CONFIRME, tuple(why)
    return (PARTIEL if found >= Fraction(regles.seuil_partiel) else NON_CONFIRME), tuple(why)
