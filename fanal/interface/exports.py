"""Tables as CSV and XLSX files, without any cell that could run as a formula."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from fanal.interface import nombres
from fanal.interface.cellules import FACTEURS
from fanal.interface.nombres import Absence, Valeur
from fanal.interface.sources import brute
from fanal.interface.tableaux import Colonne, Tableau, Vue

MENTION = "Données de démonstration : fictives, ne pas diffuser comme des résultats."
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS_XLSX = {
    "montant": "#,##0.00",
    "montant_rond": "#,##0",
    "millions": "#,##0.0",
    "taux": "0.0%",
    "entier": "#,##0",
    "nombre": "#,##0.####",
    "date": "dd/mm/yyyy",
}
DANGEREUX = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def exporter(tableau: Tableau, fmt: str, request: HttpRequest | None = None) -> HttpResponse:
    """The filtered rows of *tableau* as an attachment, *fmt* "csv" or "xlsx".

    *request* carries the sort, the filters and the columns in its address; without it, all of the table.
    """
    vue = tableau.depuis_requete(request) if request else Vue(tableau, QueryDict(), "")
    contenu = ecrire_csv(vue) if fmt == "csv" else ecrire_xlsx(vue)
    reponse = HttpResponse(contenu, content_type=TYPES[fmt])
    suffixe = "-demonstration" if tableau.fictif else ""
    reponse["Content-Disposition"] = f'attachment; filename="fanal-{tableau.nom}{suffixe}.{fmt}"'
    return reponse


def neutraliser(texte: str) -> str:
    """*texte* with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{texte}" if texte.startswith(DANGEREUX) else texte


def ecrire_csv(vue: Vue) -> bytes:
    """UTF-8 with a byte-order mark, semicolons, decimal commas: what a French spreadsheet opens at once.

    Amounts and rates have no thousands separator and keep every decimal; a rate is written in per cent.
    """
    sortie = StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    if vue.tableau.fictif:
        ecrivain.writerow([MENTION])
    ecrivain.writerow([neutraliser(colonne.entete) for colonne in vue.colonnes])
    for ligne in vue.lignes_exportees():
        ecrivain.writerow([_cellule_csv(c, v) for c, v in zip(vue.colonnes, ligne, strict=True)])
    return b"\xef\xbb\xbf" + sortie.getvalue().encode()


def ecrire_xlsx(vue: Vue) -> bytes:
    """A workbook that still computes: typed cells, totals as formulas, a sheet that says what it is."""
    memoire = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memoire, options) as classeur:
        classeur.set_properties({"title": vue.tableau.titre or vue.tableau.nom, "author": "Fanal"})
        _feuille_donnees(classeur, vue)
        _feuille_lecture(classeur, vue)
    return memoire.getvalue()


def _cellule_csv(colonne: Colonne, valeur: Any) -> str:
    if valeur is None:
        return ""
    if colonne.numerique:
        nombre = nombres.en_decimal(valeur)
        if nombre is None:
            return ""
        unite = nombre * FACTEURS.get(colonne.genre, Decimal(1))
        return f"{unite.normalize():f}".replace(".", ",")
    if colonne.genre == "date":
        return nombres.ecrire_date(valeur) or neutraliser(str(valeur))
    return neutraliser(_mot(colonne, valeur))


def _feuille_donnees(classeur: xlsxwriter.Workbook, vue: Vue) -> None:
    feuille = classeur.add_worksheet("Données")
    gras = classeur.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    titre = classeur.add_format({"bold": True, "font_size": 13})
    feuille.write_string(0, 0, vue.tableau.titre or vue.tableau.nom, titre)
    feuille.write_string(1, 0, MENTION if vue.tableau.fictif else " · ".join(vue.phrases))
    debut = 3
    for j, colonne in enumerate(vue.colonnes):
        feuille.write_string(debut, j, _entete_xlsx(colonne), gras)
        feuille.set_column(j, j, max(12, min(44, len(colonne.entete) + 4)))
    formats = [_format(classeur, colonne) for colonne in vue.colonnes]
    lignes = vue.lignes_exportees()
    for i, ligne in enumerate(lignes, debut + 1):
        for j, (colonne, valeur) in enumerate(zip(vue.colonnes, ligne, strict=True)):
            _ecrire(feuille, i, j, colonne, valeur, formats[j])
    feuille.freeze_panes(debut + 1, 1)
    if lignes:
        feuille.autofilter(debut, 0, debut + len(lignes), len(vue.colonnes) - 1)
        _totaux(classeur, feuille, vue, debut + 1, len(lignes))


def _totaux(
    classeur: xlsxwriter.Workbook, feuille: xlsxwriter.worksheet.Worksheet, vue: Vue, debut: int, nombre: int
) -> None:
    if not any(colonne.total for colonne in vue.colonnes):
        return
    rang = debut + nombre
    for j, colonne in enumerate(vue.colonnes):
        style = _format(classeur, colonne, bold=True, top=1)
        if colonne.total == "somme":
            lettre = xlsxwriter.utility.xl_col_to_name(j)
            plage = f"{lettre}{debut + 1}:{lettre}{rang}"
            somme = nombres.en_decimal(_nu(vue.total(colonne)))
            feuille.write_formula(rang, j, f"=SUBTOTAL(109,{plage})", style, float(somme or 0))
        elif colonne.total:
            _ecrire(feuille, rang, j, colonne, _nu(vue.total(colonne)), style)
        else:
            feuille.write_string(rang, j, "Total" if j == 0 else "", style)


def _feuille_lecture(classeur: xlsxwriter.Workbook, vue: Vue) -> None:
    feuille = classeur.add_worksheet("À lire")
    feuille.set_column(0, 0, 28)
    feuille.set_column(1, 1, 90)
    paires: list[tuple[str, str]] = [("Tableau", vue.tableau.titre or vue.tableau.nom)]
    if vue.tableau.fictif:
        paires.append(("Mention", MENTION))
    paires += [("Filtre", phrase) for phrase in vue.phrases] or [("Filtre", "Aucun")]
    paires += [("Lignes", str(vue.nombre)), ("Produit le", nombres.ecrire_date(timezone.now()) or "")]
    paires += [("Colonne", f"{c.entete} : {c.aide}") for c in vue.colonnes if c.aide]
    paires.append(("Cellule vide", "Valeur non renseignée ou non calculable ; elle ne vaut pas zéro."))
    for i, (cle, texte) in enumerate(paires):
        feuille.write_string(i, 0, cle)
        feuille.write_string(i, 1, texte)


def _format(classeur: xlsxwriter.Workbook, colonne: Colonne, **plus: Any) -> xlsxwriter.format.Format:
    forme = FORMATS_XLSX.get(colonne.genre)
    return classeur.add_format({**({"num_format": forme} if forme else {}), **plus})


def _ecrire(
    feuille: xlsxwriter.worksheet.Worksheet, i: int, j: int, colonne: Colonne, valeur: Any, style: Any
) -> None:
    if valeur is None or valeur == "":
        feuille.write_blank(i, j, None, style)
    elif colonne.numerique and (nombre := nombres.en_decimal(valeur)) is not None:
        feuille.write_number(i, j, float(nombre) / (1e6 if colonne.genre == "millions" else 1), style)
    elif isinstance(valeur, datetime):
        local = timezone.localtime(valeur) if timezone.is_aware(valeur) else valeur
        feuille.write_datetime(i, j, local.replace(tzinfo=None), style)
    elif isinstance(valeur, date):
        feuille.write_datetime(i, j, datetime(valeur.year, valeur.month, valeur.day), style)  # noqa: DTZ001 - a day of a sheet has no zone
    else:
        # Shared strings are never run, yet the file may be saved as CSV later: neutralised all the same.
        feuille.write_string(i, j, neutraliser(_mot(colonne, valeur)), style)


def _entete_xlsx(colonne: Colonne) -> str:
    # A rate is a true percentage in a workbook: its cells show the sign, the header need not.
    return colonne.titre if colonne.genre == "taux" else colonne.entete


def _mot(colonne: Colonne, valeur: Any) -> str:
    if colonne.genre == "etat" and valeur in colonne.etats:
        return colonne.etats[valeur][0]
    return str(valeur)


def _nu(valeur: Any) -> Any:
    return brute(valeur.valeur if isinstance(valeur, Valeur) else valeur)


__all__: Sequence[str] = ["MENTION", "Absence", "ecrire_csv", "ecrire_xlsx", "exporter", "neutraliser"]
