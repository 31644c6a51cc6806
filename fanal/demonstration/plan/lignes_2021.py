"""The campaign of 2021: after control, every figure of the published tables at its printed precision."""

from dataclasses import replace
from math import fsum

from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan import cibles as but
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.calage import (
    Marge,
    by_medicine,
    by_operator,
    by_region,
    declared,
    factor,
    part,
    rake,
    retained,
    total,
    write_amounts,
)
from fanal.demonstration.plan.modele import GhtFictif, Ligne, Sorte
from fanal.demonstration.plan.references import set_references
from fanal.demonstration.plan.retraits import (
    DECLARANTS,
    count_withdrawn,
    finish_withdrawn,
    rejected_lines,
    spread_withdrawals,
    withdraw,
)
from fanal.demonstration.plan.tirage import draw_generic, draw_line, draw_loss

ANNEE = 2021
UNITE = 3_000_000
NOMBRES = {"REUNION": 38, "GUADELOUPE": 40, "CORSE": 36, "MARTINIQUE": 6, "GUYANE": 6}
FIXES = (Sorte.DECLARANT, Sorte.GENERIQUE, Sorte.PERTE, Sorte.MOINDRE, Sorte.DOUBLON)
DOUBLONS = 96


def build_lines(ghts: dict[str, GhtFictif], avant: dict[str, list[Ligne]]) -> dict[str, list[Ligne]]:
    """The lines of each GHT that answered, controlled, with their final amounts; `avant`: those of 2020."""
    cibles = but.cibles()
    reportees = [ligne for groupe in avant.values() for ligne in groupe]
    lignes = {g.code: _draw(g, avant.get(g.code, [])) for g in ghts.values() if ANNEE in g.repond}
    toutes = [ligne for groupe in lignes.values() for ligne in groupe]
    _mark_doubles(toutes)
    _withdraw(toutes, reportees, cibles)
    _set_declarants(lignes)
    _set_retained(toutes, reportees, cibles)
    _set_withdrawn(toutes, reportees, cibles)
    alea = Alea("2021", "montants")
    for ligne in toutes:
        if ligne.sorte in (Sorte.RETRAIT, Sorte.SANS_GAIN):
            finish_withdrawn(alea, ligne)
    _set_references(toutes, cibles)
    for ligne in toutes:
        write_amounts(alea, ligne)
    return lignes


def _draw(ght: GhtFictif, avant: list[Ligne]) -> list[Ligne]:
    alea = Alea("lignes", ANNEE, ght.code)
    nombre = NOMBRES.get(ght.region, min(200, 40 + int(560 * ght.poids)))
    ordinaire = ght.region not in NOMBRES and ght.code not in DECLARANTS
    lignes = []
    for _ in range(nombre):
        u = alea.unite()
        if ordinaire and u < 0.024:
            ligne = draw_generic(alea, ght, ANNEE)
        elif ordinaire and u < 0.036:
            ligne = draw_loss(alea, ght, ANNEE)
        elif ordinaire and u < 0.044:
            ligne = _excluded(alea, ght)
        else:
            ligne = draw_line(alea, ght, ANNEE, operateur="GHT" if ght.region == "GUYANE" and u < 0.6 else "")
            if ght.code in DECLARANTS:
                ligne.sorte = Sorte.DECLARANT
        lignes.append(ligne)
    if ght.code in DECLARANTS:
        rang = alea.entier(3, 20)
        lignes[rang:rang] = rejected_lines(ght)
    if ordinaire and avant and alea.unite() < 0.16:
        lignes += [
            _repeated(g) for g in alea.prendre([g for g in avant if _repeatable(g)], alea.entier(2, 4))
        ]
    return lignes


def _excluded(alea: Alea, ght: GhtFictif) -> Ligne:
    """A price change that is not the buyer's: it counts for nothing, and control says so."""
    ligne = draw_line(alea, ght, ANNEE)
    ligne.sorte = Sorte.EXCLUE
    ligne.cause = "baisse_tarifaire" if ligne.famille == cat.MEDICAMENTS else "revision"
    ligne.reference = alea.entier(2_000_000, 30_000_000)
    ligne.gain = round(ligne.reference * alea.entre(0.02, 0.12))
    withdraw(ligne, "exclue")
    return ligne


def _repeatable(ligne: Ligne) -> bool:
    return ligne.sorte is Sorte.NORMALE and ligne.sens == "retenu"


def _repeated(ligne: Ligne) -> Ligne:
    """An action of the year before, sent again under the same number."""
    copie = replace(ligne, annee=ANNEE, sorte=Sorte.REPETEE)
    withdraw(copie, "repetee")
    return copie


def _mark_doubles(lignes: list[Ligne]) -> None:
    """Lines whose operator will declare less than the GHT: the difference makes the planned total."""
    alea = Alea("doublons", ANNEE)
    candidates = [
        g
        for g in lignes
        if g.operateur == "NATIONAL" and g.sorte is Sorte.NORMALE and g.region not in NOMBRES
    ]
    choisies = alea.prendre(candidates, DOUBLONS)
    for ligne in choisies:
        ligne.sorte, ligne.operateur_declare = Sorte.DOUBLON, alea.entre(0.35, 0.8)
        ligne.gain = alea.entier(900_000, 6_000_000)
    ecarts = fsum(part(g.gain or 0, g.date, ANNEE) * (1 - (g.operateur_declare or 0)) for g in choisies)
    for ligne in choisies:
        ligne.gain = round((ligne.gain or 0) * but.ECART_DOUBLONS / ecarts)


def _withdraw(lignes: list[Ligne], avant: list[Ligne], cibles: but.Cibles) -> None:
    for region, qualite in cibles.qualite.items():
        ici = [g for g in lignes if g.region == region and g.sorte is not Sorte.EXCLUE]
        # Lines of 2020 with a gain and a date still bring something to 2021, and are judged with it.
        autres = [
            g for g in avant if g.region == region and g.gain is not None and g.date and g.date.year == 2020
        ]
        touchees = sum(g.sens != "retenu" for g in ici)
        nombre = count_withdrawn(
            len(ici) - touchees, touchees, len(autres), sum(g.sens != "retenu" for g in autres), qualite
        )
        candidates = [g for g in ici if g.sorte is Sorte.NORMALE]
        alea = Alea("retraits", ANNEE, region)
        spread_withdrawals(alea, candidates, nombre, reduire=region not in NOMBRES)
        _keep_one_amount(ici)


def _keep_one_amount(ici: list[Ligne]) -> None:
    """A région whose withdrawn lines are all without an amount would withdraw nothing: give one of them an
    amount.
    """
    retirees = [g for g in ici if g.sens != "retenu"]
    if retirees and not any(g.sorte in (Sorte.RETRAIT, Sorte.MOINDRE) and g.date for g in retirees):
        ligne = retirees[0]
        ligne.sorte, ligne.taux, ligne.explication = Sorte.RETRAIT, 0.5, ""
        withdraw(ligne, "borne")


def _set_declarants(lignes: dict[str, list[Ligne]]) -> None:
    """The five GHT of the printed lines declare the total gains that the printed weights imply."""
    for code, (vise, _) in DECLARANTS.items():
        ordinaires = [g for g in lignes[code] if g.sorte is Sorte.DECLARANT]
        reste = vise - sum(g.gain or 0 for g in lignes[code] if g.sorte is Sorte.REJET)
        poids = fsum(g.poids for g in ordinaires)
        for ligne in ordinaires:
            ligne.gain = round(reste * ligne.poids / poids)


def _kept(ligne: Ligne) -> int:
    """Cents of 2021 kept after control and after the comparison with operators."""
    montant = retained(ligne, ANNEE)
    return montant if ligne.operateur_declare is None else round(montant * ligne.operateur_declare)


def _set_retained(lignes: list[Ligne], avant: list[Ligne], cibles: but.Cibles) -> None:
    """Scale ordinary lines so that retained gains meet régions, operators and the share of medicines."""
    libres = [g for g in lignes if g.sorte is Sorte.NORMALE]
    deja = [g for g in lignes if g.sorte in FIXES] + avant
    region = _rest(cibles.retenu, total(deja, _kept, by_region))
    region.pop(but.REGION_REPRISE)
    operateur = _rest(cibles.par_operateur, total(deja, _kept, by_operator))
    operateur["NATIONAL"] -= cibles.repris
    ensemble = sum(cibles.retenu.values())
    medicaments = but.PART_MEDICAMENTS * ensemble - total(deja, _kept, by_medicine)[cat.MEDICAMENTS]
    famille = {cat.MEDICAMENTS: medicaments, "autres": fsum(region.values()) - medicaments}
    marges: list[Marge] = [(by_medicine, famille), (by_operator, operateur), (by_region, region)]
    facteurs = rake(libres, lambda g: part(round(g.poids * UNITE), g.date, ANNEE), marges)
    for ligne in libres:
        ligne.gain = round(ligne.poids * UNITE * factor(ligne, marges, facteurs))


def _rest(vise: dict[str, int], deja: dict[str, int]) -> dict[str, float]:
    return {cle: float(montant - deja.get(cle, 0)) for cle, montant in vise.items()}


def _set_withdrawn(lignes: list[Ligne], avant: list[Ligne], cibles: but.Cibles) -> None:
    """Scale withdrawn lines so that 39.6 M€ go, the national operators' part balancing what is taken up."""
    libres = [g for g in lignes if g.sorte is Sorte.RETRAIT and g.date is not None]
    deja = [g for g in lignes if g.sorte in (Sorte.REJET, Sorte.MOINDRE)] + avant
    region = _rest(cibles.retire, total(deja, _taken, by_region))
    ensemble = fsum(region.values())
    nationaux = total(deja, _taken, by_operator)["NATIONAL"]
    national = cibles.repris - but.ECART_DOUBLONS + but.EXCES_NATIONAL - nationaux
    acteur = {"NATIONAL": float(national), "autres": ensemble - national}
    present = {g.region for g in libres}
    marges: list[Marge] = [
        (_national, acteur),
        (by_region, {r: v for r, v in region.items() if r in present}),
    ]
    facteurs = rake(libres, lambda g: part(round(g.poids * UNITE), g.date, ANNEE), marges)
    for ligne in lignes:
        if ligne.sorte is Sorte.RETRAIT:
            ligne.gain = round(ligne.poids * UNITE * factor(ligne, marges, facteurs))


def _national(ligne: Ligne) -> str:
    return "NATIONAL" if ligne.operateur == "NATIONAL" else "autres"


def _taken(ligne: Ligne) -> int:
    """Cents of 2021 that decisions take away."""
    return declared(ligne, ANNEE) - retained(ligne, ANNEE)


def _set_references(lignes: list[Ligne], cibles: but.Cibles) -> None:
    libres = [g for g in lignes if g.sorte in (Sorte.NORMALE, Sorte.DECLARANT, Sorte.DOUBLON)]
    fixes = [g for g in lignes if g.sorte in (Sorte.GENERIQUE, Sorte.PERTE, Sorte.MOINDRE)]
    regions = {g.region for g in libres}
    couvert = {r: round(cibles.couverture[ANNEE][r] * cibles.achats[ANNEE][r]) for r in regions}
    set_references(libres, fixes, couvert, cibles.surperformance[ANNEE])
