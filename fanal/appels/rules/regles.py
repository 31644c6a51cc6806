"""The rule file of a call, as values. An officer writes it in YAML; each key is checked, each fault named.

Expressions are those of the form (XPath 1 as XLSForm has it): `si` true means that the test is met, a test
whose `inconnu_si` is true asks a person. Amounts are names of questions, so that a rule file holds no code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

CONSEQUENCES = {
    "rejet": "Le dossier n'est pas recevable",
    "rejet_ligne": "La ligne n'est pas retenue",
    "incomplet": "Le dossier est incomplet",
    "retard": "Le dossier est en retard",
    "attente": "Le dossier attend une pièce ou un avis",
    "information": "Information",
}


@dataclass(frozen=True)
class Test:
    """A row of the decision table: when `si` is not met, `sinon` says what follows and `phrase` why.

    `repetition` names a repeat of the form: the test is then asked of each of its rows, taken alone.
    """

    code: str
    titre: str
    si: str
    sinon: str
    phrase: str
    inconnu_si: str = ""
    reference: str = ""
    repetition: str = ""


@dataclass(frozen=True)
class Declarants:
    """Who answers: levels of the territory, and whether only those invited may."""

    niveaux: tuple[str, ...] = ("etablissement",)
    sur_invitation: bool = False


@dataclass(frozen=True)
class Dossiers:
    """How many: by declarant (None: no limit), told apart by the answer to `reference`; `places` is the
    number of dossiers kept (None: no such rule), in the `ordre` of arrival (arrivee) or of the ranking of
    the jury (jury); `permanente`: the window never closes. `compte_par`
    is declarant or ght: a GHT and its members then share the same number. `incomplet`: a dossier with
    anomalies may be handed in, and is found incomplete.
    """

    par_declarant: int | None = 1
    reference: str = ""
    places: int | None = None
    ordre: str = "arrivee"
    permanente: bool = False
    compte_par: str = "declarant"
    incomplet: bool = False

    @property
    def par_arrivee(self) -> bool:
        """Whether the first come are the first kept."""
        return self.places is not None and self.ordre == "arrivee"


@dataclass(frozen=True)
class Montants:
    """Names of the questions that hold the amounts (euros), the highest rate and the cap on one dossier."""

    eligible: str = ""
    demande: str = ""
    minimum: str = ""
    taux_max: Decimal | None = None
    plafond: Decimal | None = None


@dataclass(frozen=True)
class AvisAttendu:
    """An opinion the call asks: of whom, before when (last day included), which answers are possible.

    `visible` says when the applicant reads it: "rendu" (as soon as given), "decision" (after the decision on
    its dossier) or "jamais".
    """

    instance: str
    echeance: date | None = None
    obligatoire: bool = True
    sens: tuple[str, ...] = ("favorable", "reserve")
    visible: str = "decision"


@dataclass(frozen=True)
class Critere:
    """A criterion of the grid: marked from 0 to `maximum`, weighing `poids` out of the sum of weights."""

    code: str
    titre: str
    poids: Decimal
    maximum: int = 5
    aide: str = ""


@dataclass(frozen=True)
class Grille:
    """The scoring grid: number of blind readings, spread (on 100) above which readers discuss."""

    criteres: tuple[Critere, ...] = ()
    lectures: int = 2
    ecart_alerte: Decimal = Decimal(20)


@dataclass(frozen=True)
class Repartition:
    """The default rule of sharing (`moteurs.allocation`) and its constraints, amounts in decimal text.

    `classe` and `priorite` name the questions that give the class and the priority of a request; `annees`
    the question that holds the amount asked for each forecast year ("2026" → name of the question).
    """

    regle: str = "ordre_score"
    contraintes: Mapping[str, Any] = field(default_factory=dict)
    classe: str = ""
    priorite: str = ""
    annees: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class JalonPrevu:
    """A milestone made when a dossier is kept: so many days after the decision, or on the day that the
    project itself answered to `question` (blank: `delai_jours` serves; 0 then means no milestone). `si`, the
    code of an option: only the dossiers that were granted it have this milestone.
    """

    titre: str
    delai_jours: int = 0
    question: str = ""
    si: str = ""


@dataclass(frozen=True)
class OptionSuivi:
    """What some of the kept dossiers have besides, chosen when they are decided, `nombre_max` of them at
    most (None: no limit). Those who answered `reponse` to `question` ask for it (no question: nobody asks).
    """

    code: str
    titre: str
    nombre_max: int | None = None
    question: str = ""
    reponse: str = "oui"


@dataclass(frozen=True)
class IndicateurPrevu:
    """An indicator that kept projects declare, and the bounds of what may be declared (None: no bound)."""

    code: str
    titre: str
    unite: str = ""
    sens: str = "neutre"
    definition: str = ""
    a_confirmer: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True)
class Suivi:
    """After the decision: milestones, options that add some, indicators, and who is competent for a change
    (nature → name).

    `releves_jours`: the indicators are measured so many days after the decision; empty, the parameter
    « appels.suivi.releves_jours » says when. The authority "ars" is that of the project's région.
    """

    jalons: tuple[JalonPrevu, ...] = ()
    options: tuple[OptionSuivi, ...] = ()
    indicateurs: tuple[IndicateurPrevu, ...] = ()
    releves_jours: tuple[int, ...] = ()
    autorites: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Regles:
    """All the rules of a call. `consentements` names the questions by which contacts are shared,
    `bibliotheque` those whose files may be; `notes` are remarks printed on its page (contradictions of the
    sources).
    """

    declarants: Declarants = Declarants()
    dossiers: Dossiers = Dossiers()
    eligibilite: tuple[Test, ...] = ()
    montants: Montants = Montants()
    avis: tuple[AvisAttendu, ...] = ()
    grille: Grille = Grille()
    repartition: Repartition = Repartition()
    suivi: Suivi = Suivi()
    courriers: Mapping[str, str] = field(default_factory=dict)
    consentements: tuple[str, ...] = ()
    bibliotheque: tuple[str, ...] = ()
    notes: Sequence[str] = ()
