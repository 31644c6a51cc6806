"""The analysis of offers as a workbook that still computes: marks, totals and ranks are formulas."""

from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from fanal.interface.exports import MENTION, neutraliser
from fanal.procedures.compute.notation import FORMULES, Analyse
from fanal.procedures.models import Lot, Procedure

HAUT = 4  # row of the headers
PREMIERE = 3  # column of the first supplier


def classeur_analyse(procedure: Procedure, lot: Lot, analyse: Analyse, formule: str) -> bytes:
    """Suppliers in columns, criteria in rows; amounts and marks are values, the rest formulas.

    An irregular offer stands in the sheet, its reason with it, and stays out of the formulas.
    """
    memoire = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memoire, options) as classeur:
        classeur.set_properties({"title": f"Analyse {procedure.numero} lot {lot.numero}", "author": "Fanal"})
        _feuille(classeur, procedure, lot, analyse, formule)
        _lecture(classeur, procedure, lot, analyse, formule)
    return memoire.getvalue()


def _feuille(
    classeur: xlsxwriter.Workbook, procedure: Procedure, lot: Lot, analyse: Analyse, formule: str
) -> None:
    feuille = classeur.add_worksheet("Analyse")
    gras = classeur.add_format({"bold": True})
    tete = classeur.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    argent = classeur.add_format({"num_format": "#,##0.00"})
    note = classeur.add_format({"num_format": "0.00"})
    total = classeur.add_format({"num_format": "0.00", "bold": True, "top": 1})
    feuille.write_string(0, 0, neutraliser(f"{procedure.numero} {procedure.intitule}"), gras)
    feuille.write_string(1, 0, neutraliser(str(lot)))
    feuille.write_string(2, 0, MENTION if procedure.demonstration else "Montants hors taxes (HT).")
    feuille.write_string(2, 1, "Note sur")
    feuille.write_number(2, 2, float(analyse.maximum), note)
    for colonne, titre in enumerate(("Critère", "Nature", "Poids")):
        feuille.write_string(HAUT, colonne, titre, tete)
    nombre = len(analyse.offres)
    for rang, notee in enumerate(analyse.offres):
        suffixe = "" if notee.offre.reguliere else " (irrégulière)"
        feuille.write_string(HAUT, PREMIERE + rang, neutraliser(f"{notee.offre.nom}{suffixe}"), tete)
    feuille.write_string(HAUT, PREMIERE + nombre, "Écart", tete)
    montants = HAUT + 1
    feuille.write_string(montants, 0, "Montant HT (€)")
    for rang, notee in enumerate(analyse.offres):
        if notee.offre.montant is not None:
            feuille.write_number(montants, PREMIERE + rang, float(notee.offre.montant), argent)
    for ligne, critere in enumerate(analyse.criteres, montants + 1):
        feuille.write_string(ligne, 0, neutraliser(critere.titre))
        feuille.write_string(ligne, 1, critere.nature)
        feuille.write_number(ligne, 2, float(critere.poids))
        _notes(feuille, analyse, ligne, montants, critere.code, critere.automatique, formule, note)
    _totaux(feuille, analyse, montants, total)
    feuille.set_column(0, 0, 34)
    feuille.set_column(1, 2, 14)
    feuille.set_column(PREMIERE, PREMIERE + nombre, 20)
    feuille.freeze_panes(HAUT + 1, 1)


def _notes(
    feuille: Any,
    analyse: Analyse,
    ligne: int,
    montants: int,
    code: str,
    automatique: bool,
    formule: str,
    style: Any,
) -> None:
    for rang, notee in enumerate(analyse.offres):
        valeur = notee.notes[code]
        if valeur is None:
            continue
        colonne = PREMIERE + rang
        if automatique:
            texte = _formule_prix(analyse, montants, colonne, formule)
            feuille.write_formula(ligne, colonne, texte, style, float(valeur))
        else:
            feuille.write_number(ligne, colonne, float(valeur), style)
    cellules = _regulieres(analyse, ligne)
    ecart = analyse.ecarts[code]
    if cellules and ecart is not None:
        texte = f"=MAX({cellules})-MIN({cellules})"
        feuille.write_formula(ligne, PREMIERE + len(analyse.offres), texte, style, float(ecart))


def _regulieres(analyse: Analyse, ligne: int) -> str:
    """The cells of a row that belong to regular offers, as arguments of a function."""
    cellules = [
        xl_rowcol_to_cell(ligne, PREMIERE + rang)
        for rang, notee in enumerate(analyse.offres)
        if notee.offre.reguliere
    ]
    return ",".join(cellules)


def _formule_prix(analyse: Analyse, montants: int, colonne: int, formule: str) -> str:
    """The stated formula of the mark of price, over the amounts of the regular offers."""
    bas = f"MIN({_regulieres(analyse, montants)})"
    offre = xl_rowcol_to_cell(montants, colonne)
    if formule == "proportionnelle":
        return f"=ROUND($C$3*{bas}/{offre},2)"
    return f"=ROUND(MAX(0,$C$3*(1-({offre}-{bas})/{bas})),2)"


def _totaux(feuille: Any, analyse: Analyse, montants: int, style: Any) -> None:
    premiere, derniere = montants + 1, montants + len(analyse.criteres)
    bas = derniere + 1
    feuille.write_string(bas, 0, "Total sur 100", style)
    feuille.write_string(bas + 1, 0, "Rang", style)
    feuille.write_formula(bas, 2, f"=SUM(C{premiere + 1}:C{derniere + 1})", style, 100)
    totaux = _regulieres(analyse, bas)
    for rang, notee in enumerate(analyse.offres):
        if notee.total is None:
            continue
        colonne = PREMIERE + rang
        lettre = xl_col_to_name(colonne)
        notes, poids = (
            f"{lettre}{premiere + 1}:{lettre}{derniere + 1}",
            f"$C${premiere + 1}:$C${derniere + 1}",
        )
        texte = f"=ROUND(SUMPRODUCT({notes},{poids})/$C$3,2)"
        feuille.write_formula(bas, colonne, texte, style, float(notee.total))
        if notee.rang is not None:
            cellule = xl_rowcol_to_cell(bas, colonne)
            devant = "+".join(f"({autre}>{cellule})" for autre in totaux.split(","))
            feuille.write_formula(bas + 1, colonne, f"=1+{devant}", style, notee.rang)


def _lecture(
    classeur: xlsxwriter.Workbook, procedure: Procedure, lot: Lot, analyse: Analyse, formule: str
) -> None:
    feuille = classeur.add_worksheet("À lire")
    feuille.set_column(0, 0, 30)
    feuille.set_column(1, 1, 100)
    lignes = [
        ("Note de prix", FORMULES[formule]),
        ("Total", "somme des notes × poids ÷ note maximale, arrondie au centième"),
        ("Rang", "égal pour des totaux égaux ; le rang suivant est alors sauté"),
        ("Cellule vide", "Note ou montant non renseigné ; il ne vaut pas zéro."),
    ]
    if procedure.demonstration:
        lignes.insert(0, ("Mention", MENTION))
    for offre in lot.offres.select_related("fournisseur"):
        if offre.motif:
            lignes.append((f"{offre.fournisseur.nom}, {offre.get_sort_display().lower()}", offre.motif))
        lignes += [
            (f"{offre.fournisseur.nom}, {critere.titre}", texte)
            for critere in analyse.criteres
            if (texte := offre.commentaires.get(critere.code))
        ]
    for rang, (cle, texte) in enumerate(lignes):
        feuille.write_string(rang, 0, neutraliser(cle))
        feuille.write_string(rang, 1, neutraliser(texte))
