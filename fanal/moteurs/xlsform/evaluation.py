"""Answers seen through a form at an instant: what shows, what each question is worth."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from fanal.moteurs.xlsform import fonctions
from fanal.moteurs.xlsform.fonctions import Valeurs, en_liste, premiere
from fanal.moteurs.xlsform.grammaire import Noeud, compiler
from fanal.moteurs.xlsform.modele import REPETITION, Choix, Reponses
from fanal.moteurs.xlsform.plan import Fiche, Plan, ordre_de
from fanal.moteurs.xlsform.valeurs import (
    PARIS,
    Fautive,
    Moment,
    Valeur,
    canonique,
    moment_date,
    moment_date_heure,
    pour_expression,
    vers_booleen,
    vers_nombre,
    vers_texte,
)

LIGNES_MAX = 500


class Seance:
    """One reading of answers. Values are found once, what they depend on first."""

    def __init__(self, plan: Plan, reponses: Reponses, instant: datetime) -> None:
        self.plan, self.instant = plan, instant
        self.reponses: Reponses = reponses if isinstance(reponses, dict) else {}
        self._valeurs: dict[tuple[str, int], Valeur] = {}
        self._visibles: dict[tuple[str, int], bool] = {}
        self._lignes: dict[str, int] = {}
        self._chercher()

    def _chercher(self) -> None:
        """Find every value in the order of dependencies, so that no search goes deep."""
        for nom in ordre_de(self.plan):
            repetition = self.plan.fiches[nom].repetition
            for rang in range(1, self.nombre_lignes(repetition) + 1) if repetition else (0,):
                self.valeur(nom, rang)

    # -- what the form shows

    def visible(self, nom: str, rang: int = 0) -> bool:
        """Whether an element shows: its condition and those around it. `rang` from 1 in rows."""
        fiche = self.plan.fiches[nom]
        cle = (nom, rang if fiche.repetition else 0)
        if cle not in self._visibles:
            self._visibles[cle] = False  # a form with a circle of conditions is refused at reading
            parent = not fiche.parents or self.visible(fiche.parents[-1], rang)
            self._visibles[cle] = parent and (
                not fiche.element.visible or vers_booleen(self.evaluer(fiche.element.visible, nom, rang))
            )
        return self._visibles[cle]

    def donnees(self, repetition: str) -> list[Any]:
        """The rows given for a repeat, whatever their number."""
        lignes = self.reponses.get(repetition)
        return lignes if isinstance(lignes, list) else []

    def nombre_lignes(self, repetition: str) -> int:
        """The rows of a repeat that count: those given, or the number that the form computes."""
        if repetition not in self._lignes:
            self._lignes[repetition] = 0
            if self.visible(repetition):
                self._lignes[repetition] = min(self._attendues(repetition), LIGNES_MAX)
        return self._lignes[repetition]

    def _attendues(self, repetition: str) -> int:
        source = self.plan.fiches[repetition].element.nombre
        if not source:
            return len(self.donnees(repetition))
        nombre = vers_nombre(self.evaluer(source, repetition))
        return max(0, int(nombre)) if nombre.is_finite() and nombre < 1_000_000 else 0

    def brut(self, nom: str, rang: int = 0) -> Any:
        """The answer as given, or None."""
        repetition = self.plan.fiches[nom].repetition
        if not repetition:
            return self.reponses.get(nom)
        lignes = self.donnees(repetition)
        ligne = lignes[rang - 1] if 0 < rang <= len(lignes) else None
        return ligne.get(nom) if isinstance(ligne, dict) else None

    def valeur(self, nom: str, rang: int = 0) -> Valeur:
        """The value of a question or calculation in expressions: blank when hidden or not of its type."""
        fiche = self.plan.fiches[nom]
        cle = (nom, rang if fiche.repetition else 0)
        if cle not in self._valeurs:
            self._valeurs[cle] = ""
            if self.visible(nom, rang):
                self._valeurs[cle] = self._trouver(fiche, rang)
        return self._valeurs[cle]

    def _trouver(self, fiche: Fiche, rang: int) -> Valeur:
        element = fiche.element
        if fiche.calcule:
            return self.evaluer(element.calcul, element.nom, rang)
        if not fiche.repond:
            return ""
        try:
            return pour_expression(element, canonique(element, self.brut(element.nom, rang)))
        except Fautive:
            return ""

    def choix(self, nom: str, rang: int = 0) -> tuple[Choix, ...]:
        """The choices that a question offers, its filter applied."""
        element = self.plan.fiches[nom].element
        offerts = self.plan.formulaire.listes.get(element.liste, ())
        if not element.filtre:
            return offerts
        return tuple(c for c in offerts if vers_booleen(self.evaluer(element.filtre, nom, rang, choix=c)))

    # -- expressions

    def evaluer(
        self, source: str, nom: str = "", rang: int = 0, *, point: Valeur = "", choix: Choix | None = None
    ) -> Valeur:
        """The value of an expression written on an element (or on none), for a row of its repeat."""
        repetition = self.plan.fiches[nom].repetition if nom else ""
        cadre = _Cadre(self, repetition, rang if repetition else 0, point, choix)
        return premiere(cadre.valeur(compiler(source).arbre))


class _Cadre:
    """The evaluation of one expression at one place."""

    def __init__(
        self, seance: Seance, repetition: str, rang: int, point: Valeur, choix: Choix | None
    ) -> None:
        self.seance, self.repetition, self.rang = seance, repetition, rang
        self.point, self.choix = point, choix

    def valeur(self, noeud: Noeud) -> Valeur | Valeurs:
        """The value of a node; a list for a question of a repeat seen from outside."""
        op = noeud.op
        if op == "constante":
            constante: Valeur = noeud.valeur
            return constante
        if op == "question":
            return self._question(noeud.valeur)
        if op in _PARTICULIERS:
            propre: Valeur | Valeurs = _PARTICULIERS[op](self, noeud)
            return propre
        if op in fonctions.SUR_LISTES:
            return fonctions.SUR_LISTES[op]([v for a in noeud.args for v in en_liste(self.valeur(a))])
        if op in ("=", "!=", "<", "<=", ">", ">="):
            return fonctions.comparer(op, self.valeur(noeud.args[0]), self.valeur(noeud.args[1]))
        args = [self.simple(a) for a in noeud.args]
        if op in fonctions.SIMPLES:
            return fonctions.SIMPLES[op](args)
        return fonctions.calculer(op, args[0], args[1])

    def simple(self, noeud: Noeud) -> Valeur:
        """The value of a node as one value."""
        return premiere(self.valeur(noeud))

    def _question(self, nom: str) -> Valeur | Valeurs:
        repetition = self.seance.plan.fiches[nom].repetition
        if not repetition or repetition == self.repetition:
            return self.seance.valeur(nom, self.rang)
        return [self.seance.valeur(nom, r) for r in range(1, self.seance.nombre_lignes(repetition) + 1)]

    def _toutes(self, nom: str) -> Valeurs:
        """The answers of all the rows, even from within the repeat."""
        repetition = self.seance.plan.fiches[nom].repetition
        return [self.seance.valeur(nom, r) for r in range(1, self.seance.nombre_lignes(repetition) + 1)]

    def _si(self, noeud: Noeud) -> Valeur | Valeurs:
        return self.valeur(noeud.args[1 if vers_booleen(self.simple(noeud.args[0])) else 2])

    def _coalesce(self, noeud: Noeud) -> Valeur:
        valeurs = (self.simple(a) for a in noeud.args)
        return next((v for v in valeurs if vers_texte(v) != ""), "")

    def _compter(self, noeud: Noeud) -> Valeur:
        nom = noeud.args[0].valeur
        fiche = self.seance.plan.fiches[nom]
        if fiche.element.genre == REPETITION:
            return Decimal(self.seance.nombre_lignes(nom))
        if not fiche.repetition:
            return Decimal(int(self.seance.visible(nom)))
        lignes = range(1, self.seance.nombre_lignes(fiche.repetition) + 1)
        return Decimal(sum(1 for r in lignes if self.seance.visible(nom, r)))

    def _indexee(self, noeud: Noeud) -> Valeur:
        rang = vers_nombre(self.simple(noeud.args[2]))
        valeurs = self._toutes(noeud.args[0].valeur)
        return valeurs[int(rang) - 1] if rang.is_finite() and 1 <= rang <= len(valeurs) else ""

    def _libelle(self, noeud: Noeud) -> Valeur:
        liste = self.seance.plan.fiches[noeud.valeur].element.liste
        codes = vers_texte(self.simple(noeud.args[0])).split()
        connus = self.seance.plan.codes.get(liste, {})
        return ", ".join(connus[c].libelle if c in connus else c for c in codes)

    def _colonne(self, noeud: Noeud) -> Valeur:
        if self.choix is None:
            return ""
        propres = {"name": self.choix.code, "label": self.choix.libelle}
        return propres.get(noeud.valeur) or self.choix.attributs.get(noeud.valeur, "")

    def _aujourdhui(self, noeud: Noeud) -> Moment:
        return moment_date(self.seance.instant.astimezone(PARIS).date())


_PARTICULIERS: dict[str, Any] = {
    "if": _Cadre._si,
    "or": lambda c, n: any(vers_booleen(c.simple(a)) for a in n.args),
    "and": lambda c, n: all(vers_booleen(c.simple(a)) for a in n.args),
    "+": lambda c, n: fonctions.additionner([c.simple(a) for a in n.args]),
    "unaire-": lambda c, n: -vers_nombre(c.simple(n.args[0])),
    "unaire+": lambda c, n: vers_nombre(c.simple(n.args[0])),
    "point": lambda c, n: c.point,
    "position": lambda c, n: Decimal(c.rang),
    "colonne": _Cadre._colonne,
    "coalesce": _Cadre._coalesce,
    "count": _Cadre._compter,
    "indexed-repeat": _Cadre._indexee,
    "jr:choice-name": _Cadre._libelle,
    "regex": lambda c, n: fonctions.regex(c.simple(n.args[0]), n.valeur),
    "today": _Cadre._aujourdhui,
    "now": lambda c, n: moment_date_heure(c.seance.instant),
}
