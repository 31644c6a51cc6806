"""The empty workbook of a format: sheets, notes, drop-down lists, an example; the same bytes every time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from fanal.depots.formats import Champ, Format, Schema
from fanal.depots.lecture.phrases import borne

_CREATION = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed date keeps the bytes the same
_LIGNES = 2000
_NATURES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "date": "date",
    "boolean": "oui ou non",
}


def ecrire_modele(format_: Format, sortie: Path) -> None:
    """Write the empty workbook of a format to `sortie`."""
    classeur = xlsxwriter.Workbook(str(sortie))
    classeur.set_properties({"title": format_.titre, "created": _CREATION, "author": "Fanal"})
    styles = _styles(classeur)
    schemas = [format_.principal, *format_.annexes.values()]
    for schema in schemas:
        _feuille(classeur, schema, styles)
    _exemple(classeur, format_.principal, styles)
    _notice(classeur, format_, schemas, styles)
    classeur.close()


def _styles(classeur: xlsxwriter.Workbook) -> dict[str, Any]:
    titre = {"bold": True, "bg_color": "#14213D", "font_color": "#FFFFFF", "border": 1, "valign": "vcenter"}
    return {
        "titre": classeur.add_format(titre),
        "requis": classeur.add_format({**titre, "bg_color": "#1D4ED8"}),
        "date": classeur.add_format({"num_format": "dd/mm/yyyy"}),
        "euros": classeur.add_format({"num_format": "#,##0.00"}),
        "nombre": classeur.add_format({"num_format": "General"}),
        "texte": classeur.add_format({"num_format": "@"}),
        "gras": classeur.add_format({"bold": True}),
        "long": classeur.add_format({"text_wrap": True, "valign": "top"}),
    }


def _style(champ: Champ, styles: dict[str, Any]) -> Any:
    if champ.type == "date":
        return styles["date"]
    if champ.type in ("number", "integer"):
        return styles["euros" if champ.fanal.get("unite") == "EUR" else "nombre"]
    return styles["texte"]


def _feuille(classeur: xlsxwriter.Workbook, schema: Schema, styles: dict[str, Any]) -> None:
    feuille = classeur.add_worksheet(schema.feuille)
    feuille.freeze_panes(1, 1)
    feuille.set_row(0, 24)
    for rang, champ in enumerate(schema.champs):
        feuille.write_string(0, rang, champ.nom, styles["requis" if champ.requis else "titre"])
        feuille.write_comment(0, rang, note(champ), {"author": "Fanal", "x_scale": 2.2, "y_scale": 1.3})
        feuille.set_column(rang, rang, max(14, len(champ.nom) + 3), _style(champ, styles))
        feuille.data_validation(1, rang, _LIGNES, rang, _validation(champ))
    feuille.autofilter(0, 0, 0, len(schema.champs) - 1)


def note(champ: Champ) -> str:
    """The note on a column's title: what it is, whether it must be filled, what it may hold."""
    lignes = [champ.titre, champ.description]
    lignes.append("Obligatoire." if champ.requis else "Facultatif.")
    if champ.enumeration:
        lignes.append("Valeurs : " + ", ".join(champ.enumeration) + ".")
    if champ.exemple:
        lignes.append(f"Exemple : {_exemple_ecrit(champ)}")
    return "\n".join(ligne for ligne in lignes if ligne)


def _exemple_ecrit(champ: Champ) -> str:
    if champ.type == "date":
        return date.fromisoformat(champ.exemple).strftime("%d/%m/%Y")
    return champ.exemple.replace(".", ",") if champ.type == "number" else champ.exemple


def _validation(champ: Champ) -> dict[str, Any]:
    """The input message of a column, and its drop-down list when it has one; typing is never blocked."""
    message: dict[str, Any] = {
        "validate": "any",
        "input_title": champ.titre[:32],
        "input_message": champ.description[:255],
    }
    choix = list(champ.enumeration) or (["oui", "non"] if champ.type == "boolean" else [])
    if choix:
        message |= {
            "validate": "list",
            "source": choix,
            "error_type": "warning",
            "error_title": "Valeur inattendue",
            "error_message": ("Valeurs prévues : " + ", ".join(choix))[:255],
        }
    return message


def _exemple(classeur: xlsxwriter.Workbook, schema: Schema, styles: dict[str, Any]) -> None:
    feuille = classeur.add_worksheet("Exemple")
    for rang, champ in enumerate(schema.champs):
        feuille.write_string(0, rang, champ.nom, styles["requis" if champ.requis else "titre"])
        feuille.set_column(rang, rang, max(14, len(champ.nom) + 3))
        style = _style(champ, styles)
        if champ.type == "date" and champ.exemple:
            jour = date.fromisoformat(champ.exemple)
            feuille.write_datetime(1, rang, datetime(jour.year, jour.month, jour.day), style)  # noqa: DTZ001 - a day of a sheet has no zone
        elif champ.type in ("number", "integer") and champ.exemple:
            feuille.write_number(1, rang, float(champ.exemple), style)
        else:
            feuille.write_string(1, rang, champ.exemple, style)
    feuille.write_string(3, 0, "Cette feuille montre une ligne remplie : elle n'est pas lue.", styles["gras"])


def _notice(
    classeur: xlsxwriter.Workbook, format_: Format, schemas: list[Schema], styles: dict[str, Any]
) -> None:
    feuille = classeur.add_worksheet("Notice")
    feuille.write_string(0, 0, format_.titre, styles["gras"])
    feuille.write_string(1, 0, str(format_.document.get("description", "")))
    feuille.write_string(
        2,
        0,
        "Les colonnes à titre bleu sont obligatoires. Vous pouvez ajouter vos propres colonnes : elles "
        "sont conservées.",
    )
    entetes = (
        "Feuille",
        "Colonne",
        "Intitulé",
        "Obligatoire",
        "Nature",
        "Valeurs ou bornes",
        "Description",
        "Exemple",
    )
    for rang, (titre, largeur) in enumerate(zip(entetes, (18, 26, 36, 12, 16, 36, 70, 40), strict=True)):
        feuille.write_string(4, rang, titre, styles["titre"])
        feuille.set_column(rang, rang, largeur)
    ligne = 5
    for schema in schemas:
        for champ in schema.champs:
            obligatoire = "oui" if champ.requis else "non"
            exemple = _exemple_ecrit(champ) if champ.exemple else ""
            cellules = (schema.feuille, champ.nom, champ.titre, obligatoire, _NATURES[champ.type])
            for rang, valeur in enumerate((*cellules, _bornes(champ), champ.description, exemple)):
                feuille.write_string(ligne, rang, valeur, styles["long"])
            ligne += 1
    feuille.autofilter(f"A5:{xl_col_to_name(len(entetes) - 1)}{ligne}")


def _bornes(champ: Champ) -> str:
    if champ.enumeration:
        return ", ".join(champ.enumeration)
    textes = []
    if champ.minimum is not None:
        textes.append(f"au moins {borne(champ.minimum)}")
    if champ.maximum is not None:
        textes.append(f"au plus {borne(champ.maximum)}")
    if champ.unique:
        textes.append("une seule fois dans la colonne")
    return ", ".join(textes)
