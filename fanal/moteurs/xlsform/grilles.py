"""The sheets of a form or of answers as rows of named cells, whatever the file, each row with its number."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from fanal.depots.lecture import FeuilleTexte, FichierIllisible, Limites, cellules
from fanal.refus import Inutilisable

FEUILLES = ("survey", "choices", "settings")
LIMITES = Limites(
    taille_max=5 * 1024 * 1024,
    taille_decompressee_max=60 * 1024 * 1024,
    lignes_max=20_000,
    colonnes_max=200,
    duree_max=30.0,
)
_ERREUR = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|NOM\?|VALEUR!|NOMBRE!)")
MARKDOWN_MAX = 2_000_000


@dataclass(frozen=True)
class Ligne:
    """A row: its number as the spreadsheet shows it, and its cells by the title of their column."""

    numero: int
    cellules: dict[str, str]


@dataclass(frozen=True)
class Grille:
    """A sheet with titles: `colonnes` gives the letters of each title ("" in a text table)."""

    nom: str
    titres: tuple[str, ...]
    lignes: tuple[Ligne, ...]
    colonnes: dict[str, str] = field(default_factory=dict)

    def cellule(self, numero: int, titre: str = "") -> str:
        """How a cell is named in a sentence: "survey, ligne 4, colonne « relevant » (cellule F4)"."""
        if not titre:
            return f"{self.nom}, ligne {numero}"
        lettres = self.colonnes.get(titre, "")
        return f"{self.nom}, ligne {numero}, colonne « {titre} »" + (
            f" (cellule {lettres}{numero})" if lettres else ""
        )


def feuilles_du_fichier(chemin: Path) -> list[FeuilleTexte]:
    """The sheets of a workbook or CSV, read in a child process under limits. Raises Inutilisable."""
    try:
        return cellules(chemin, limites=LIMITES)
    except FichierIllisible as refus:
        raise Inutilisable(refus.phrase) from refus


def grilles_du_fichier(chemin: Path) -> dict[str, Grille]:
    """The sheets of a form by name (survey, choices, settings). Raises Inutilisable."""
    feuilles = feuilles_du_fichier(chemin)
    if len(feuilles) == 1 and not feuilles[0].nom:
        return _du_csv(feuilles[0])
    par_nom = {f.nom.strip().lower(): f for f in feuilles}
    if "survey" not in par_nom and len(feuilles) == 1:
        par_nom = {"survey": feuilles[0]}
    autres = {"entities", "external_choices", "osm"} & set(par_nom)
    if autres:
        raise Inutilisable(
            f"La feuille « {min(autres)} » n'est pas admise : Fanal lit les feuilles survey, choices et "
            "settings. "
            "Supprimez-la, puis déposez de nouveau."
        )
    return {nom: grille(par_nom[nom], nom) for nom in FEUILLES if nom in par_nom}


def _du_csv(feuille: FeuilleTexte) -> dict[str, Grille]:
    """A CSV holds either the sheet survey alone, or pyxform's layout: the first column names the sheet."""
    premiers = [(r[0] or "").strip().lower() for r in feuille.rangees if r]
    if not any(p in FEUILLES for p in premiers):
        return {"survey": grille(feuille, "survey")}
    grilles: dict[str, Grille] = {}
    debuts = [i for i, p in enumerate(premiers) if p] + [len(feuille.rangees)]
    for debut, fin in pairwise(debuts):
        nom = premiers[debut]
        if nom not in FEUILLES:
            raise Inutilisable(
                f"À la ligne {feuille.ligne + debut} du fichier, la première colonne nomme la feuille « "
                f"{nom} » ; "
                f"les feuilles admises sont {', '.join(FEUILLES)}."
            )
        rangees = [r[1:] for r in feuille.rangees[debut:fin]]
        while rangees and not any(rangees[0]):
            rangees, debut = rangees[1:], debut + 1
        partie = FeuilleTexte(nom, feuille.ligne + debut, feuille.colonne + 1, rangees)
        grilles[nom] = grille(partie, nom)
    return grilles


def grille(feuille: FeuilleTexte, nom: str) -> Grille:
    """A sheet whose first row that is not empty holds the titles. Raises Inutilisable (a title twice)."""
    rangees, numero = list(feuille.rangees), feuille.ligne
    while rangees and not any(rangees[0]):
        rangees, numero = rangees[1:], numero + 1
    titres = [" ".join((t or "").split()) for t in rangees[0]] if rangees else []
    _check_titres(nom, numero, titres)
    colonnes = {t: lettres(feuille.colonne + i) for i, t in enumerate(titres) if t}
    lignes = []
    for rang, rangee in enumerate(rangees[1:], 1):
        lues = {t: c.strip() for t, c in zip(titres, rangee, strict=False) if t and c and c.strip()}
        lignes.append(Ligne(numero + rang, lues))
    return Grille(nom, tuple(t for t in titres if t), tuple(lignes), colonnes)


def _check_titres(nom: str, numero: int, titres: Iterable[str]) -> None:
    vus: set[str] = set()
    for titre in titres:
        if titre and titre.lower() in vus:
            raise Inutilisable(
                f"{nom}, ligne {numero} : deux colonnes s'appellent « {titre} ». Gardez-en une seule."
            )
        vus.add(titre.lower())


def lettres(colonne: int) -> str:
    """The letters of a column, from its number counted from 1."""
    texte = ""
    while colonne > 0:
        colonne, reste = divmod(colonne - 1, 26)
        texte = chr(65 + reste) + texte
    return texte


def check_cellules(grille: Grille) -> None:
    """No cell is a formula nor an error of the spreadsheet. Raises Inutilisable naming the first that is."""
    for ligne in grille.lignes:
        for titre, texte in ligne.cellules.items():
            if texte.startswith("=") or _ERREUR.fullmatch(texte):
                raise Inutilisable(
                    f"{grille.cellule(ligne.numero, titre)} : cette cellule contient une formule ou une "
                    "erreur de "
                    f"tableur (« {texte[:60]} »). Écrivez le texte à la place."
                )


def grilles_du_texte(markdown: str) -> dict[str, Grille]:
    """The sheets of pyxform's tables in Markdown; rows are counted in each table, its titles being row 1."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    if len(markdown) > MARKDOWN_MAX:
        raise Inutilisable("Ce texte est trop long pour être un formulaire. Déposez un classeur.")
    try:
        # As bytes: pyxform would open a text that happens to be the name of a file.
        lu = get_xlsform(io.BytesIO(markdown.encode()), file_type=".md")
    except (PyXFormError, IndexError) as erreur:
        raise Inutilisable(
            "Ce texte n'est pas un formulaire : écrivez les tableaux survey, choices et settings, "
            "chaque ligne "
            "commençant et finissant par une barre verticale."
        ) from erreur
    grilles = {}
    for nom in FEUILLES:
        rangees, entetes = getattr(lu, nom), getattr(lu, f"{nom}_header")
        if entetes:
            titres = [t for t in entetes[0] if t]
            lignes = tuple(
                Ligne(i, {k: v for k, v in r.items() if k}) for i, r in enumerate(rangees or (), 2)
            )
            grilles[nom] = Grille(nom, tuple(titres), lignes)
    return grilles
