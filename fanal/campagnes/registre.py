"""The types of campaign, registered by the domains when they start (`AppConfig.ready`).

The engine reads its whole behaviour here: which nodes answer in which format, through which steps, who may
take each transition and on what conditions. A new kind of campaign is one more `TypeCampagne`, never a table.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from fanal.comptes.roles import PERMISSIONS
from fanal.refus import Introuvable
from fanal.territoires.models import Niveau

if TYPE_CHECKING:
    from fanal.campagnes.models import Campagne, Dossier, Version
    from fanal.depots.lecture import Anomalie, Lecture
    from fanal.territoires.noeuds import Noeud


RAPPELS_CLASSEUR = (
    "Rien n'a encore été déposé : déposez votre fichier, vous pourrez le corriger ensuite.",
    "Votre fichier est déposé, mais le dossier n'est pas encore transmis : validez-le et transmettez-le.",
)


class Exigence(StrEnum):
    """What a transition asks of the dossier; each has its sentence in `rules.py`."""

    VERSION = "version"  # something was deposited
    SANS_BLOQUANT = "sans_bloquant"  # no blocking control remains
    OBSERVATIONS_DEMANDEES = "observations_demandees"  # a request is waiting for its answer
    OBSERVATIONS_CLOSES = "observations_closes"  # every request was answered, or its day has passed
    LIGNES_DECIDEES = "lignes_decidees"  # every line has a decision that holds
    CLOTURE_PASSEE = "cloture_passee"  # the closing instant has passed
    MOTIF = "motif"  # a reason is given


@dataclass(frozen=True)
class Etape:
    """A step of a dossier: its title and the sentence telling the reader where the dossier stands."""

    code: str
    titre: str
    phrase: str
    preparation: bool = False  # still with the respondent: the answer has not been handed in
    modifiable: bool = True  # a new version may come in
    apres_modification: str = ""  # step the dossier goes to when a new version changes a line; empty: stays
    avis: bool = False  # opinions may be given
    controle: bool = False  # observations may be asked and lines decided
    decidee: bool = False  # all is decided: ready to be published
    publiee: bool = False  # published; an edit needs the dossier to be reopened


@dataclass(frozen=True)
class Transition:
    """A way from some steps to another. `garde` adds a domain's own condition: it raises `Refus`."""

    code: str
    titre: str
    de: tuple[str, ...]
    vers: str
    permission: str
    garde: "Callable[[Dossier, date], None] | None" = None
    exige: tuple[Exigence, ...] = ()


@dataclass(frozen=True)
class Choix:
    """What somebody wants to decide on the line `cle`; `montant` in euros, if lesser or taken up."""

    cle: str
    sens: str
    montant: Decimal | None = None
    motif: str = ""
    commentaire: str = ""


@dataclass(frozen=True)
class LigneDecrite:
    """A line in the words of its domain: where it stands in the file, and its values by field of the
    format.
    """

    feuille: str
    ligne: int
    titre: str
    valeurs: Mapping[str, Any]


@dataclass(frozen=True)
class Reception:
    """How a campaign receives one format.

    `enregistrer(version, lecture)` writes the domain's rows and returns `{cle: sha256 of the line}`.
    `decidable` asks for a decision on every line before publication; `sens` lists the decisions allowed.
    `controler(lecture, noeud, annee)` gives the domain's remarks on a file that was read, deposited or not.
    `decrire(version, cles)` gives the lines of a version as their respondent knows them (all when `cles` is
    None).
    `montants(version, cles)` gives what the respondent declared on each line, in euros.
    `controler_choix(version, choix)` returns `{cle: phrase}` for choices the domain refuses (amount too
    high).
    `titre` names what is answered where no format of file does; `rappels` are the two sentences of a
    reminder: nothing is handed in, or a draft waits.
    """

    format: str
    niveaux: tuple[str, ...]
    permission: str
    etapes: tuple[Etape, ...]
    transitions: tuple[Transition, ...]
    enregistrer: "Callable[[Version, Any], dict[str, str]]"
    decidable: bool = False
    sens: tuple[str, ...] = ()
    controler_choix: "Callable[[Version, Sequence[Choix]], Mapping[str, str]] | None" = None
    controler: "Callable[[Lecture, Noeud | None, int | None], list[Anomalie]] | None" = None
    decrire: "Callable[[Version, Collection[str] | None], Mapping[str, LigneDecrite]] | None" = None
    montants: "Callable[[Version, Sequence[str]], Mapping[str, Decimal | None]] | None" = None
    permission_avis: str = "avis.donner"
    permission_decision: str = "ligne.decider"  # to ask for observations and to decide
    permission_reponse: str = "dossier.repondre"
    titre: str = ""
    rappels: tuple[str, str] = RAPPELS_CLASSEUR

    def __post_init__(self) -> None:
        codes = [e.code for e in self.etapes]
        voulus = {e.apres_modification for e in self.etapes if e.apres_modification}
        voulus |= {c for t in self.transitions for c in (*t.de, t.vers)}
        if not codes or len(set(codes)) < len(codes) or voulus - set(codes):
            raise ValueError(f"{self.format}: steps missing, repeated or unknown: {voulus - set(codes)}")
        if len({t.code for t in self.transitions}) < len(self.transitions):
            raise ValueError(f"{self.format}: a transition code is repeated")
        droits = {self.permission, self.permission_avis, self.permission_decision, self.permission_reponse}
        inconnues = droits.union(t.permission for t in self.transitions) - set(PERMISSIONS)
        if inconnues or set(self.niveaux) - set(Niveau.values):
            raise ValueError(f"{self.format}: unknown permission or level: {inconnues or self.niveaux}")
        if self.decidable and not self.sens:
            object.__setattr__(self, "sens", ("retenu", "moindre", "retire"))

    @property
    def etape_initiale(self) -> Etape:
        return self.etapes[0]

    @property
    def etape_publiee(self) -> Etape | None:
        """The step that publication moves dossiers to, if the path has one."""
        return next((e for e in self.etapes if e.publiee), None)

    def etape(self, code: str) -> Etape:
        """The step *code*. Raises KeyError: a dossier cannot stand on a step its type does not have."""
        for etape in self.etapes:
            if etape.code == code:
                return etape
        raise KeyError(code)

    def transition(self, code: str) -> Transition:
        """The transition *code*. Raises Introuvable with a sentence."""
        for transition in self.transitions:
            if transition.code == code:
                return transition
        connues = ", ".join(t.code for t in self.transitions) or "aucune"
        raise Introuvable(f"Le passage « {code} » n'existe pas pour ce dossier. Passages connus : {connues}.")


@dataclass(frozen=True)
class Indicateur:
    """How a published figure is named and shown. `genre`: montant or taux (decimal strings in the snapshot),
    centimes (integers), texte.
    """

    titre: str
    genre: str
    visible: bool = True


@dataclass(frozen=True)
class TypeCampagne:
    """A kind of campaign. `composer(campagne)` builds the results to publish, with JSON types and Decimal.

    `indicateurs` names the figures of these results and `ventilations` titles their tables, main one first;
    `lignes` names the columns of their lines, the main amount last. `file` is the address name of the page
    where its lines are decided. `adresse(dossier)`, when given, is the page of a dossier in its own domain:
    the desks made for workbooks then leave these campaigns to that domain. `attend(campagne)` tells whether
    it still awaits answers: a campaign withdrawn, or not yet published, reminds nobody.
    """

    code: str
    titre: str
    receptions: Mapping[str, Reception]
    composer: "Callable[[Campagne], dict[str, Any]]"
    periodes: tuple[str, ...] = ("",)
    titres_periodes: Mapping[str, str] = field(default_factory=dict)
    indicateurs: Mapping[str, Indicateur] = field(default_factory=dict)
    ventilations: Mapping[str, str] = field(default_factory=dict)
    lignes: Mapping[str, Indicateur] = field(default_factory=dict)
    file: str = ""
    adresse: "Callable[[Dossier], str] | None" = None
    attend: "Callable[[Campagne], bool] | None" = None

    @property
    def principal(self) -> str:
        """The name of the main figure, empty when results have none."""
        return next(iter(self.indicateurs), "")

    @property
    def ligne_principale(self) -> str:
        """The name of the main amount of a line."""
        return next(reversed(list(self.lignes)), "")

    def reception(self, format: str) -> Reception:
        """How *format* is received. Raises Introuvable with a sentence."""
        if format not in self.receptions:
            connus = ", ".join(sorted(self.receptions))
            raise Introuvable(
                f"La campagne « {self.titre} » n'attend pas le format « {format} ». "
                f"Formats attendus : {connus}."
            )
        return self.receptions[format]


_TYPES: dict[str, TypeCampagne] = {}


def enregistrer(type_campagne: TypeCampagne) -> None:
    """Make *type_campagne* known. Raises ValueError when the code is taken by another."""
    if _TYPES.setdefault(type_campagne.code, type_campagne) is not type_campagne:
        raise ValueError(f"The campaign type {type_campagne.code!r} is already registered.")


def obtenir(code: str) -> TypeCampagne:
    """The campaign type *code*. Raises Introuvable with a sentence."""
    if code not in _TYPES:
        connus = ", ".join(sorted(_TYPES)) or "aucun"
        raise Introuvable(f"Le type de campagne « {code} » n'existe pas. Types connus : {connus}.")
    return _TYPES[code]


def tous() -> list[TypeCampagne]:
    """All the campaign types, by code."""
    return [_TYPES[code] for code in sorted(_TYPES)]


def ailleurs() -> list[str]:
    """The codes of the types whose dossiers have pages of their own."""
    return [genre.code for genre in tous() if genre.adresse]


def a_classeurs() -> list[TypeCampagne]:
    """The types answered by a workbook: those whose dossiers have no page of their own elsewhere."""
    return [genre for genre in tous() if genre.adresse is None]


def type_du_format(format: str) -> TypeCampagne | None:
    """The campaign type that receives *format*, if any."""
    return next((t for t in tous() if format in t.receptions), None)


def reception(format: str) -> Reception | None:
    """How *format* is received, if a campaign receives it."""
    type_campagne = type_du_format(format)
    return type_campagne.receptions[format] if type_campagne else None
