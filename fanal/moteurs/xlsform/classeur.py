"""Workbooks written: the answers to fill in, and a form as an XLSForm workbook."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from fanal.moteurs.xlsform.grilles import grilles_du_texte
from fanal.moteurs.xlsform.modele import GROUPE, NOTE, REPETITION, Choix, Element, Formulaire, Reponses
from fanal.moteurs.xlsform.plan import Plan, plan_de
from fanal.moteurs.xlsform.valeurs import ecrire_nombre

FEUILLE = "Réponses"
NOTICE = "Notice"
LISTES = "Listes"
COLONNE_LIGNE = "ligne"
LIGNES_VIDES = 50
_CREATION = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed date keeps the bytes the same
_NOMBRE_SUR = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


def en_classeur(markdown: str, chemin: Path) -> None:
    """Write a form given as Markdown tables as an XLSForm workbook (survey, choices, settings).

    Raises Inutilisable when the text is not made of such tables.
    """
    grilles = grilles_du_texte(markdown)
    classeur = xlsxwriter.Workbook(str(chemin))
    classeur.set_properties({"created": _CREATION, "author": "Fanal"})
    titre = classeur.add_format({"bold": True, "bg_color": "#14213D", "font_color": "#FFFFFF"})
    texte = classeur.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for nom, grille in grilles.items():
        feuille = classeur.add_worksheet(nom)
        feuille.freeze_panes(1, 2)
        for rang, colonne in enumerate(grille.titres):
            feuille.write_string(0, rang, colonne, titre)
            feuille.set_column(rang, rang, 46 if colonne.startswith(("label", "hint")) else 24, texte)
        for ligne in grille.lignes:
            for rang, colonne in enumerate(grille.titres):
                if colonne in ligne.cellules:
                    feuille.write_string(ligne.numero - 1, rang, ligne.cellules[colonne], texte)
    classeur.close()


def ecrire_modele(formulaire: Formulaire, chemin: Path, reponses: Reponses | None = None) -> None:
    """Write the workbook of answers: a sheet of questions, one sheet per repeat, lists and a notice.

    With `reponses`, it holds them; `reponses.lire_reponses` reads it back. A text that begins with "=" is
    written as a text: what people typed never runs.
    """
    _Modele(formulaire, chemin, reponses or {}).ecrire()


def feuilles_de(plan: Plan) -> dict[str, str]:
    """The name of the sheet of each repeat: its own, cut to what workbooks admit, told apart when needed."""
    prises = {nom.lower() for nom in (FEUILLE, NOTICE, LISTES, "reponses")}
    noms: dict[str, str] = {}
    for nom, fiche in plan.fiches.items():
        if fiche.element.genre == REPETITION:
            choisi, numero = nom[:31], 2
            while choisi.lower() in prises:
                choisi, numero = f"{nom[:27]}_{numero}", numero + 1
            prises.add(choisi.lower())
            noms[nom] = choisi
    return noms


def ecrits(choix: tuple[Choix, ...]) -> dict[str, str]:
    """How each code is written in a list: its label, followed by the code when the label is not enough."""
    libelles = [c.libelle for c in choix]
    codes = {c.code for c in choix}
    douteux = {t for t in libelles if libelles.count(t) > 1 or t in codes or t != " ".join(t.split())}
    return {c.code: f"{c.libelle} [{c.code}]" if c.libelle in douteux else c.libelle for c in choix}


class _Modele:
    """One workbook being written."""

    def __init__(self, formulaire: Formulaire, chemin: Path, reponses: Reponses) -> None:
        self.plan: Plan = plan_de(formulaire)
        self.formulaire, self.reponses = formulaire, reponses
        self.classeur = xlsxwriter.Workbook(str(chemin))
        self.classeur.set_properties({"title": formulaire.titre, "created": _CREATION, "author": "Fanal"})
        titre = {
            "bold": True,
            "bg_color": "#14213D",
            "font_color": "#FFFFFF",
            "text_wrap": True,
            "valign": "top",
        }
        self.titre = self.classeur.add_format(titre)
        self.section = self.classeur.add_format({"bold": True, "bg_color": "#DCE6FB"})
        self.texte = self.classeur.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.gris = self.classeur.add_format({"font_color": "#5B6472", "text_wrap": True, "valign": "top"})
        self.nombre = self.classeur.add_format({"num_format": "General", "valign": "top"})
        self.jour = self.classeur.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        self.plages: dict[str, str] = {}
        self.feuilles = feuilles_de(self.plan)

    def ecrire(self) -> None:
        """Write every sheet."""
        feuille = self.classeur.add_worksheet(FEUILLE)
        repetitions = {nom: self.classeur.add_worksheet(f) for nom, f in self.feuilles.items()}
        self._notice(self.classeur.add_worksheet(NOTICE))
        self._listes()
        self._questions(feuille)
        for nom, autre in repetitions.items():
            self._repetition(autre, nom)
        self.classeur.close()

    def _questions(self, feuille: Any) -> None:
        feuille.freeze_panes(1, 0)
        for rang, (titre, large) in enumerate(
            (("question", 26), ("libellé", 60), ("réponse", 50), ("aide", 60))
        ):
            feuille.write_string(0, rang, titre, self.titre)
            feuille.set_column(rang, rang, large)
        ligne = 1
        for nom, fiche in self.plan.fiches.items():
            element = fiche.element
            if fiche.repetition or fiche.calcule:
                continue
            if not fiche.repond:
                self._intertitre(feuille, ligne, element)
            else:
                feuille.write_string(ligne, 0, nom, self.gris)
                feuille.write_string(ligne, 1, element.libelle, self.texte)
                feuille.write_string(ligne, 3, self._aide(element), self.gris)
                self._reponse(feuille, ligne, 2, element, self.reponses.get(nom))
                self._valider(feuille, (ligne, 2, ligne, 2), element)
            ligne += 1

    def _intertitre(self, feuille: Any, ligne: int, element: Element) -> None:
        if element.genre == REPETITION:
            texte = (
                f"{element.libelle or element.nom} : remplissez la feuille « {self.feuilles[element.nom]} »"
            )
        else:
            texte = element.libelle or (element.nom if element.genre == GROUPE else "")
        style = self.gris if element.genre == NOTE else self.section
        feuille.write_blank(ligne, 0, None, style)
        feuille.write_string(ligne, 1, texte, style)

    def _repetition(self, feuille: Any, repetition: str) -> None:
        feuille.freeze_panes(2, 1)
        feuille.write_string(0, 0, "N° de ligne", self.titre)
        feuille.write_string(1, 0, COLONNE_LIGNE, self.gris)
        noms = [n for n in self.plan.lignes[repetition] if self.plan.fiches[n].repond]
        donnees = self.reponses.get(repetition)
        lignes = donnees if isinstance(donnees, list) else []
        for rang, nom in enumerate(noms, 1):
            element = self.plan.fiches[nom].element
            feuille.set_column(rang, rang, 26)
            feuille.write_string(0, rang, element.libelle, self.titre)
            feuille.write_string(1, rang, nom, self.gris)
            if self._aide(element):
                feuille.write_comment(0, rang, self._aide(element)[:1000], {"author": "Fanal", "x_scale": 2})
            self._valider(feuille, (2, rang, max(len(lignes), LIGNES_VIDES) + 1, rang), element)
        for i, donnee in enumerate(lignes, 2):
            feuille.write_number(i, 0, i - 1, self.gris)
            for rang, nom in enumerate(noms, 1):
                valeur = donnee.get(nom) if isinstance(donnee, Mapping) else None
                self._reponse(feuille, i, rang, self.plan.fiches[nom].element, valeur)

    def _reponse(self, feuille: Any, ligne: int, colonne: int, element: Element, valeur: Any) -> None:
        """One answer in its cell, in the form that people read and that is read back the same."""
        if valeur is None or valeur == "" or valeur == []:
            feuille.write_blank(ligne, colonne, None, self.texte)
        elif element.genre in ("entier", "decimal") and _nombre_sur(str(valeur)):
            feuille.write_number(ligne, colonne, float(valeur), self.nombre)
        elif element.genre == "date" and _ecrit_date(valeur):
            jour = date.fromisoformat(valeur)
            feuille.write_datetime(ligne, colonne, datetime(jour.year, jour.month, jour.day), self.jour)  # noqa: DTZ001 - a day of a sheet has no zone
        else:
            feuille.write_string(ligne, colonne, self._ecrit(element, valeur)[:32_000], self.texte)

    def _ecrit(self, element: Element, valeur: Any) -> str:
        if isinstance(valeur, list):
            return " ; ".join(map(str, valeur))
        if isinstance(valeur, Mapping):
            details = " ".join(str(valeur.get(cle, "-")) for cle in ("empreinte", "taille", "type"))
            return f"{valeur.get('nom', '')} [sha256:{details}]"
        if element.genre == "choix":
            return ecrits(self.formulaire.listes.get(element.liste, ())).get(str(valeur), str(valeur))
        return "oui" if element.genre == "accord" and valeur == "OK" else str(valeur)

    def _aide(self, element: Element) -> str:
        morceaux = [
            element.aide,
            "Réponse obligatoire." if element.requis == "true()" else "",
            _NATURES[element.genre],
        ]
        if element.genre == "choix_multiple":
            choix = self.formulaire.listes.get(element.liste, ())
            morceaux.append(" ; ".join(f"{c.code} = {c.libelle}" for c in choix[:80]))
        return " ".join(m for m in morceaux if m)

    def _valider(self, feuille: Any, plage: tuple[int, int, int, int], element: Element) -> None:
        """A drop-down list where there is a list; typing is never blocked."""
        source: Any = None
        if element.genre == "choix" and element.liste in self.plages:
            source = self.plages[element.liste]
        elif element.genre == "accord":
            source = ["oui", "non"]
        if source:
            feuille.data_validation(*plage, {"validate": "list", "source": source, "error_type": "warning"})

    def _listes(self) -> None:
        feuille = self.classeur.add_worksheet(LISTES)
        for rang, (nom, choix) in enumerate(self.formulaire.listes.items()):
            feuille.write_string(0, rang, nom, self.titre)
            feuille.set_column(rang, rang, 40)
            for ligne, ecrit in enumerate(ecrits(choix).values(), 1):
                feuille.write_string(ligne, rang, ecrit)
            lettres = xlsxwriter.utility.xl_col_to_name(rang)
            self.plages[nom] = f"={LISTES}!${lettres}$2:${lettres}${len(choix) + 1}"

    def _notice(self, feuille: Any) -> None:
        feuille.set_column(0, 0, 110)
        feuille.write_string(0, 0, self.formulaire.titre, self.section)
        for ligne, texte in enumerate(_NOTICE, 1):
            feuille.write_string(ligne, 0, texte, self.texte)


_NOTICE = (
    f"Remplissez la colonne « réponse » de la feuille « {FEUILLE} ». Ne changez pas la colonne « question ».",
    "Les listes de lignes (équipements, personnes…) ont chacune leur feuille : une ligne par élément.",
    "Pour un choix, prenez un libellé de la liste. Pour plusieurs choix, écrivez leurs codes séparés "
    "par « ; ».",
    "Les dates s'écrivent jour/mois/année, les nombres en chiffres.",
    "Les pièces jointes ne se mettent pas dans ce classeur : joignez-les sur la page du dossier.",
)
_NATURES = {
    "texte": "",
    "entier": "Nombre entier.",
    "decimal": "Nombre.",
    "date": "Date (jour/mois/année).",
    "heure": "Heure (14:30).",
    "date_heure": "Date et heure (15/09/2025 14:30).",
    "choix": "Un choix dans la liste.",
    "choix_multiple": "Codes séparés par « ; » :",
    "fichier": "Pièce à joindre sur la page du dossier.",
    "accord": "oui ou non.",
}


def _nombre_sur(texte: str) -> bool:
    """Whether a number comes back the same from a workbook, where numbers are binary fractions."""
    return _NOMBRE_SUR.fullmatch(texte) is not None and ecrire_nombre(Decimal(texte)) == texte


def _ecrit_date(valeur: Any) -> bool:
    """Whether a date is one that a workbook can hold (from 1900 on)."""
    try:
        return isinstance(valeur, str) and date.fromisoformat(valeur) >= date(1900, 3, 1)
    except ValueError:
        return False
