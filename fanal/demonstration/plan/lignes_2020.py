"""The campaign of 2020: its only published figures are the coverage, the carry-over it leaves to 2021, and
ARA.
"""

from math import fsum

from fanal.achats.resultats_publies import table
from fanal.demonstration.plan import cibles as but
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.calage import (
    Marge,
    by_operator,
    by_region,
    factor,
    part,
    rake,
    retained,
    total,
    write_amounts,
)
from fanal.demonstration.plan.modele import GhtFictif, Ligne, Sorte
from fanal.demonstration.plan.references import set_references
from fanal.demonstration.plan.retraits import finish_withdrawn, spread_withdrawals, withdraw
from fanal.demonstration.plan.tirage import draw_generic, draw_line, draw_loss

ANNEE = 2020
UNITE = 3_000_000  # cents of annual gain of a line of size 1, before scaling
NOMBRES = {"REUNION": 14, "GUADELOUPE": 14, "CORSE": 14, "MARTINIQUE": 10}
CALABLES = (Sorte.NORMALE, Sorte.ANTERIEURE, Sorte.RETRAIT)
NON_CHIFFRE = "Périmètre traité dans l'année ; gain non chiffré."


def build_lines(ghts: dict[str, GhtFictif]) -> dict[str, list[Ligne]]:
    """The lines of each GHT that answered, controlled and with their final amounts."""
    cibles = but.cibles()
    repondants = [g for g in ghts.values() if ANNEE in g.repond]
    lignes = {g.code: _draw(g) for g in repondants}
    toutes = [ligne for groupe in lignes.values() for ligne in groupe]
    _withdraw(toutes, cibles)
    _set_gains(toutes, cibles)
    _set_earlier(toutes)
    alea = Alea("2020", "montants")
    for ligne in toutes:
        finish_withdrawn(alea, ligne) if ligne.sorte in (Sorte.RETRAIT, Sorte.SANS_GAIN) else None
    couvrent = [g for g in toutes if g.sens != "retire" and g.sorte is not Sorte.ANTERIEURE]
    fixes = [g for g in couvrent if g.sorte not in (Sorte.NORMALE,) and g.region != but.REGION_REPRISE]
    normales = [g for g in couvrent if g.sorte is Sorte.NORMALE]
    regions = {g.region for g in normales}
    couvert = {r: round(cibles.couverture[ANNEE][r] * cibles.achats[ANNEE][r]) for r in regions}
    set_references(normales, fixes, couvert, cibles.surperformance[ANNEE])
    _set_uncounted(toutes, cibles)
    for ligne in toutes:
        if ligne.sorte is Sorte.ANTERIEURE:
            ligne.reference = round((ligne.gain or 0) / ligne.taux)
        write_amounts(alea, ligne)
    return lignes


def _draw(ght: GhtFictif) -> list[Ligne]:
    alea = Alea("lignes", ANNEE, ght.code)
    nombre = NOMBRES.get(ght.region, min(85, 17 + int(250 * ght.poids)))
    grande = ght.region not in NOMBRES
    lignes = []
    for _ in range(nombre):
        u = alea.unite()
        if grande and u < 0.015:
            ligne = draw_generic(alea, ght, ANNEE)
            ligne.reference, ligne.gain = _half(ligne.reference), _half(ligne.gain)
        elif grande and u < 0.03:
            ligne = draw_loss(alea, ght, ANNEE)
            ligne.reference, ligne.gain = _half(ligne.reference), _half(ligne.gain)
        else:
            ligne = draw_line(alea, ght, ANNEE)
            if u > 0.88 and ght.region != but.REGION_REPRISE and ligne.date is not None:
                ligne.sorte = Sorte.ANTERIEURE
                ligne.date = ligne.date.replace(year=2019, month=max(ligne.date.month, 3))
        lignes.append(ligne)
    return lignes


def _half(montant: int | None) -> int:
    return round((montant or 0) * 0.5)


def _withdraw(lignes: list[Ligne], cibles: but.Cibles) -> None:
    for region in cibles.retenu:
        alea = Alea("retraits", ANNEE, region)
        ici = [g for g in lignes if g.region == region]
        if not ici or region == but.REGION_REPRISE:
            continue
        candidates = [g for g in ici if g.sorte is Sorte.NORMALE]
        # The quality of 2020 is not printed by région: that of 2021 is taken.
        nombre = round(len(ici) * (1 - cibles.qualite[region]))
        spread_withdrawals(alea, candidates, nombre, reduire=region not in NOMBRES)
    for ligne in lignes:
        # A gain withdrawn in 2020 leaves a part to 2021: none comes from a national operator or a small
        # région.
        if ligne.sorte is Sorte.RETRAIT and (ligne.operateur == "NATIONAL" or ligne.region in NOMBRES):
            ligne.sorte = Sorte.SANS_GAIN
            withdraw(ligne, "gain")


def _set_gains(lignes: list[Ligne], cibles: but.Cibles) -> None:
    """Scale ordinary lines so that they leave to 2021 the planned carry-over, by région and operator."""
    fixes = [g for g in lignes if g.sorte in (Sorte.GENERIQUE, Sorte.PERTE, Sorte.MOINDRE)]
    libres = [g for g in lignes if g.sorte is Sorte.NORMALE and g.region in _carried(cibles)]

    def suivante(ligne: Ligne) -> float:
        return part(round(ligne.poids * UNITE), ligne.date, ANNEE + 1)

    deja_region = total(fixes, lambda g: retained(g, ANNEE + 1), by_region)
    deja_operateur = total(fixes, lambda g: retained(g, ANNEE + 1), by_operator)
    region = {r: float(v - deja_region.get(r, 0)) for r, v in _carried(cibles).items()}
    somme = sum(_carried(cibles).values())
    acteurs = sum(cibles.par_operateur.values())
    operateur = {o: v / acteurs * somme - deja_operateur.get(o, 0) for o, v in cibles.par_operateur.items()}
    marges: list[Marge] = [(by_operator, operateur), (by_region, region)]
    facteurs = rake(libres, suivante, marges)
    for ligne in lignes:
        if ligne.sorte in CALABLES and ligne.region in region:
            ligne.gain = round(ligne.poids * UNITE * factor(ligne, marges, facteurs))
        elif ligne.sorte in CALABLES:
            ligne.gain = None


def _carried(cibles: but.Cibles) -> dict[str, int]:
    return {r: v for r, v in cibles.report.items() if v > 0}


def _set_earlier(lignes: list[Ligne]) -> None:
    """Actions of 2019 still counting in 2020: a share of the actions of 2020; in ARA, what makes the printed
    32.9 M€.
    """
    ara = round(but.millions(table("historique_ara").valeur("2020", "gains_retenus_meur")) * but.MILLION)
    nouvelles = total(
        [g for g in lignes if g.sorte is not Sorte.ANTERIEURE], lambda g: retained(g, ANNEE), by_region
    )
    vise = {r: but.REPORT_ANTERIEUR * v for r, v in nouvelles.items()}
    vise["ARA"] = float(ara + 123_456 - nouvelles["ARA"])
    anterieures = [g for g in lignes if g.sorte is Sorte.ANTERIEURE]
    brut = {r: fsum(retained(g, ANNEE) for g in anterieures if g.region == r) for r in vise}
    for ligne in anterieures:
        ligne.gain = round((ligne.gain or 0) * vise[ligne.region] / brut[ligne.region])


def _set_uncounted(lignes: list[Ligne], cibles: but.Cibles) -> None:
    """The région whose GHT treated perimeters but gave no gain: coverage without performance."""
    ici = [g for g in lignes if g.region == but.REGION_REPRISE]
    couvert = cibles.couverture[ANNEE][but.REGION_REPRISE] * cibles.achats[ANNEE][but.REGION_REPRISE]
    poids = fsum(g.poids for g in ici)
    for ligne in ici:
        ligne.sorte, ligne.gain, ligne.explication = Sorte.SANS_GAIN, None, NON_CHIFFRE
        ligne.reference = ligne.perimetre = round(couvert * ligne.poids / poids)
