"""A contract as essential data see it: plain values, `None` or "" for what is not known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Identite:
    """A holder: kind of identifier (SIRET, TVA…), identifier, name."""

    type: str
    id: str
    nom: str = ""


@dataclass(frozen=True)
class Changement:
    """A notified modification: its number (from 1, growing), its dates, and the values it leads to."""

    numero: int
    notifiee_le: date | None = None
    publiee_le: date | None = None
    duree_mois: int | None = None
    montant: Decimal | None = None
    titulaires: tuple[Identite, ...] = ()
    objet: str = ""


@dataclass(frozen=True)
class Contrat:
    """One contract or concession. Amounts in euros excl. VAT, shares between 0 and 1, durations in months.

    `code_cpv` may bear its check digit, as it was received. `actes` and `modifications_actes` are the
    subcontracting acts in the words of the DECP schema. `complements` holds what only a concession has
    (dateSignature, montantSubventionPublique…).
    """

    pk: int | None = None
    acheteur_siret: str = ""
    acheteur_nom: str = ""
    identifiant: str = ""
    objet: str = ""
    nature: str = ""
    code_cpv: str = ""
    procedure: str = ""
    lieu_code: str = ""
    lieu_type: str = ""
    techniques: tuple[str, ...] = ()
    modalites: tuple[str, ...] = ()
    id_accord_cadre: str = ""
    innovant: bool | None = None
    ccag: str = ""
    offres_recues: int | None = None
    avance: bool | None = None
    taux_avance: Decimal | None = None
    groupement: str = ""
    duree_mois: int | None = None
    notifie_le: date | None = None
    publie_le: date | None = None
    montant: Decimal | None = None
    types_prix: tuple[str, ...] = ()
    forme_prix: str = ""
    origine_ue: Decimal | None = None
    origine_france: Decimal | None = None
    sous_traitance: bool | None = None
    sociales: tuple[str, ...] = ()
    environnementales: tuple[str, ...] = ()
    titulaires: tuple[Identite, ...] = ()
    actes: tuple[Mapping[str, Any], ...] = ()
    modifications_actes: tuple[Mapping[str, Any], ...] = ()
    changements: tuple[Changement, ...] = ()
    complements: Mapping[str, Any] = field(default_factory=dict)

    @property
    def concession(self) -> bool:
        """Whether this is a concession, published apart from the contracts."""
        return self.nature in CONCESSIONS


# The natures of concessions (DECP schema 2.0.3, contrat-concession).
CONCESSIONS = (
    "Concession de travaux",
    "Concession de service",
    "Concession de service public",
    "Délégation de service public",
)


def publie(contrat: Contrat, le: date | None) -> Contrat:
    """The contract as a publication of day *le* writes it: what was already published keeps its own date."""
    if le is None:
        return contrat
    return replace(
        contrat,
        publie_le=contrat.publie_le or le,
        changements=tuple(replace(c, publiee_le=c.publiee_le or le) for c in contrat.changements),
    )
