"""A form as values: what an XLSForm workbook becomes once read, and what its answers are judged by.

Answers are a plain JSON object. A question's name is unique in the whole form, so that answers are flat:
`{question: value, repeat: [{question: value, …}, …]}`. Values are text as typed in canonical form (number:
"12.5", date: "2025-09-15", time: "14:30", dateTime ISO 8601), a list of codes for `select_multiple`, an
object `{"nom", "empreinte", "taille", "type"}` for an attachment. A blank answer is absent or "".
"""

from dataclasses import dataclass, field
from typing import Any

Reponses = dict[str, Any]

GROUPE, REPETITION, NOTE, CALCUL = "groupe", "repetition", "note", "calcul"
QUESTIONS = frozenset(
    {
        "texte",
        "entier",
        "decimal",
        "date",
        "heure",
        "date_heure",
        "choix",
        "choix_multiple",
        "fichier",
        "accord",
    }
)


@dataclass(frozen=True)
class Choix:
    """One option of a list: its code (`name`), its label, and the other columns of its row (filters)."""

    code: str
    libelle: str
    attributs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Element:
    """A row of the sheet `survey`. `genre` is one of QUESTIONS, or groupe, repetition, note, calcul.

    `requis`, `visible`, `contrainte`, `calcul`, `defaut`, `filtre`, `nombre` hold XPath expressions as the
    officer wrote them ("" when there is none). `cellule` locates the row, for example "survey, ligne 12".
    """

    nom: str
    genre: str
    libelle: str = ""
    aide: str = ""
    requis: str = ""
    message_requis: str = ""
    visible: str = ""
    contrainte: str = ""
    message: str = ""
    calcul: str = ""
    defaut: str = ""
    lecture_seule: bool = False
    apparence: str = ""
    liste: str = ""
    filtre: str = ""
    nombre: str = ""
    parametres: dict[str, str] = field(default_factory=dict)
    cellule: str = ""
    enfants: tuple["Element", ...] = ()


@dataclass(frozen=True)
class Formulaire:
    """A whole form. `code` and `version` come from the sheet `settings`."""

    code: str
    titre: str
    version: str
    elements: tuple[Element, ...]
    listes: dict[str, tuple[Choix, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Anomalie:
    """What is wrong with an answer. `chemin` is "question" or "repeat[2].question" (rows counted from 1);
    `regle` is requis, type, contrainte, enumeration, fichier, inconnue or accord.
    """

    chemin: str
    regle: str
    phrase: str


@dataclass(frozen=True)
class Avancement:
    """How much of a section is answered: required questions that are visible, and those answered."""

    section: str
    titre: str
    attendues: int
    repondues: int
    anomalies: int

    @property
    def complete(self) -> bool:
        return self.repondues == self.attendues and not self.anomalies


@dataclass(frozen=True)
class Verdict:
    """Answers judged at an instant: what shows, what is computed, what is wrong.

    `visibles` holds the paths of the elements that show (a repeat's rows apart: "equipements[1].prix");
    `valeurs` the answers with calculations done and hidden questions left out; `obligatoires` the paths of
    the visible questions that must be answered.
    """

    visibles: frozenset[str]
    obligatoires: frozenset[str]
    valeurs: Reponses
    anomalies: tuple[Anomalie, ...]
    sections: tuple[Avancement, ...]

    @property
    def complet(self) -> bool:
        return not self.anomalies
