"""The open campaign of 2022: three GHT have begun, at different steps; the others are awaited."""

from datetime import date

from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.calage import write_amounts
from fanal.demonstration.plan.modele import GhtFictif, Ligne, Sorte
from fanal.demonstration.plan.tirage import draw_line

ANNEE = 2022
# A draft with lines to correct, a workbook awaiting the agency's opinion, and one under control.
COMMENCES = ("BRE-D02", "BRE-D03", "BRE-D04")
NOMBRE = 36


def build_lines(ghts: dict[str, GhtFictif]) -> dict[str, list[Ligne]]:
    """Lines at mid-year: some have results, many are still a plan."""
    return {code: _draw(ghts[code]) for code in COMMENCES}


def _draw(ght: GhtFictif) -> list[Ligne]:
    alea = Alea("lignes", ANNEE, ght.code)
    lignes = []
    for rang in range(1, NOMBRE + 1):
        ligne = draw_line(alea, ght, ANNEE)
        ligne.identifiant = f"{ght.code}-{ANNEE}-{rang:03d}"
        attendu = round(ligne.poids * 2_400_000)
        ligne.previsionnel = attendu
        ligne.reference = round(attendu / max(ligne.taux, 0.02))
        if alea.unite() < 0.45:
            ligne.gain = round(attendu * alea.entre(0.7, 1.2))
            ligne.date = date(ANNEE, alea.entier(1, 5), 1)
            write_amounts(alea, ligne)
        else:
            _plan(alea, ligne)
        lignes.append(ligne)
    suspecte = lignes[4]
    suspecte.sorte, suspecte.gain, suspecte.date = Sorte.RETRAIT, 9_512_345, date(ANNEE, 2, 1)
    suspecte.reference = suspecte.perimetre = 4_150_080
    suspecte.prix_reference = suspecte.prix_nouveau = suspecte.quantite = None
    suspecte.observation = cat.RETRAITS["cent"][2]
    suspecte.statut, suspecte.date_prevue = "notifiée", None
    return lignes


def _plan(alea: Alea, ligne: Ligne) -> None:
    """An action without a result yet: a planned date and an expected gain."""
    ligne.sorte, ligne.gain, ligne.date = Sorte.PREVUE, None, None
    ligne.statut = alea.parmi(("envisagée", "envisagée", "en cours"))
    ligne.date_prevue = date(ANNEE, alea.entier(6, 12), alea.parmi((1, 15)))
    ligne.perimetre = ligne.reference
