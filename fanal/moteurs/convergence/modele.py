"""What goes in and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Genre(StrEnum):
    """What a date of exit is: before a tacit renewal, before an express one, or the end of everything."""

    TACITE = "tacite"
    EXPRESSE = "expresse"
    FIN = "fin"


class Acte(StrEnum):
    """What is done with a contract, in the order in which equal costs are settled."""

    TERME = "terme"
    NON_RECONDUCTION = "non_reconduction"
    ENTREE_DIFFEREE = "entree_differee"
    AVENANT = "avenant"
    MARCHE_COURT = "marche_court"
    MARCHE_COURT_ADAPTE = "marche_court_adapte"
    RESILIATION = "resiliation"
    HORS = "hors"


ORDRE: dict[Acte, int] = {acte: rang for rang, acte in enumerate(Acte)}
# The short contracts of a segment answer one homogeneous need: their amounts add up.
COURTS = (Acte.MARCHE_COURT, Acte.MARCHE_COURT_ADAPTE)


@dataclass(frozen=True)
class Sortie:
    """A day on which a contract may end, included. *preavis_le*: last day to say that it will."""

    fin: date
    genre: Genre = Genre.FIN
    numero: int = 0
    preavis_le: date | None = None


@dataclass(frozen=True)
class Marge:
    """What a ground still allows to add. `montant` None: unknown, and *raison* says why.

    *stricte*: the limit itself is excluded (R2194-8: strictly below 10 % or 15 %).
    """

    motif: str
    libelle: str
    montant: Decimal | None
    stricte: bool = False
    raison: str = ""


@dataclass(frozen=True)
class Contrat:
    """A contract as the engine sees it: its exits in order, the last one being its total end.

    `depense_mensuelle` None: unknown, then no act whose amount counts can be proved lawful.
    `ecart_mensuel`: what is lost each month against the best price of the segment, None when not known.
    `avenant_jusqu_au`: last day an amendment may reach (four years of a framework agreement), None: no limit.
    """

    cle: str
    libelle: str
    sorties: tuple[Sortie, ...]
    etablissements: tuple[str, ...] = ()
    debut: date | None = None
    depense_mensuelle: Decimal | None = None
    ecart_mensuel: Decimal | None = None
    marges: tuple[Marge, ...] = ()
    avenant_jusqu_au: date | None = None
    modifiable: bool = True
    raison_non_modifiable: str = ""

    @property
    def fin_totale(self) -> date:
        return self.sorties[-1].fin


@dataclass(frozen=True)
class Regles:
    """The weights and limits. Amounts in euros, rates as fractions, delays in months.

    `administratif` and `risque` give euros per act (codes of `Acte`, plus "reconduction_expresse" and
    "consultation" for the first, and one line per ground of an amendment, "avenant:R2194-8"), `risque_taux`
    a part of the amount that the act engages. A threshold is excluded; None: not known, the act is out.
    """

    administratif: Mapping[str, Decimal] = field(default_factory=dict)
    risque: Mapping[str, Decimal] = field(default_factory=dict)
    risque_taux: Mapping[str, Decimal] = field(default_factory=dict)
    taux_gain: Decimal = Decimal(0)
    taux_indemnite: Decimal = Decimal(0)
    seuil_marche_court: Decimal | None = None
    seuil_marche_court_adapte: Decimal | None = None
    delai_marche_court_mois: int = 1
    delai_marche_court_adapte_mois: int = 4
    delai_preparation_mois: int = 6
    horizon_mois: int = 36
    pas_mois: int = 1
    pont_maximum_mois: int = 12
    entree_maximum_mois: int = 24
    duree_commune_mois: int = 48


@dataclass(frozen=True)
class Requete:
    """The contracts of one segment, seen on day *le*, and the rules."""

    le: date
    contrats: tuple[Contrat, ...]
    regles: Regles


class Option(NamedTuple):
    """One thing to do with one contract for one start. Costs in cents; the total is their sum.

    `sortie`: last day of the contract as it stands before the act that prolongs or replaces it; `entree`:
    first day on the common contract, None when it is left out; `mois`: of amendment, of short contract, of
    late entry, or of what a termination cuts; `montant`: what the act engages.
    """

    acte: Acte
    sortie: date
    entree: date | None
    mois: int = 0
    motif: str = ""
    refus: Sortie | None = None
    expresses: tuple[int, ...] = ()
    montant: int = 0
    attente: int = 0
    risque: int = 0
    administratif: int = 0
    indemnite: int = 0

    @property
    def total(self) -> int:
        return self.attente + self.risque + self.administratif + self.indemnite


class Impossible(NamedTuple):
    """An act that is not open, and why: *raison* is a code of `phrases.RAISONS`, *donnees* its figures."""

    acte: Acte
    raison: str
    mois: int = 0
    motif: str = ""
    demande: int = 0
    disponible: int | None = None
    le: date | None = None
    detail: str = ""


@dataclass(frozen=True)
class Proposition:
    """The cheapest lawful set of acts for one start. `options` in the order of the contracts.

    `consultation`: cents of the one adapted procedure shared by the short contracts, 0 without it.
    `optimal`: the minimum is proved.
    """

    depart: date
    options: tuple[Option, ...]
    consultation: int
    optimal: bool

    @property
    def cout(self) -> int:
        """Cents: the sum of the parts, and nothing else."""
        return sum(o.total for o in self.options) + self.consultation


@dataclass(frozen=True)
class Resultat:
    """The propositions from the cheapest up (the earliest first when equal), and the hash of the request."""

    requete: Requete
    propositions: tuple[Proposition, ...]
    empreinte: str

    @property
    def meilleure(self) -> Proposition | None:
        return self.propositions[0] if self.propositions else None
