"""The equipment of a SESAME dossier told apart by what the call pays for, and the plan of financing. Pure.

Source: note d'information DGOS/RI2/2025/42 of 15 April 2025 (NOR TSSH2510053N), II. All amounts are euros,
all taxes included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

CENT = Decimal("0.01")
REPETITION = "equipements"


@dataclass(frozen=True)
class Categorie:
    """A kind of expense: whether the call pays for it, and why not."""

    titre: str
    eligible: bool
    motif: str = ""


CATEGORIES: dict[str, Categorie] = {
    "achat": Categorie("Achat de l'équipement", True),
    "livraison": Categorie("Livraison", True),
    "installation": Categorie("Installation", True),
    "qualification": Categorie("Qualification", True),
    "logiciel": Categorie("Logiciel de fonctionnement", True),
    "interface": Categorie("Interface", True),
    "travaux": Categorie("Travaux", False, "Les travaux préalables (locaux…) ne sont pas financés."),
    "equipement_general": Categorie(
        "Équipement général du circuit",
        False,
        "Les équipements généraux du circuit (transport, stockage…) ne sont pas financés.",
    ),
    "logiciel_independant": Categorie(
        "Logiciel indépendant de l'automate",
        False,
        "Un logiciel qui fonctionne sans l'automate (gestion des produits de santé, aide à la prescription) "
        "n'est pas financé ; l'interface avec lui l'est.",
    ),
    "exploitation": Categorie(
        "Exploitation", False, "L'exploitation, personnel technique compris, n'est pas financée."
    ),
    "maintenance": Categorie("Maintenance", False, "La maintenance n'est pas financée."),
    "pharmacotechnie": Categorie(
        "Pharmacotechnie",
        False,
        "Les équipements de préparation ou de reconstitution des médicaments ne sont pas inclus.",
    ),
}
INCONNUE = Categorie(
    "Nature non précisée", False, "La nature de la dépense manque : la ligne n'est pas comptée."
)


@dataclass(frozen=True)
class Ligne:
    """A line of the equipment list; `montant` None when it is blank or no amount."""

    designation: str
    categorie: str
    montant: Decimal | None

    @property
    def nature(self) -> Categorie:
        return CATEGORIES.get(self.categorie, INCONNUE)

    @property
    def eligible(self) -> bool:
        return self.nature.eligible


@dataclass(frozen=True)
class Plan:
    """The plan of financing. `plafond` None: not set yet. `a_charge` is what the establishment pays itself,
    expenses that the call does not pay for included.
    """

    eligible: Decimal
    non_eligible: Decimal
    part_maximale: Decimal
    plafond: Decimal | None
    aide_maximale: Decimal
    demande: Decimal | None
    soutien: Decimal
    sans_montant: int

    @property
    def total(self) -> Decimal:
        return self.eligible + self.non_eligible

    @property
    def a_charge(self) -> Decimal:
        return self.total - self.soutien

    @property
    def depassement(self) -> Decimal:
        """What the request passes the highest support by; zero when it does not."""
        return max(Decimal(0), (self.demande or Decimal(0)) - self.aide_maximale)


def lire_lignes(reponses: Mapping[str, Any]) -> list[Ligne]:
    """The equipment list of answers, in the order of the form."""
    lignes = reponses.get(REPETITION) or []
    return [
        Ligne(
            str(une.get("designation") or ""),
            str(une.get("categorie") or ""),
            montant(une.get("montant_ttc")),
        )
        for une in lignes
        if isinstance(une, Mapping)
    ]


def montant(valeur: Any) -> Decimal | None:
    """An amount as an answer holds it, None when it is blank or not a finite number."""
    try:
        lu = Decimal(str(valeur))
    except InvalidOperation:
        return None
    return lu if valeur not in (None, "") and lu.is_finite() else None


def plan(lignes: Sequence[Ligne], *, taux: Decimal, plafond: Decimal | None, demande: Decimal | None) -> Plan:
    """The plan of *lignes*: at most *taux* of the eligible price, never above *plafond*, never above what is
    asked. The share is rounded down to the cent, so that it never passes the rate.
    """
    eligible = sum((x.montant for x in lignes if x.eligible and x.montant is not None), Decimal(0))
    autres = sum((x.montant for x in lignes if not x.eligible and x.montant is not None), Decimal(0))
    part = (eligible * taux).quantize(CENT, ROUND_DOWN)
    aide = part if plafond is None else min(part, plafond)
    return Plan(
        eligible=eligible,
        non_eligible=autres,
        part_maximale=part,
        plafond=plafond,
        aide_maximale=aide,
        demande=demande,
        soutien=aide if demande is None else min(aide, demande),
        sans_montant=sum(x.montant is None for x in lignes),
    )


def couverture(fonds: Decimal, taux: Decimal) -> Decimal:
    """The eligible price that *fonds* covers at the full rate for every project: 40 M€ for 20 M€ at 50 %."""
    return fonds / taux


def coherent(au_moins_un: Decimal, types: Sequence[Decimal]) -> bool:
    """Whether shares by type agree with the share owning at least one: between their highest and their sum.
    Establishments may own several types, so the shares do not add up.
    """
    return max(types) <= au_moins_un <= sum(types)
