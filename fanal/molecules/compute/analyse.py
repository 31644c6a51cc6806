"""What the requests of a year are made of. A share of the number and a share of the amounts are two things.

Amounts are euros; shares are given in thousandths that add up to one (largest remainder).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fanal.moteurs.partage import repartir

MILLIEME = Decimal("0.001")
CENT = Decimal("0.01")
RECURRENTE, RARE_COUTEUSE, AUTRE = "recurrente", "rare_couteuse", "autre"
TYPES = {
    RECURRENTE: "Demandes récurrentes",
    RARE_COUTEUSE: "Rares et très coûteuses",
    AUTRE: "Autres demandes",
}


@dataclass(frozen=True)
class Ligne:
    """A request as it is analysed. `accorde` is None until somebody has decided."""

    numero: int
    annee: int
    secteur: str
    finess: str
    etablissement: str
    ght: str
    region: str
    ucd: str
    indication: str
    libelle: str
    classe: str
    montant: Decimal
    patients: int | None = None
    accorde: Decimal | None = None

    @property
    def suite(self) -> tuple[str, str, str, str]:
        """What makes two requests of two years the same need."""
        return self.finess, self.secteur, self.ucd, self.indication


@dataclass(frozen=True)
class Groupe:
    """The requests that share a value: how many, how much, and both shares of the whole."""

    nom: str
    nombre: int
    montant: Decimal
    part_nombre: Decimal | None
    part_montant: Decimal | None
    etablissements: int
    molecules: int


@dataclass(frozen=True)
class Seuils:
    """The thresholds of the typology (parameters `molecules.typologie.*`)."""

    annees_recurrentes: int
    demandes_rares: int
    cout_eleve: Decimal


@dataclass(frozen=True)
class Molecule:
    """A drug over a year: its requests, its place in the ranking, the running share, its type and years."""

    ucd: str
    libelle: str
    classe: str
    nombre: int
    montant: Decimal
    rang: int
    cumul: Decimal | None
    genre: str
    annees: tuple[int, ...]

    @property
    def moyen(self) -> Decimal:
        return (self.montant / self.nombre).quantize(CENT)


def par(lignes: Sequence[Ligne], cle: Callable[[Ligne], str]) -> tuple[Groupe, ...]:
    """The groups of *lignes* by *cle*, the largest amount first, then by name."""
    reunies: dict[str, list[Ligne]] = {}
    for ligne in lignes:
        reunies.setdefault(cle(ligne), []).append(ligne)
    noms = sorted(reunies, key=lambda nom: (-somme(reunies[nom]), nom))
    nombres = parts([len(reunies[nom]) for nom in noms])
    montants = parts([centimes(somme(reunies[nom])) for nom in noms])
    return tuple(
        Groupe(
            nom,
            len(reunies[nom]),
            somme(reunies[nom]),
            part_nombre,
            part_montant,
            len({ligne.finess for ligne in reunies[nom]}),
            len({ligne.ucd for ligne in reunies[nom]}),
        )
        for nom, part_nombre, part_montant in zip(noms, nombres, montants, strict=True)
    )


def parts(poids: Sequence[int]) -> list[Decimal | None]:
    """Shares in thousandths that add up to exactly one; None where the whole is zero."""
    if not sum(poids):
        return [None] * len(poids)
    return [MILLIEME * part for part in repartir(1000, poids)]


def molecules(annee: int, par_annee: Mapping[int, Sequence[Ligne]], seuils: Seuils) -> tuple[Molecule, ...]:
    """The drugs asked for in *annee* from the largest amount down, with the running share of the whole."""
    lignes = par_annee.get(annee, ())
    reunies: dict[str, list[Ligne]] = {}
    for ligne in lignes:
        reunies.setdefault(ligne.ucd, []).append(ligne)
    annees = annees_demandees(par_annee)
    ordre = sorted(reunies, key=lambda ucd: (-somme(reunies[ucd]), ucd))
    tout, courant, rangees = somme(lignes), Decimal(0), []
    for rang, ucd in enumerate(ordre, 1):
        membres = reunies[ucd]
        courant += somme(membres)
        rangees.append(
            Molecule(
                ucd,
                membres[0].libelle,
                membres[0].classe,
                len(membres),
                somme(membres),
                rang,
                courant / tout if tout else None,
                typer(membres, consecutives(annees[ucd], annee), seuils),
                annees[ucd],
            )
        )
    return tuple(rangees)


def typer(membres: Sequence[Ligne], annees: int, seuils: Seuils) -> str:
    """The type of a drug: rare and very costly first, since so few requests weigh so much; then recurrent."""
    moyen = somme(membres) / len(membres)
    if len(membres) <= seuils.demandes_rares and moyen >= seuils.cout_eleve:
        return RARE_COUTEUSE
    return RECURRENTE if annees >= seuils.annees_recurrentes else AUTRE


def annees_demandees(par_annee: Mapping[int, Iterable[Ligne]]) -> dict[str, tuple[int, ...]]:
    """For each drug, the years when it was asked for."""
    vues: dict[str, set[int]] = {}
    for annee, lignes in par_annee.items():
        for ligne in lignes:
            vues.setdefault(ligne.ucd, set()).add(annee)
    return {ucd: tuple(sorted(annees)) for ucd, annees in vues.items()}


def consecutives(annees: Sequence[int], fin: int) -> int:
    """How many years in a row end with *fin*."""
    vues, longueur = set(annees), 0
    while fin - longueur in vues:
        longueur += 1
    return longueur


def premieres(rangees: Sequence[Molecule], seuil: Decimal) -> int:
    """How many drugs, the largest first, reach *seuil* of the whole amount."""
    return next((m.rang for m in rangees if m.cumul is not None and m.cumul >= seuil), len(rangees))


def somme(lignes: Iterable[Ligne]) -> Decimal:
    """The amount asked for."""
    return somme_de(ligne.montant for ligne in lignes)


def somme_de(montants: Iterable[Decimal]) -> Decimal:
    """The sum of amounts, zero when there is none."""
    return sum(montants, Decimal(0))


def centimes(montant: Decimal) -> int:
    """An amount in whole cents."""
    return int((montant * 100).to_integral_value())
