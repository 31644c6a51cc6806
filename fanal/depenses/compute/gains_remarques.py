"""What the reader must know beside the figures of a proof, without any unit price."""

from collections.abc import Sequence

from fanal.depenses.compute.gains_valeurs import Fenetre, MesureProduit, Produit


def remarquer(
    mesures: Sequence[MesureProduit], sans_reference: Sequence[Produit], fenetre: Fenetre
) -> tuple[str, ...]:
    """One sentence for each thing that is not in the figures, and why."""
    over = sum(m.quantite > m.plafond for m in mesures)
    apart = sum(m.produit.non_comparables for m in mesures)
    said = [
        (
            over,
            ("1 produit a été commandé", "{} produits ont été commandés"),
            "au-delà de la quantité gelée au prorata de la fenêtre connue : le surplus n'ajoute aucun gain.",
        ),
        (
            len(sans_reference),
            ("1 produit de ce marché n'a", "{} produits de ce marché n'ont"),
            "pas de prix de référence : leur gain n'est pas calculable et n'est pas compté.",
        ),
        (
            len(fenetre.mois_absents),
            ("1 mois de la fenêtre n'a", "{} mois de la fenêtre n'ont"),
            "aucune ligne déposée : ils manquent, ils ne valent pas zéro.",
        ),
        (
            apart,
            ("1 ligne est", "{} lignes sont"),
            "dans une unité dont le conditionnement n'est pas connu : hors du calcul.",
        ),
    ]
    return tuple(f"{words[number > 1].format(number)} {end}" for number, words, end in said if number)
