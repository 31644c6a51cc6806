"""What the plan is made of: an invented territory, lines of workbooks, declarations of operators."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fanal.demonstration.plan.marches.modele import PlanMarches


class Sorte(StrEnum):
    """Why a line is there: what it may be scaled by depends on it."""

    NORMALE = "normale"
    DECLARANT = "declarant"  # of a GHT whose total gains are given by the source
    GENERIQUE = "generique"
    PERTE = "perte"
    MOINDRE = "moindre"
    RETRAIT = "retrait"
    REJET = "rejet"  # one of the seven printed lines
    DOUBLON = "doublon"  # the operator declares less than the GHT
    ANTERIEURE = "anterieure"  # first order the year before the campaign
    REPETEE = "repetee"  # already counted in the campaign before
    EXCLUE = "exclue"  # price change that is not the buyer's
    SANS_GAIN = "sans_gain"
    PREVUE = "prevue"  # still a plan, without a result


@dataclass(frozen=True)
class EtablissementFictif:
    """An invented legal entity; `poids` is its share of the GHT's purchases."""

    finess: str
    nom: str
    role: str
    departement: str
    poids: float


@dataclass(frozen=True)
class GhtFictif:
    """An invented GHT of a real région; `poids` is its share of the région. `repond` tells for which
    campaigns.
    """

    code: str
    nom: str
    region: str
    poids: float
    classe: int
    etablissements: tuple[EtablissementFictif, ...]
    repond: frozenset[int]

    @property
    def support(self) -> EtablissementFictif:
        return self.etablissements[0]


@dataclass(slots=True, eq=False)
class Ligne:
    """A line of a workbook and what becomes of it. Amounts in integer cents; `poids` and `taux` drive the
    draw.

    `sens`, `retenu` (annual, for a lesser amount), `motif` and `commentaire` are the decision; `observation`
    is
    what the control asks first and `reponse` the answer, if the GHT gives one.
    """

    annee: int
    region: str
    ght: str
    finess: str
    role: str
    operateur: str
    famille: str
    domaine: str
    categorie: str
    intitule: str
    sorte: Sorte
    poids: float
    taux: float
    date: datetime.date | None
    identifiant: str = ""
    nom_operateur: str = ""
    numero_marche: str = ""
    nature: str = "exploitation"
    duree: int | None = None
    gain: int | None = None
    reference: int | None = None
    perimetre: int | None = None
    prix_reference: Decimal | None = None
    prix_nouveau: Decimal | None = None
    quantite: int | None = None
    type_effet: str = "Effet prix induit"
    cause: str = ""
    calcul: str = ""
    explication: str = ""
    statut: str = "notifiée"
    date_prevue: datetime.date | None = None
    previsionnel: int | None = None
    sens: str = "retenu"
    retenu: int | None = None
    motif: str = ""
    commentaire: str = ""
    observation: str = ""
    reponse: str = ""
    operateur_declare: float | None = None

    @property
    def retenue(self) -> bool:
        """Whether something of the gain is kept after control."""
        return self.sens != "retire"

    @property
    def compte(self) -> bool:
        """Whether the gain counts at all: given, placed in time, due to the buyer, and not counted before."""
        return (
            self.gain is not None
            and self.date is not None
            and self.sorte not in (Sorte.EXCLUE, Sorte.REPETEE)
        )

    @property
    def gain_retenu(self) -> int:
        """Annual gain kept after control, in cents."""
        if self.sens == "retire" or self.gain is None:
            return 0
        return self.gain if self.retenu is None else self.retenu


@dataclass(slots=True, eq=False)
class Declaration:
    """What an operator declares for a contract, a beneficiary and a civil year, in cents."""

    operateur: str
    numero_marche: str
    finess: str
    annee: int
    gain: int
    reprise: bool = False


@dataclass(frozen=True)
class Objectif:
    """An objective in cents; the highest revision holds."""

    annee: int
    periode: str
    niveau: str
    code: str
    montant: int
    revision: int


@dataclass
class PlanCampagne:
    """A campaign: lines of each GHT's workbook, operators' declarations, purchases and objectives."""

    annee: int
    lignes: dict[str, list[Ligne]]
    declarations: dict[str, list[Declaration]] = field(default_factory=dict)
    achats: dict[str, int] = field(default_factory=dict)
    objectifs: list[Objectif] = field(default_factory=list)

    def toutes(self) -> list[Ligne]:
        """Every line, GHT by GHT."""
        return [ligne for lignes in self.lignes.values() for ligne in lignes]


@dataclass(frozen=True)
class PlanAppels:
    """How much of the calls is played: dossiers of SESAME, GHT that answer on their maturity, and whether one
    région's requests for expensive medicines are.
    """

    sesame: int = 140
    maturite: int = 16
    molecules: bool = True


@dataclass
class Plan:
    """The whole demonstration."""

    ghts: dict[str, GhtFictif]
    campagnes: dict[int, PlanCampagne]
    marches: "PlanMarches | None" = None
    appels: PlanAppels = PlanAppels()
