"""Checks of a form as a whole: every expression can be evaluated where it stands, nothing goes in circles."""

from fanal.moteurs.xlsform.grammaire import ExpressionFautive, compiler, questions_citees
from fanal.moteurs.xlsform.grilles import Grille
from fanal.moteurs.xlsform.lignes import ChoixLus, LigneLue
from fanal.moteurs.xlsform.modele import QUESTIONS, Formulaire
from fanal.moteurs.xlsform.plan import Fiche, Plan, ordonner, plan_de
from fanal.moteurs.xlsform.verification import check_place
from fanal.refus import Inutilisable

# Column of the sheet: field of the element.
EXPRESSIONS = {
    "required": "requis",
    "relevant": "visible",
    "constraint": "contrainte",
    "calculation": "calcul",
    "choice_filter": "filtre",
    "repeat_count": "nombre",
}


def controler(formulaire: Formulaire, survey: Grille, lignes: dict[str, LigneLue], choix: ChoixLus) -> None:
    """Check a form just read. Raises Inutilisable naming the cell."""
    plan = plan_de(formulaire)
    if not any(f.element.genre in QUESTIONS for f in plan.fiches.values()):
        raise Inutilisable("La feuille survey ne contient aucune question. Ajoutez-en au moins une.")
    for nom, fiche in plan.fiches.items():
        ligne = lignes[nom]
        for colonne, champ in EXPRESSIONS.items():
            source = getattr(fiche.element, champ)
            if source:
                _expression(plan, fiche, source, survey, ligne, colonne, choix)
        if fiche.element.genre == "texte" or "(" in fiche.element.defaut or "${" in fiche.element.defaut:
            _defaut(plan, fiche, survey, ligne)
    _, tour = ordonner(plan)
    if tour:
        _refuser_cycle(tour, survey, lignes)


def _expression(
    plan: Plan, fiche: Fiche, source: str, survey: Grille, ligne: LigneLue, colonne: str, choix: ChoixLus
) -> None:
    element = fiche.element
    try:
        check_place(
            plan,
            compiler(source),
            point=colonne == "constraint",
            repetition=fiche.repetition,
            colonnes=choix.colonnes.get(element.liste) if colonne == "choice_filter" else None,
        )
    except ExpressionFautive as faute:
        raise Inutilisable(f"{_cellule(survey, ligne, colonne)} : {faute}.") from faute


def _defaut(plan: Plan, fiche: Fiche, survey: Grille, ligne: LigneLue) -> None:
    source = fiche.element.defaut
    if "(" not in source and "${" not in source:
        return
    try:
        compilee = compiler(source)
        check_place(plan, compilee, repetition=fiche.repetition)
    except ExpressionFautive as faute:
        # A text may hold a bracket without being an expression.
        if "${" not in source and fiche.element.genre == "texte":
            return
        raise Inutilisable(f"{_cellule(survey, ligne, 'default')} : {faute}.") from faute


def check_noms(lignes: list[LigneLue], survey: Grille) -> None:
    """Every name between braces, in an expression or a label, is that of a row. Raises Inutilisable."""
    noms = {ligne.nom for ligne in lignes}
    for ligne in lignes:
        for colonne, texte in ligne.champs.items():
            for nom in questions_citees(texte):
                if nom not in noms:
                    raise Inutilisable(
                        f"{_cellule(survey, ligne, colonne)} : aucune question ne s'appelle « {nom} ». "
                        "Corrigez "
                        "le nom entre accolades."
                    )


def _refuser_cycle(noms: list[str], survey: Grille, lignes: dict[str, LigneLue]) -> None:
    premiere = lignes[min(noms, key=lambda n: lignes[n].numero)]
    colonne = next(
        (c for c in ("calculation", "relevant", "repeat_count") if c in premiere.champs), "relevant"
    )
    if len(noms) == 1:
        detail = f"« {noms[0]} » dépend de sa propre réponse"
    else:
        detail = "ces lignes dépendent l'une de l'autre en cercle : " + " → ".join([*noms, noms[0]])
    raise Inutilisable(f"{_cellule(survey, premiere, colonne)} : {detail}. Retirez l'une de ces dépendances.")


def _cellule(survey: Grille, ligne: LigneLue, colonne: str) -> str:
    return survey.cellule(ligne.numero, ligne.titres.get(colonne, colonne))
