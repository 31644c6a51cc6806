"""Drawing the lines of a workbook: what is bought, by whom, when, and roughly for how much."""

from datetime import date

from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.modele import GhtFictif, Ligne, Sorte

TAILLES = ((0.0, 0.04), (0.25, 0.2), (0.5, 0.5), (0.75, 1.1), (0.9, 2.4), (0.98, 5.5), (1.0, 9.0))
TAUX = ((0.0, 0.25), (0.2, 0.6), (0.5, 0.95), (0.8, 1.35), (0.95, 1.9), (1.0, 2.4))
# First day of the month of the first order: contracts start with the year, or in spring.
MOIS = (
    (1, 0.40),
    (2, 0.12),
    (3, 0.11),
    (4, 0.12),
    (5, 0.06),
    (6, 0.05),
    (7, 0.06),
    (9, 0.04),
    (10, 0.03),
    (12, 0.01),
)
MOIS_2020 = (
    (1, 0.33),
    (2, 0.1),
    (3, 0.11),
    (4, 0.1),
    (5, 0.06),
    (6, 0.08),
    (7, 0.09),
    (9, 0.07),
    (10, 0.05),
    (12, 0.01),
)


def share(jour: date) -> float:
    """Share of the twelve months from `jour` that falls in its civil year."""
    return (date(jour.year + 1, 1, 1) - jour).days / (date(jour.year + 1, jour.month, jour.day) - jour).days


def first_order(alea: Alea, annee: int) -> date:
    """A plausible day of first order; never 29 February."""
    mois = alea.pondere(MOIS_2020 if annee == 2020 else MOIS)
    jour = 1 if alea.unite() < 0.8 else alea.entier(2, 28)
    return date(annee, mois, jour)


def draw_line(alea: Alea, ght: GhtFictif, annee: int, *, operateur: str = "", famille: str = "") -> Ligne:
    """An ordinary line of the GHT's workbook, with a relative size (`poids`) and a usual performance
    (`taux`).
    """
    operateur = operateur or alea.pondere(cat.PART_OPERATEUR)
    rang = cat.RANG_OPERATEUR[operateur]
    famille = famille or alea.pondere([(f, parts[rang]) for f, (_, parts, _) in cat.FAMILLES.items()])
    nominal, _, domaines = cat.FAMILLES[famille]
    domaine = alea.parmi(list(domaines))
    categorie = alea.parmi(domaines[domaine])
    support, *parties = ght.etablissements
    etablissement = support if alea.unite() < 0.52 else alea.parmi(parties)
    ligne = Ligne(
        annee=annee,
        region=ght.region,
        ght=ght.code,
        finess=etablissement.finess,
        role=etablissement.role,
        operateur=operateur,
        famille=famille,
        domaine=domaine,
        categorie=categorie,
        intitule=f"{alea.parmi(cat.DEBUTS)} : {categorie.lower()}",
        sorte=Sorte.NORMALE,
        poids=alea.quantile(TAILLES) * (0.4 + ght.poids * 4),
        taux=nominal * alea.quantile(TAUX),
        date=first_order(alea, annee),
    )
    _detail(alea, ligne)
    return ligne


def _detail(alea: Alea, ligne: Ligne) -> None:
    """Contract, kind of effect, nature of the spending, words."""
    match ligne.operateur:
        case "NATIONAL":
            ligne.nom_operateur = alea.pondere(cat.NATIONAUX)
        case "REGIONAL":
            ligne.nom_operateur = cat.REGIONAL
        case "UNICANCER":
            ligne.nom_operateur = cat.UNICANCER
    if ligne.operateur != "NATIONAL":
        prefixe = {"GHT": f"{ligne.annee}M", "REGIONAL": "GRD-", "UNICANCER": "UC-"}[ligne.operateur]
        ligne.numero_marche = "" if alea.unite() < 0.12 else f"{prefixe}{alea.entier(100, 9999):04d}"
    if ligne.operateur == "GHT" and ligne.famille != cat.MEDICAMENTS and alea.unite() < 0.16:
        ligne.type_effet = alea.parmi(cat.EFFETS_AUTRES)
    elif alea.unite() < 0.1:
        ligne.type_effet = "Effet prix"
    if ligne.famille == cat.BIOMEDICAL and alea.unite() < 0.3:
        ligne.nature, ligne.duree = "investissement", alea.parmi((1, 1, 5, 7))
    if ligne.nom_operateur == "UniHA" and ligne.famille == cat.MEDICAMENTS and alea.unite() < 0.35:
        ligne.calcul = cat.COMMENTAIRE_UNIHA
    elif alea.unite() < 0.3:
        ligne.calcul = alea.parmi(cat.CALCULS).format(n=alea.entier(1, 9999))
    ligne.cause = "acheteur" if alea.unite() < 0.5 else ""


def draw_generic(alea: Alea, ght: GhtFictif, annee: int) -> Ligne:
    """A medicine whose generic has arrived: 55 to 88 % less."""
    ligne = draw_line(
        alea, ght, annee, operateur=alea.parmi(("NATIONAL", "GHT", "REGIONAL")), famille=cat.MEDICAMENTS
    )
    ligne.sorte = Sorte.GENERIQUE
    ligne.taux = alea.entre(0.55, 0.88)
    ligne.reference = alea.entier(300_000, 9_000_000) + alea.entier(0, 99)
    ligne.gain = round(ligne.reference * ligne.taux)
    ligne.explication = alea.parmi(cat.EXPLICATION_GENERIQUE)
    if alea.unite() < 0.4:
        ligne.observation, ligne.reponse = cat.DEMANDE_GENERIQUE, cat.REPONSE_GENERIQUE
    ligne.type_effet = "Effet prix induit"
    return ligne


def draw_loss(alea: Alea, ght: GhtFictif, annee: int) -> Ligne:
    """Energy bought at a higher price: a loss, declared and counted as such."""
    ligne = draw_line(alea, ght, annee, operateur="GHT", famille=cat.TRAVAUX)
    ligne.domaine, ligne.categorie = cat.ENERGIE, alea.parmi(cat.FAMILLES[cat.TRAVAUX][2][cat.ENERGIE])
    ligne.intitule = f"Renouvellement de l'accord-cadre : {ligne.categorie.lower()}"
    ligne.sorte, ligne.explication, ligne.cause = Sorte.PERTE, cat.EXPLICATION_PERTE, "acheteur"
    ligne.taux = -alea.entre(0.04, 0.34)
    ligne.reference = alea.entier(4_000_000, 60_000_000)
    ligne.gain = round(ligne.reference * ligne.taux)
    ligne.type_effet = "Effet prix"
    return ligne
