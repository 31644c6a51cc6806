"""What the rules of a contract look at: its facts on a day, as a value. No queries, no clock."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from fanal.marches.compute.echeances import Vie
from fanal.marches.compute.effets import Effets
from fanal.marches.compute.irregularites import Faits
from fanal.marches.compute.plafond import Jauge

PREPARATION, ATTRIBUE, NOTIFIE, RESILIE, SOLDE = "preparation", "attribue", "notifie", "resilie", "solde"


@dataclass(frozen=True)
class Part:
    """One entry of the beneficiaries' ledger with what that establishment used (euros excl. VAT, units)."""

    cle: int
    etablissement: int
    nom: str
    entree: date | None
    sortie: date | None
    jauge: Jauge
    jauge_quantite: Jauge
    epuisement: date | None = None
    derniere_commande: date | None = None

    def couvre(self, le: date) -> bool:
        """Whether the establishment may order on that day by this entry."""
        return (self.entree is None or self.entree <= le) and (self.sortie is None or le <= self.sortie)


@dataclass(frozen=True)
class Situation:
    """One contract on day *le*. Amounts excl. VAT; None is unknown.

    `initial` is the amount that limits of modifications are computed on: the maximum of a framework, else the
    amount. `par_etablissement`, `quantites`: consumption by establishment, in euros and in units;
    `commandes`: (day, establishment, amount, units), one row per day and establishment.
    """

    le: date
    etat: str
    vie: Vie
    effets: Effets
    faits: Faits
    jauge: Jauge
    jauge_quantite: Jauge
    initial: Decimal | None = None
    minimum_ht: Decimal | None = None
    unite: str = ""
    nature_achat: str = ""
    date_notification: date | None = None
    preavis_mois: int | None = None
    tacite: bool = True
    titulaires: int = 0
    epuisement: date | None = None
    epuisement_quantite: date | None = None
    parts: tuple[Part, ...] = ()
    par_etablissement: dict[int, Decimal] = field(default_factory=dict)
    quantites: dict[int, Decimal] = field(default_factory=dict)
    derniere_commande: date | None = None
    commandes: tuple[tuple[date, int, Decimal, Decimal], ...] = ()
    avenants_non_notifies: tuple[int, ...] = ()

    @property
    def epuisement_proche(self) -> date | None:
        """The first of the two days, in euros or in units, on which the maximum is used up."""
        return min(filter(None, (self.epuisement, self.epuisement_quantite)), default=None)

    @property
    def epuise_avant_la_fin(self) -> bool:
        """Whether the maximum is used up, or will be, before the contract's total end."""
        day, fin = self.epuisement_proche, self.vie.fin_totale
        return day is not None and fin is not None and day <= fin
