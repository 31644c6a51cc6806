"""Reading a form: the cells, the subset checked cell by cell, pyxform's own reading, then our values."""

import re
import unicodedata
from pathlib import Path
from typing import Any

from fanal.moteurs.xlsform import sous_ensemble as admis
from fanal.moteurs.xlsform.controle import check_noms, controler
from fanal.moteurs.xlsform.grilles import Grille, check_cellules, grilles_du_fichier, grilles_du_texte
from fanal.moteurs.xlsform.lignes import ChoixLus, LigneLue, lire_choix, lire_lignes
from fanal.moteurs.xlsform.modele import Choix, Element, Formulaire
from fanal.refus import Inutilisable

_RANGEE = re.compile(r"\[row : (\d+)\]\s*")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def lire(chemin: Path) -> Formulaire:
    """Read a form: XLSX, XLS, ODS, CSV, or Markdown tables (.md).

    Raises Inutilisable with a sentence that names the cell and says what to do.
    """
    chemin = Path(chemin)
    if chemin.suffix.lower() == ".md":
        try:
            return lire_texte(chemin.read_text(encoding="utf-8"), code=chemin.stem)
        except (OSError, UnicodeDecodeError) as erreur:
            raise Inutilisable(
                f"Le fichier « {chemin.name} » ne peut pas être lu comme un texte. Vérifiez son nom et "
                "son encodage."
            ) from erreur
    return _former(grilles_du_fichier(chemin), chemin.stem)


def lire_texte(markdown: str, *, code: str = "formulaire") -> Formulaire:
    """Read a form written as pyxform's Markdown tables. `code` serves when settings has no `form_id`.

    Raises Inutilisable.
    """
    return _former(grilles_du_texte(markdown), code)


def _former(grilles: dict[str, Grille], nom: str) -> Formulaire:
    survey = grilles.get("survey")
    if survey is None or not any(ligne.cellules for ligne in survey.lignes):
        raise Inutilisable(
            "Ce classeur n'a pas de feuille « survey » remplie : c'est elle qui porte les questions, "
            "une par ligne "
            "(colonnes type, name et label)."
        )
    for grille in grilles.values():
        check_cellules(grille)
    reglages = _reglages(grilles.get("settings"))
    choix = lire_choix(grilles.get("choices"))
    lignes = lire_lignes(survey, choix)
    check_noms(lignes, survey)
    arbre = _pyxform(lignes, choix, survey)
    par_nom = {ligne.nom: ligne for ligne in lignes if ligne.nom}
    elements = tuple(_element(e, par_nom) for e in arbre if e["name"] in par_nom)
    utiles = {ligne.liste for ligne in lignes if ligne.liste}
    formulaire = Formulaire(
        code=reglages.get("code") or _code(nom),
        titre=reglages.get("titre") or reglages.get("code") or nom,
        version=reglages.get("version", ""),
        elements=elements,
        listes={liste: choix.listes[liste] for liste in sorted(utiles)},
    )
    controler(formulaire, survey, par_nom, choix)
    return formulaire


def _reglages(settings: Grille | None) -> dict[str, str]:
    lus: dict[str, str] = {}
    if settings is None or not settings.lignes:
        return lus
    for titre, valeur in settings.lignes[0].cellules.items():
        cle = admis.REGLAGES.get(titre.lower())
        cellule = settings.cellule(settings.lignes[0].numero, titre)
        if cle is None:
            if titre.lower() in admis.REMARQUES:
                continue
            raise Inutilisable(
                f"{cellule} : ce réglage n'est pas lu. Les réglages admis sont form_title, form_id, "
                "version et "
                "default_language ; retirez la colonne."
            )
        if cle == "code" and not _CODE.fullmatch(valeur):
            raise Inutilisable(
                f"{cellule} : « {valeur} » n'est pas un code de formulaire. Employez des minuscules "
                "sans accent, des "
                "chiffres, des tirets, par exemple sesame-2025."
            )
        lus[cle] = valeur[:200]
    return lus


def _code(nom: str) -> str:
    sans_accent = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", sans_accent).strip("-")[:80] or "formulaire"


def _pyxform(lignes: list[LigneLue], choix: ChoixLus, survey: Grille) -> list[dict[str, Any]]:
    """The tree as pyxform reads it. Raises Inutilisable with pyxform's own remark, at its row."""
    # Loaded when a form is read only: most commands read none.
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    rangees = [ligne.pour_pyxform() for ligne in lignes]
    classeur: dict[str, Any] = {
        "sheet_names": ["survey", "choices", "settings"],
        "survey": rangees,
        "survey_header": [dict.fromkeys(titre for rangee in rangees for titre in rangee)],
        "settings": [{"form_id": "formulaire", "form_title": "Formulaire"}],
        "settings_header": [{"form_id": None, "form_title": None}],
    }
    rangees_choix = choix.pour_pyxform()
    if rangees_choix:
        classeur["choices"] = rangees_choix
        classeur["choices_header"] = [dict.fromkeys(titre for rangee in rangees_choix for titre in rangee)]
    try:
        lu = convert(classeur)
    except PyXFormError as erreur:
        raise Inutilisable(_traduire(str(erreur), lignes, survey)) from erreur
    enfants: list[dict[str, Any]] = (lu._pyxform or {}).get("children", [])
    return enfants


def _traduire(message: str, lignes: list[LigneLue], survey: Grille) -> str:
    ou = "survey"
    trouvee = _RANGEE.search(message)
    if trouvee and 0 <= int(trouvee.group(1)) - 2 < len(lignes):
        ou = survey.cellule(lignes[int(trouvee.group(1)) - 2].numero)
    propre = " ".join(_RANGEE.sub("", message).split())
    return (
        f"{ou} : le formulaire ne suit pas la convention XLSForm (« {propre[:400]} »). Corrigez cette ligne."
    )


def _element(noeud: dict[str, Any], lues: dict[str, LigneLue]) -> Element:
    """An element of our own: the tree is pyxform's, the cells are those read."""
    ligne = lues[noeud["name"]]
    enfants = tuple(_element(e, lues) for e in noeud.get("children", ()) if e.get("name") in lues)
    return ligne.element(enfants)


__all__ = ["Choix", "lire", "lire_texte"]
