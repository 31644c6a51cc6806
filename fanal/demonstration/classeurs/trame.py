"""The workbook of a GHT."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fanal.demonstration.classeurs.cellules import MONTANTS, cells
from fanal.demonstration.classeurs.ecriture import Classeur, write_csv
from fanal.demonstration.classeurs.mises_en_page import GHT_CSV, MAISON, MiseEnPage, layout
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.modele import GhtFictif, Ligne

LISEZ_MOI = (
    "Trame de démonstration : établissements et montants inventés.",
    "Feuille « Actions » : une ligne par action. Feuille « Achats annuels » : base du taux de couverture.",
)


def write_plan(
    chemin: Path,
    ght: GhtFictif,
    annee: int,
    lignes: Sequence[Ligne],
    achats: Mapping[str, int],
    *,
    fautes: bool = False,
) -> None:
    """Write the workbook of the GHT in its layout; `fautes` spoils a few cells, as a first sending does."""
    page = layout(ght.code, annee)
    alea = Alea("classeur", annee, ght.code)
    rangees = [cells(ligne, page, alea) for ligne in lignes]
    if fautes:
        _spoil(rangees, page)
    titres = [page.titres[c] for c in page.champs] + list(page.extras)
    if ght.code == GHT_CSV:
        write_csv(chemin, titres, rangees)
        return
    with Classeur(chemin, f"{ght.nom}, {annee}") as livre:
        if page.lisez_moi:
            notice = livre.feuille("Lisez-moi")
            for rang, phrase in enumerate(LISEZ_MOI):
                livre.ecrire(notice, rang, [phrase])
        _table(livre, page, ght, annee, titres, rangees)
        _purchases(livre, annee, achats)


def _table(
    livre: Classeur, page: MiseEnPage, ght: GhtFictif, annee: int, titres: list[str], rangees: list[list[Any]]
) -> None:
    feuille = livre.feuille("Actions" if page is not MAISON else f"Suivi {annee}")
    for haut, phrase in enumerate(
        (f"Plan d'actions achat {annee} : {ght.nom}", "Données de démonstration")[: page.entetes]
    ):
        livre.ecrire(feuille, haut, [phrase], livre.gras)
    rang = page.entetes
    if page.groupes:
        colonne = 0
        for nom, champs in page.groupes:
            if len(champs) > 1:
                feuille.merge_range(rang, colonne, rang, colonne + len(champs) - 1, nom, livre.groupe)
            colonne += len(champs)
        rang += 1
    livre.ecrire(feuille, rang, titres, livre.gras)
    feuille.freeze_panes(rang + 1, 1)
    feuille.set_column(0, len(titres) - 1, 16)
    for cellules in rangees:
        rang += 1
        livre.ecrire(feuille, rang, cellules)
    if page.total:
        livre.ecrire(feuille, rang + 2, _total(page, rangees), livre.gras)


def _total(page: MiseEnPage, rangees: list[list[Any]]) -> list[Any]:
    total: list[Any] = ["TOTAL"] + [None] * (len(page.champs) - 1)
    for colonne, champ in enumerate(page.champs):
        if champ in MONTANTS and not page.texte:
            total[colonne] = round(sum(r[colonne] for r in rangees if isinstance(r[colonne], float)), 2)
    return total


def _purchases(livre: Classeur, annee: int, achats: Mapping[str, int]) -> None:
    if not achats:
        return
    feuille = livre.feuille("Achats annuels")
    livre.ecrire(feuille, 0, ["finess", "annee", "achats_annuels_ttc"], livre.gras)
    for rang, (finess, montant) in enumerate(achats.items(), start=1):
        livre.ecrire(feuille, rang, [finess, annee, montant / 100])


def _spoil(rangees: list[list[Any]], page: MiseEnPage) -> None:
    """The mistakes of a first sending: an impossible date, an amount in words, a line without its number."""
    colonnes = {champ: rang for rang, champ in enumerate(page.champs)}
    rangees[2][colonnes["date_premiere_commande"]] = "31/02/2021"
    rangees[5][colonnes["gain_annuel_ttc"]] = "douze mille"
    rangees[7][colonnes["operateur"]] = "UNIHA"
    rangees[9][colonnes["intitule"]] = None
    rangees[11][colonnes["montant_reference_ttc"]] = "#REF!"
