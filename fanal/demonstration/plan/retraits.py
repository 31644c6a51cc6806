"""The lines that control withdraws or reduces: how many by région, for what reason, and the seven printed
ones.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fanal.achats.resultats_publies import table
from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.cibles import EUROS
from fanal.demonstration.plan.modele import GhtFictif, Ligne, Sorte
from fanal.demonstration.plan.tirage import draw_line

CAUSES = (
    ("borne", 0.30), ("cent", 0.15), ("reference", 0.17), ("atteignable", 0.12), ("gain", 0.10),
    ("date", 0.05), ("moindre", 0.11),
)  # fmt: skip
# The five declarants of the seven printed lines: total of their gains, from the printed weights
# (703 450, about 316 380, about 21.1 M€, 1 743 700 and 2 411 000 euros), and the ranks of their lines.
DECLARANTS: dict[str, tuple[int, tuple[int, ...]]] = {
    "NA-D08": (703_450 * EUROS, (1, 2)),
    "NOR-D07": (316_380 * EUROS, (3,)),
    "IDF-D01": (21_100_000 * EUROS, (4,)),
    "OCC-D09": (1_743_700 * EUROS, (5, 6)),
    "NA-D05": (2_411_000 * EUROS, (7,)),
}
ANTINEO = ("ANTINEOPLASIQUES ET IMMUNOMODULATEURS", "ANTINEOPLASIQUES")
ANTIINF = ("ANTIINFECTIEUX GENERAUX A USAGE SYSTEMIQUE", "ANTIBACTERIENS")
ELECTRICITE = ("Entretien et maintenance bâtiment", "Entretien et Maintenance Electricité courants faibles")
# rank: (famille, domaine and catégorie, operator, its name, month of first order). The comment of UniHA is
# printed
# on lines 1 and 7 only; the operator of line 2 is inferred, because its weight shows the same declarant as
# line 1.
REJETS: dict[int, tuple[str, tuple[str, str], str, str, int]] = {
    1: (cat.MEDICAMENTS, ANTINEO, "NATIONAL", "UniHA", 2),
    2: (cat.MEDICAMENTS, ANTIINF, "NATIONAL", "UniHA", 3),
    3: (cat.MEDICAMENTS, ANTIINF, "GHT", "", 4),
    4: (cat.TRAVAUX, ELECTRICITE, "GHT", "", 1),
    5: (cat.MEDICAMENTS, ANTIINF, "REGIONAL", cat.REGIONAL, 3),
    6: (cat.MEDICAMENTS, ANTIINF, "REGIONAL", cat.REGIONAL, 5),
    7: (cat.MEDICAMENTS, ANTINEO, "NATIONAL", "UniHA", 3),
}


def rejected_lines(ght: GhtFictif) -> list[Ligne]:
    """The printed lines of a declarant, as they were keyed: the reference is at the new price."""
    publiees = table("lignes_ecartees_2021")
    lignes = []
    for rang in DECLARANTS[ght.code][1]:
        famille, (domaine, categorie), operateur, nom, mois = REJETS[rang]
        ligne = draw_line(Alea("rejet", rang), ght, 2021, operateur=operateur, famille=famille)
        ligne.domaine, ligne.categorie, ligne.nom_operateur = domaine, categorie, nom
        ligne.intitule = f"Renouvellement du marché : {categorie.lower()}"
        ligne.sorte, ligne.type_effet, ligne.date = Sorte.REJET, "Effet prix induit", date(2021, mois, 1)
        ligne.nature, ligne.duree, ligne.cause = "exploitation", None, ""
        reference = int(publiees.valeur(str(rang), "montant_reference_eur") or 0)
        gain = int(publiees.valeur(str(rang), "gain_eur") or 0)
        ligne.reference = ligne.perimetre = reference * EUROS
        ligne.gain = gain * EUROS
        ligne.calcul = cat.COMMENTAIRE_UNIHA if rang in (1, 7) else ""
        if rang in (1, 7):
            ligne.quantite = 1000
            ligne.prix_nouveau = Decimal(reference) / 1000
            ligne.prix_reference = Decimal(reference + gain) / 1000
        withdraw(ligne, "cent")
        ligne.reponse = cat.REPONSES[3] if rang in (1, 7) else ""
        lignes.append(ligne)
    return lignes


def withdraw(ligne: Ligne, cause: str) -> None:
    """Make a line one that control withdraws, with the comment the ministry gives back."""
    ligne.sens = "retire"
    ligne.commentaire, ligne.motif, ligne.observation = cat.RETRAITS[cause]


def count_withdrawn(lignes: int, touchees: int, autres: int, autres_touchees: int, qualite: float) -> int:
    """How many more lines to withdraw so that the rate by line prints as published.

    `lignes` can be withdrawn, `touchees` already are; `autres` judged lines come from the campaign before.
    Raises ValueError when no whole number of lines gives the rate.
    """
    ensemble = lignes + touchees + autres
    nombre = round(ensemble * (1 - qualite)) - touchees - autres_touchees
    intactes = ensemble - touchees - autres_touchees - nombre
    if not 0 <= nombre <= lignes or abs(100 * intactes / ensemble - 100 * qualite) >= 0.5:
        raise ValueError(f"Aucun nombre de lignes ne donne {qualite:.0%} sur {ensemble}.")
    return nombre


def spread_withdrawals(alea: Alea, lignes: Sequence[Ligne], nombre: int, *, reduire: bool = True) -> None:
    """Withdraw or, if `reduire`, reduce `nombre` of the ordinary lines; their amounts are scaled later.

    National operators' lines are seldom among them, because what is retained of theirs must equal what is
    declared.
    """
    candidates = [ligne for ligne in lignes if ligne.operateur != "NATIONAL" or alea.unite() < 0.15]
    if len(candidates) < nombre:
        candidates = list(lignes)
    for ligne in alea.prendre(candidates, nombre):
        cause = alea.pondere(CAUSES)
        if cause == "moindre" and (ligne.operateur == "NATIONAL" or not reduire):
            cause = "borne"
        if cause == "moindre":
            _reduce(alea, ligne)
        else:
            _make_withdrawn(alea, ligne, cause)
        if alea.unite() < 0.25:
            ligne.reponse = alea.parmi(cat.REPONSES[:3])


def _reduce(alea: Alea, ligne: Ligne) -> None:
    comment, motif, question = cat.RETRAITS["moindre"]
    ligne.sorte, ligne.sens = Sorte.MOINDRE, "moindre"
    ligne.commentaire, ligne.motif, ligne.observation = comment, motif, question
    ligne.taux = alea.entre(0.2, 0.45)
    ligne.explication = cat.EXPLICATION_PERIMETRE
    ligne.reference = alea.entier(2_000_000, 16_000_000)
    ligne.gain = round(ligne.reference * ligne.taux)
    ligne.retenu = round(ligne.gain * alea.entre(0.35, 0.7))


def _make_withdrawn(alea: Alea, ligne: Ligne, cause: str) -> None:
    ligne.sorte = Sorte.RETRAIT
    withdraw(ligne, cause)
    ligne.poids *= 1.2
    match cause:
        case "borne":
            ligne.taux = alea.entre(0.34, 0.72)
        case "cent":
            ligne.taux = alea.entre(1.15, 6.0)
        case "atteignable":
            ligne.taux = alea.entre(0.76, 0.97)
        case "date":
            ligne.date = None
        case "gain":
            ligne.sorte = Sorte.SANS_GAIN
            ligne.explication = "NC"


def finish_withdrawn(alea: Alea, ligne: Ligne) -> None:
    """The reference of a withdrawn line, once its gain is known (or was never given)."""
    if ligne.sorte is Sorte.SANS_GAIN:
        ligne.gain = None
        ligne.reference = alea.entier(1_000_000, 20_000_000)
        ligne.perimetre = ligne.reference
    elif ligne.commentaire == cat.RETRAITS["reference"][0]:
        ligne.reference = None
        ligne.perimetre = None
    elif ligne.gain is not None:
        ligne.reference = max(round(abs(ligne.gain) / ligne.taux), 100)
