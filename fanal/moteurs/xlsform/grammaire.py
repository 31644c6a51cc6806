"""Expressions of a form as trees: XPath 1 with the functions of XLSForm, read by a subclass of elementpath's.

What is read here is a subset, so that an expression means the same on the page, from a file and from the API:
no path, no axis, no predicate; a question is named by `${name}`, the current answer by a dot, the row of a
repeat by `position(..)`, and a column of the list of choices by its bare name (in `choice_filter` only).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from elementpath import ElementPathError
from elementpath.tdop import Parser
from elementpath.xpath1 import XPath1Parser
from elementpath.xpath_tokens import XPathToken

from fanal.moteurs.xlsform.motifs import explosif

LONGUEUR_MAX = 4000
PROFONDEUR_MAX = 40
TERMES_MAX = 300

# name: (arguments at least, arguments at most or None, what it gives, an example)
FONCTIONS: dict[str, tuple[int, int | None, str, str]] = {
    "if": (
        3,
        3,
        "le deuxième argument si le premier est vrai, sinon le troisième",
        "if(${a} > 0, 'oui', 'non')",
    ),
    "coalesce": (2, None, "le premier argument qui n'est pas vide", "coalesce(${a}, 0)"),
    "not": (1, 1, "le contraire", "not(selected(${a}, 'x'))"),
    "true": (0, 0, "vrai", "true()"),
    "false": (0, 0, "faux", "false()"),
    "boolean": (1, 1, "vrai si l'argument n'est ni vide, ni zéro", "boolean(${a})"),
    "selected": (2, 2, "vrai si ce code est choisi", "selected(${a}, 'x')"),
    "selected-at": (2, 2, "le code choisi à ce rang, compté de 0", "selected-at(${a}, 0)"),
    "count-selected": (1, 1, "le nombre de codes choisis", "count-selected(${a}) <= 2"),
    "jr:choice-name": (2, 2, "le libellé d'un code choisi", "jr:choice-name(${a}, '${a}')"),
    "count": (1, 1, "le nombre de lignes d'une répétition", "count(${lignes})"),
    "count-non-empty": (1, 1, "le nombre de réponses non vides", "count-non-empty(${prix})"),
    "sum": (1, 1, "la somme des réponses, les vides laissées de côté", "sum(${prix})"),
    "min": (1, None, "la plus petite valeur, les vides laissées de côté", "min(${a}, ${b})"),
    "max": (1, None, "la plus grande valeur, les vides laissées de côté", "max(${prix})"),
    "join": (2, None, "les réponses mises bout à bout avec un séparateur", "join(', ', ${nom})"),
    "position": (1, 1, "le rang de la ligne dans sa répétition, compté de 1", "position(..)"),
    "indexed-repeat": (3, 3, "la réponse de la ligne de ce rang", "indexed-repeat(${prix}, ${lignes}, 1)"),
    "number": (1, 1, "l'argument en nombre", "number(${a})"),
    "int": (1, 1, "la partie entière, vers zéro", "int(${a} div 3)"),
    "round": (1, 2, "l'arrondi, à ce nombre de décimales", "round(${a} * 0.5, 2)"),
    "floor": (1, 1, "l'entier juste au-dessous", "floor(${a})"),
    "ceiling": (1, 1, "l'entier juste au-dessus", "ceiling(${a})"),
    "abs": (1, 1, "la valeur absolue", "abs(${a})"),
    "pow": (2, 2, "la puissance", "pow(${a}, 2)"),
    "string": (1, 1, "l'argument en texte", "string(${a})"),
    "concat": (1, None, "les arguments mis bout à bout", "concat(${a}, ' ', ${b})"),
    "string-length": (1, 1, "le nombre de caractères", "string-length(.) <= 200"),
    "substr": (2, 3, "les caractères de ce rang, compté de 0, à cet autre exclu", "substr(${a}, 0, 3)"),
    "substring-before": (2, 2, "ce qui précède un texte", "substring-before(${a}, '-')"),
    "substring-after": (2, 2, "ce qui suit un texte", "substring-after(${a}, '-')"),
    "contains": (2, 2, "vrai si le texte en contient un autre", "contains(${a}, '@')"),
    "starts-with": (2, 2, "vrai si le texte commence par un autre", "starts-with(${a}, '25')"),
    "ends-with": (2, 2, "vrai si le texte finit par un autre", "ends-with(${a}, '.fr')"),
    "normalize-space": (1, 1, "le texte sans espaces superflues", "normalize-space(${a})"),
    "translate": (3, 3, "le texte, des caractères remplacés un à un", "translate(${a}, ' ', '')"),
    "regex": (2, 2, "vrai si le texte entier suit le modèle, écrit entre guillemets", "regex(., '[0-9]{9}')"),
    "date": (1, 1, "l'argument en date (jour numéro 0 : 1er janvier 1970)", "date('2025-09-15')"),
    "date-time": (1, 1, "l'argument en date et heure", "date-time(${a})"),
    "today": (0, 0, "le jour présent, à Paris", ". <= today()"),
    "now": (0, 0, "l'instant présent, à Paris", "now()"),
    "decimal-date-time": (1, 1, "le nombre de jours depuis le 1er janvier 1970", "decimal-date-time(${a})"),
    "decimal-time": (1, 1, "l'heure en part de jour, de 0 à 1", "decimal-time(${a}) < 0.5"),
    "format-date": (
        2,
        2,
        "la date selon un modèle : %Y, %y, %m, %n, %d, %e",
        "format-date(${a}, '%d/%m/%Y')",
    ),
}
AGREGATS = frozenset({"count", "count-non-empty", "sum", "min", "max", "join", "indexed-repeat"})
# Known elsewhere and left out on purpose: why is said to the officer.
_ECARTEES = {
    "once": "sa valeur dépendrait du moment de la saisie",
    "random": "deux lectures donneraient deux verdicts",
    "uuid": "deux lectures donneraient deux verdicts",
    "pulldata": "Fanal ne lit pas de fichier à côté du formulaire",
    "instance": "Fanal ne lit pas de fichier à côté du formulaire",
    "distance": "les positions ne sont pas admises",
    "area": "les positions ne sont pas admises",
}
_CHAINE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_QUESTION = re.compile(r"\$\{\s*([^${}\s]+)\s*\}")
_APPEL = re.compile(r"(?<![\w.$-])((?:[A-Za-z]+:)?[A-Za-z][\w-]*)\s*\(")
_OPERATEURS_EN_LETTRES = frozenset({"and", "or", "div", "mod"})
_SIGNES = re.compile(r"(?:[-+]\s*){3}")
_NOMBRE_ARGUMENTS = re.compile(r"XPST0017\].*'fn:([\w-]+)' function")
_DOLLAR = re.compile(r"\$(?!\{)")


class ExpressionFautive(ValueError):
    """An expression outside the subset; its text is a French clause, without the name of the cell."""


@dataclass(frozen=True)
class Noeud:
    """A node of a tree: `op` is an operator, a function, or question, point, parent, colonne, constante."""

    op: str
    args: tuple["Noeud", ...] = ()
    valeur: Any = None


@dataclass(frozen=True)
class Expression:
    """A compiled expression: its tree, the questions it names, whether it uses the dot, columns, position."""

    source: str
    arbre: Noeud
    questions: frozenset[str]
    point: bool = False
    parent: bool = False
    colonnes: frozenset[str] = field(default_factory=frozenset)


class AnalyseurXlsForm(XPath1Parser):
    """XPath 1 with the functions of XLSForm. Only reads: values are found by `evaluation`."""

    def parse(self, source: str) -> XPathToken:
        """The tree of a source, without the static evaluation that elementpath adds."""
        if self.tokenizer is None:
            self.tokenizer = self.create_tokenizer(self.symbol_table)
        return Parser.parse(self, source)


for _nom, (_moins, _plus, _, _) in FONCTIONS.items():
    _nom = _nom.removeprefix("jr:")
    AnalyseurXlsForm.symbol_table.pop(_nom, None)
    AnalyseurXlsForm.function(_nom, nargs=_moins if _moins == _plus else (_moins, _plus))


_ARITES = {nom.removeprefix("jr:"): regle for nom, regle in FONCTIONS.items()}


def _arguments(nom: str) -> str:
    """What to say of a function called with too few or too many arguments."""
    moins, plus, _, exemple = _ARITES[nom]
    combien = str(moins) if moins == plus else f"de {moins} à {plus}" if plus else f"au moins {moins}"
    return f"la fonction {nom}() attend {combien} argument(s), par exemple {exemple}"


@lru_cache(maxsize=4096)
def compiler(source: str) -> Expression:
    """The compiled expression. Raises ExpressionFautive with a clause that says what is wrong."""
    if len(source) > LONGUEUR_MAX:
        raise ExpressionFautive(
            f"l'expression compte {len(source)} caractères, {LONGUEUR_MAX} au plus sont admis ; coupez-la en "
            "plusieurs calculs (type « calculate »)"
        )
    texte = _preparer(source)
    try:
        racine = AnalyseurXlsForm().parse(texte)
    except (ElementPathError, ValueError, RecursionError) as erreur:
        appelee = _NOMBRE_ARGUMENTS.search(str(erreur))
        if appelee and appelee.group(1) in _ARITES:
            raise ExpressionFautive(_arguments(appelee.group(1))) from erreur
        raise ExpressionFautive(
            f"l'expression « {source} » ne peut pas être lue ; vérifiez les parenthèses, les guillemets, les "
            "virgules entre arguments et les opérateurs"
        ) from erreur
    releve = _Releve(source)
    arbre = releve.noeud(racine, 0)
    return Expression(
        source,
        arbre,
        frozenset(releve.questions),
        releve.point,
        releve.parent,
        frozenset(releve.colonnes),
    )


def questions_citees(texte: str) -> list[str]:
    """The names written `${name}` in a text or an expression, in order."""
    return _QUESTION.findall(texte)


def _preparer(source: str) -> str:
    """The source as XPath: questions become variables, outside of quoted texts."""
    morceaux, fin, hors = [], 0, []
    for chaine in _CHAINE.finditer(source):
        hors.append(source[fin : chaine.start()])
        morceaux += [_variables(source[fin : chaine.start()]), chaine.group()]
        fin = chaine.end()
    hors.append(source[fin:])
    morceaux.append(_variables(source[fin:]))
    _check_fonctions("''".join(hors))
    return "".join(morceaux).replace("jr:choice-name", "choice-name")


def _variables(texte: str) -> str:
    if _DOLLAR.search(texte):
        raise ExpressionFautive("un « $ » n'est pas suivi d'un nom entre accolades ; écrivez ${nom}")
    # The space keeps "${a}-1" from becoming a variable named "a-1".
    texte = _QUESTION.sub(lambda m: f" ${m.group(1)} ", texte)
    if "{" in texte or "}" in texte:
        raise ExpressionFautive(
            "une accolade est mal placée ; une question se nomme ${nom}, sans espace dans le nom"
        )
    return texte


def _check_fonctions(hors_chaines: str) -> None:
    profondeur = 0
    for signe in hors_chaines:
        profondeur += (signe == "(") - (signe == ")")
        if profondeur > PROFONDEUR_MAX:
            raise ExpressionFautive(
                f"l'expression compte plus de {PROFONDEUR_MAX} parenthèses l'une dans l'autre ; coupez-la en "
                "plusieurs calculs (type « calculate »)"
            )
    if _SIGNES.search(hors_chaines):
        raise ExpressionFautive("plusieurs signes + ou - se suivent ; n'en gardez qu'un")
    for nom in _APPEL.findall(hors_chaines):
        if nom in FONCTIONS or nom in _OPERATEURS_EN_LETTRES:
            continue
        if nom in _ECARTEES:
            raise ExpressionFautive(
                f"la fonction {nom}() n'est pas admise : {_ECARTEES[nom]} ; récrivez l'expression sans elle"
            )
        raise ExpressionFautive(
            f"la fonction {nom}() n'est pas reconnue ; les fonctions admises sont : {', '.join(FONCTIONS)}"
        )


class _Releve:
    """Turns elementpath's tokens into nodes and notes what they name."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.questions: set[str] = set()
        self.colonnes: set[str] = set()
        self.point = self.parent = False
        self.termes = 0

    def noeud(self, jeton: XPathToken, profondeur: int) -> Noeud:
        """The node of a token. Raises ExpressionFautive for what is outside the subset."""
        self.termes += 1
        if self.termes > TERMES_MAX or profondeur > 2 * PROFONDEUR_MAX:
            raise ExpressionFautive(
                f"l'expression compte plus de {TERMES_MAX} termes ou trop de niveaux ; coupez-la en "
                "plusieurs "
                "calculs (type « calculate »)"
            )
        signe = jeton.symbol
        if signe in ("(integer)", "(decimal)", "(float)"):
            return Noeud("constante", valeur=Decimal(str(jeton.value)))
        if signe == "(string)":
            return Noeud("constante", valeur=str(jeton.value))
        if signe == "$":
            nom = str(jeton[0].value)
            self.questions.add(nom)
            return Noeud("question", valeur=nom)
        if signe == "(":
            return self.noeud(jeton[0], profondeur + 1)
        if signe in ("or", "and", "+") and len(jeton) == 2:
            return Noeud(signe, tuple(self.noeud(t, profondeur + 1) for t in _chaine(jeton)))
        if (signe in _BINAIRES and len(jeton)) or jeton.label == "function":
            return self._applique(jeton, profondeur)
        return self._feuille(jeton)

    def _applique(self, jeton: XPathToken, profondeur: int) -> Noeud:
        signe = "jr:choice-name" if jeton.symbol == "choice-name" else jeton.symbol
        if signe == "position":
            if len(jeton) != 1 or jeton[0].symbol != "..":
                raise ExpressionFautive("position() s'écrit position(..), avec deux points entre parenthèses")
            self.parent = True
            return Noeud("position")
        if signe == "jr:choice-name":
            return self._libelle(jeton, profondeur)
        args = tuple(self.noeud(jeton[i], profondeur + 1) for i in range(len(jeton)))
        if signe == "regex":
            return Noeud("regex", args[:1], check_motif(args[1]))
        if signe in ("count", "indexed-repeat") and any(
            a.op != "question" for a in args[: 1 + (signe != "count")]
        ):
            raise ExpressionFautive(
                f"{signe}() attend le nom d'une question ou d'une répétition, par exemple ${{nom}}"
            )
        return Noeud(signe if len(args) != 1 or signe not in "+-" else f"unaire{signe}", args)

    def _libelle(self, jeton: XPathToken, profondeur: int) -> Noeud:
        cible = _QUESTION.fullmatch(str(jeton[1].value)) if jeton[1].symbol == "(string)" else None
        if cible is None:
            raise ExpressionFautive("jr:choice-name() s'écrit jr:choice-name(${nom}, '${nom}')")
        self.questions.add(cible.group(1))
        return Noeud("jr:choice-name", (self.noeud(jeton[0], profondeur + 1),), cible.group(1))

    def _feuille(self, jeton: XPathToken) -> Noeud:
        if jeton.symbol == ".":
            self.point = True
            return Noeud("point")
        if jeton.symbol == "(name)":
            self.colonnes.add(str(jeton.value))
            return Noeud("colonne", valeur=str(jeton.value))
        if jeton.symbol == "..":
            raise ExpressionFautive("« .. » n'est admis que dans position(..)")
        raise ExpressionFautive(
            f"« {jeton.symbol} » n'est pas admis : nommez une question par ${{nom}}, sans chemin, sans "
            "crochets "
            "et sans barre oblique"
        )


_BINAIRES = frozenset({"+", "-", "*", "div", "mod", "=", "!=", "<", "<=", ">", ">=", "or", "and"})


def _chaine(jeton: XPathToken) -> list[XPathToken]:
    """The operands of a chain of the same operator, left to right: a long list is not a deep tree."""
    operandes, signe = [], jeton.symbol
    while jeton.symbol == signe and len(jeton) == 2:
        operandes.append(jeton[1])
        jeton = jeton[0]
    return [jeton, *reversed(operandes)]


def check_motif(noeud: Noeud) -> str:
    """The pattern of regex(), refused when it is not plain text or could take for ever."""
    if noeud.op != "constante" or not isinstance(noeud.valeur, str):
        raise ExpressionFautive(
            "le modèle de regex() s'écrit entre guillemets, par exemple regex(., '[0-9]{9}')"
        )
    motif: str = noeud.valeur
    if len(motif) > 300:
        raise ExpressionFautive("le modèle de regex() compte plus de 300 caractères ; raccourcissez-le")
    try:
        re.compile(motif)
    except (re.error, OverflowError, RecursionError) as erreur:
        raise ExpressionFautive(
            f"le modèle « {motif} » de regex() ne peut pas être lu ; vérifiez les crochets et parenthèses"
        ) from erreur
    if explosif(motif):
        raise ExpressionFautive(
            f"le modèle « {motif} » de regex() répète ce qui se répète ou se choisit déjà : sa "
            "lecture pourrait ne pas finir ; simplifiez-le"
        )
    return motif


def remplacer_questions(texte: str, valeur: Callable[[str], str]) -> str:
    """A label with what `valeur` says in place of each `${name}`."""
    return _QUESTION.sub(lambda m: valeur(m.group(1)), texte)
