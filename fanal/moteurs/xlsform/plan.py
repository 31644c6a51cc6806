"""A form laid out for questions about it: where each element stands, what depends on what."""

from dataclasses import dataclass, field
from functools import lru_cache

from fanal.moteurs.xlsform.grammaire import Expression, Noeud, compiler
from fanal.moteurs.xlsform.modele import (
    CALCUL,
    GROUPE,
    NOTE,
    QUESTIONS,
    REPETITION,
    Choix,
    Element,
    Formulaire,
)


@dataclass(frozen=True)
class Fiche:
    """An element and its place: the names of the groups and repeat around it, outermost first."""

    element: Element
    parents: tuple[str, ...]
    repetition: str
    rang: int

    @property
    def repond(self) -> bool:
        """Whether people answer it (not a group, a note or a calculation)."""
        return self.element.genre in QUESTIONS and not self.element.calcul

    @property
    def calcule(self) -> bool:
        return bool(self.element.calcul)


@dataclass(frozen=True)
class Plan:
    """The index of a form: `fiches` by name in the order of the sheet, `lignes` the elements of a repeat."""

    formulaire: Formulaire
    fiches: dict[str, Fiche]
    racines: tuple[str, ...]
    lignes: dict[str, tuple[str, ...]]
    codes: dict[str, dict[str, Choix]] = field(default_factory=dict)

    def section(self, nom: str) -> str:
        """The top-level group or repeat that holds an element, or "" for one outside of all."""
        fiche = self.fiches[nom]
        if fiche.parents:
            return fiche.parents[0]
        return nom if fiche.element.genre in (GROUPE, REPETITION) else ""


def plan_de(formulaire: Formulaire) -> Plan:
    """The index of a form, made once and kept on it."""
    plan: Plan | None = formulaire.__dict__.get("_plan")
    if plan is None:
        plan = _dresser(formulaire)
        # The form is frozen: its index is kept beside its fields, where equality does not look.
        formulaire.__dict__["_plan"] = plan
    return plan


def _dresser(formulaire: Formulaire) -> Plan:
    fiches: dict[str, Fiche] = {}
    lignes: dict[str, list[str]] = {}

    def ranger(elements: tuple[Element, ...], parents: tuple[str, ...], repetition: str) -> None:
        for element in elements:
            fiches[element.nom] = Fiche(element, parents, repetition, len(fiches))
            if repetition:
                lignes[repetition].append(element.nom)
            if element.genre == REPETITION:
                lignes[element.nom] = []
                ranger(element.enfants, (*parents, element.nom), element.nom)
            else:
                ranger(element.enfants, (*parents, element.nom), repetition)

    ranger(formulaire.elements, (), "")
    codes = {nom: {c.code: c for c in choix} for nom, choix in formulaire.listes.items()}
    return Plan(
        formulaire,
        fiches,
        tuple(e.nom for e in formulaire.elements),
        {nom: tuple(noms) for nom, noms in lignes.items()},
        codes,
    )


def chemins(formulaire: Formulaire) -> list[str]:
    """The paths of the questions in order; those of a repeat are written "repeat[].question"."""
    return [
        f"{fiche.repetition}[].{nom}" if fiche.repetition else nom
        for nom, fiche in plan_de(formulaire).fiches.items()
        if fiche.element.genre in QUESTIONS
    ]


def dependances(plan: Plan, nom: str) -> set[str]:
    """The elements whose value or visibility the value of an element needs, itself included if it does."""
    fiche = plan.fiches[nom]
    element = fiche.element
    besoins: set[str] = set()
    for source in (element.visible, element.calcul, element.nombre):
        if source:
            besoins |= _citees(compiler(source).arbre)
    if fiche.parents:
        besoins.add(fiche.parents[-1])
    return besoins


@lru_cache(maxsize=2048)
def _citees(arbre: Noeud) -> frozenset[str]:
    # jr:choice-name names the question of the list, not its answer: no dependency.
    propres = frozenset({arbre.valeur}) if arbre.op == "question" else frozenset()
    return propres.union(*(_citees(a) for a in arbre.args)) if arbre.args else propres


def ordonner(plan: Plan) -> tuple[list[str], list[str] | None]:
    """(the elements, each after what it needs; the names of a circle of dependencies, or None).

    Iterative: a chain of a thousand calculations is not a thousand calls deep.
    """
    etat: dict[str, int] = {}
    ordre: list[str] = []
    for depart in plan.fiches:
        if depart in etat:
            continue
        pile: list[tuple[str, list[str]]] = [(depart, sorted(dependances(plan, depart)))]
        etat[depart] = 1
        while pile:
            nom, restes = pile[-1]
            if not restes:
                etat[nom] = 2
                ordre.append(nom)
                pile.pop()
                continue
            suivant = restes.pop()
            if etat.get(suivant) == 1:
                noms = [n for n, _ in pile]
                return ordre, noms[noms.index(suivant) :]
            if suivant not in etat and suivant in plan.fiches:
                etat[suivant] = 1
                pile.append((suivant, sorted(dependances(plan, suivant))))
    return ordre, None


def ordre_de(plan: Plan) -> list[str]:
    """The elements, each after what it needs, found once."""
    ordre: list[str] | None = plan.formulaire.__dict__.get("_ordre")
    if ordre is None:
        ordre = ordonner(plan)[0]
        plan.formulaire.__dict__["_ordre"] = ordre
    return ordre


__all__ = [
    "CALCUL",
    "NOTE",
    "Expression",
    "Fiche",
    "Plan",
    "chemins",
    "dependances",
    "ordonner",
    "ordre_de",
    "plan_de",
]
