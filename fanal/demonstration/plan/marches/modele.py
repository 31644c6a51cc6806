"""What the plan of contracts is made of: values only."""

from dataclasses import dataclass
from datetime import date

from fanal.demonstration.plan.modele import EtablissementFictif


@dataclass(frozen=True)
class FournisseurFictif:
    """An invented supplier. Its SIREN lies in a range that no real number seems to use (99x)."""

    siret: str
    nom: str


@dataclass(frozen=True)
class ContratFictif:
    """An invented contract as its workbook row says it; None and "" stay blank. Whole euros excl. VAT."""

    identifiant: str
    acheteur_siret: str
    acheteur_nom: str
    objet: str
    famille: str
    cpv: str
    nature: str
    procedure: str
    debut: date | None
    mois: int
    reconductions: int
    montant: int | None
    maximum: int | None
    titulaires: tuple[FournisseurFictif, ...]
    beneficiaires: tuple[str, ...]
    offres: int | None
    environnement: str
    social: str
    innovant: bool
    acheteur_fonction: str
    publie: date | None
    annuel: int
    complet: bool = True


@dataclass(frozen=True)
class ConsommationFictive:
    """What an establishment ordered of a contract in a month (euros excl. VAT, cents)."""

    cle: str
    finess: str
    numero_marche: str
    le: date
    centimes: int
    siret_fournisseur: str
    libelle: str
    siret_acheteur: str = ""


@dataclass(frozen=True)
class PrixFictif:
    """A line of a price list: price excl. VAT in cents for one unit."""

    numero: str
    type_code: str
    code: str
    libelle: str
    unite: str
    conditionnement: int
    centimes: int
    tva: str
    quantite: int


@dataclass(frozen=True)
class PlanMarches:
    """All that the demonstration GHT has; price lists by "SIRET of the buyer/number"."""

    ght: str
    nouveaux: tuple[EtablissementFictif, ...]
    sirets: dict[str, str]
    contrats: tuple[ContratFictif, ...]
    consommations: tuple[ConsommationFictive, ...]
    bordereaux: dict[str, tuple[PrixFictif, ...]]
