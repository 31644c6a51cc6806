"""Whether the expressions of a form can be evaluated: what they name exists, where they stand allows it."""

from fanal.moteurs.xlsform.grammaire import Expression, ExpressionFautive, Noeud, compiler
from fanal.moteurs.xlsform.modele import REPETITION, Formulaire
from fanal.moteurs.xlsform.plan import Plan, plan_de
from fanal.refus import Inutilisable


def check_expression(formulaire: Formulaire, expression: str) -> None:
    """Check an expression written on the form as a whole, as in a rule file.

    Raises Inutilisable with a sentence: unknown question, function outside the subset, unreadable expression.
    """
    compiler_sur(plan_de(formulaire), expression)


def compiler_sur(plan: Plan, expression: str) -> Expression:
    """The compiled expression, checked against the form. Raises Inutilisable."""
    try:
        compilee = compiler(expression)
        check_place(plan, compilee)
    except ExpressionFautive as faute:
        raise Inutilisable(f"{majuscule(str(faute))}.") from faute
    return compilee


def check_place(
    plan: Plan,
    expression: Expression,
    *,
    point: bool = False,
    repetition: str = "",
    colonnes: frozenset[str] | None = None,
) -> None:
    """Check what an expression names. `point` allows the dot, `colonnes` are those of a list of choices.

    Raises ExpressionFautive with a clause.
    """
    for nom in sorted(expression.questions):
        if nom not in plan.fiches:
            raise ExpressionFautive(
                f"aucune question ne s'appelle « {nom} » ; corrigez le nom entre accolades"
            )
    if expression.point and not point:
        raise ExpressionFautive(
            "un point seul désigne la réponse et n'est admis que dans une contrainte ; nommez la "
            "question ${nom}"
        )
    if expression.parent and not repetition:
        raise ExpressionFautive("position(..) n'est admis que dans une répétition")
    inconnues = sorted(expression.colonnes - (colonnes or frozenset()))
    if inconnues:
        raise ExpressionFautive(
            f"« {inconnues[0]} » est écrit sans guillemets ni accolades ; écrivez ${{{inconnues[0]}}} "
            "pour une "
            f"question, ou '{inconnues[0]}' pour un texte"
        )
    _check_repetitions(plan, expression.arbre)


def _check_repetitions(plan: Plan, noeud: Noeud) -> None:
    """A repeat itself has no value: only count() and indexed-repeat() may name it."""
    nommes = noeud.args
    if noeud.op == "indexed-repeat":
        _check_indexee(plan, noeud)
        nommes = noeud.args[2:]
    elif noeud.op == "count":
        nommes = ()
    for fils in nommes:
        if fils.op == "question" and plan.fiches[fils.valeur].element.genre == REPETITION:
            raise ExpressionFautive(
                f"« {fils.valeur} » est une répétition : elle n'a pas de valeur ; écrivez "
                f"count(${{{fils.valeur}}}) "
                "pour son nombre de lignes"
            )
        _check_repetitions(plan, fils)
    if noeud.op == "jr:choice-name" and not plan.fiches[noeud.valeur].element.liste:
        raise ExpressionFautive(
            f"« {noeud.valeur} » n'est pas une question à choix ; jr:choice-name() en attend une"
        )


def _check_indexee(plan: Plan, noeud: Noeud) -> None:
    question, repetition = noeud.args[0].valeur, noeud.args[1].valeur
    if plan.fiches[question].repetition != repetition:
        raise ExpressionFautive(
            f"« {question} » n'est pas une question de la répétition « {repetition} » ; corrigez "
            "indexed-repeat()"
        )


def majuscule(texte: str) -> str:
    """The text with a capital letter, the rest as it is."""
    return texte[:1].upper() + texte[1:]
