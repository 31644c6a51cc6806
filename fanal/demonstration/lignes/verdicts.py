"""What the order lines will say of each declared gain: decided once, from what the workbook says."""

from fanal.demonstration.lignes.modele import Verdict
from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.modele import Ligne, Sorte

ORDINAIRES = (
    (Verdict.CONFIRME, 0.50),
    (Verdict.PARTIEL_PRIX, 0.10),
    (Verdict.PARTIEL_CONTRAT, 0.09),
    (Verdict.PRIX_INCHANGE, 0.10),
    (Verdict.CONTRAT_INUTILISE, 0.08),
    (Verdict.A_RAPPROCHER, 0.06),
    (Verdict.SANS_LIGNES, 0.07),
)
PLAFOND = 0.95  # a fall of price beyond which no order can be drawn
REDUITES = (Sorte.MOINDRE, Sorte.DOUBLON)
NON_VUES = (Sorte.RETRAIT, Sorte.REJET, Sorte.SANS_GAIN)


def reference(ligne: Ligne) -> int:
    """Cents incl. VAT spent in the twelve months before: as declared, else from the gain."""
    return ligne.reference or ligne.perimetre or 12 * abs(ligne.gain or 100_000)


def fall(ligne: Ligne) -> float:
    """Share of the reference by which the price falls; negative for a loss.

    The yearly gain of an investment is its fall of price over the years of its amortisation.
    """
    annees = (ligne.duree or 1) if ligne.nature == "investissement" else 1
    return (ligne.gain or 0) * annees / reference(ligne)


def verdict(ligne: Ligne) -> Verdict:
    """What the lines will show of this action. An action without a day of first order has no lines."""
    if ligne.date is None:
        return Verdict.SANS_LIGNES
    if not ligne.numero_marche:
        return Verdict.SANS_NUMERO
    if ligne.type_effet in cat.EFFETS_AUTRES:
        return Verdict.AUTRE_EFFET
    if ligne.sorte in NON_VUES or abs(fall(ligne)) > PLAFOND:
        return Verdict.PRIX_INCHANGE
    if ligne.sorte in REDUITES:
        return Verdict.PARTIEL_CONTRAT
    if ligne.sorte in (Sorte.GENERIQUE, Sorte.PERTE, Sorte.EXCLUE):
        return Verdict.CONFIRME
    return Alea("verdict", ligne.identifiant).pondere(ORDINAIRES)
