"""Which contract a consumption belongs to: by its number, or by likelihood when it bears none."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from fanal.depots.noms import normaliser


@dataclass(frozen=True)
class Candidat:
    """A contract that an establishment may order on. `sirens` are its holders'; dates are unknown if None.

    `etablissements`: those that sign or execute it; empty when nobody said who executes.
    """

    pk: int
    numero: str
    objet: str = ""
    acheteur_siret: str = ""
    debut: date | None = None
    fin: date | None = None
    sirens: frozenset[str] = frozenset()
    etablissements: frozenset[int] = frozenset()


@dataclass
class Registre:
    """Candidates by number and by supplier, spelling apart."""

    candidats: Sequence[Candidat]
    par_numero: dict[str, list[Candidat]] = field(init=False)
    par_siren: dict[str, list[Candidat]] = field(init=False)

    def __post_init__(self) -> None:
        self.par_numero, self.par_siren = defaultdict(list), defaultdict(list)
        for candidat in self.candidats:
            self.par_numero[cle_numero(candidat.numero)].append(candidat)
            for siren in candidat.sirens:
                self.par_siren[siren].append(candidat)

    def resoudre(self, numero: str, siret: str, etablissement: int) -> tuple[Candidat | None, str]:
        """The contract of a number, or None and the sentence why.

        Two buyers may use the same number: the buyer's SIRET decides, else the establishment that executes.
        """
        if not cle_numero(numero):
            return None, "Sans numéro de marché : la ligne est à rattacher (achats hors marché)."
        found = self.par_numero.get(cle_numero(numero), [])
        if siret:
            found = [c for c in found if c.acheteur_siret == siret]
        if len(found) > 1:
            found = [c for c in found if etablissement in c.etablissements] or found
        if len(found) == 1:
            return found[0], ""
        if not found:
            return None, f"Le marché « {numero} » n'est pas connu : la ligne est à rattacher."
        return None, (
            f"{len(found)} marchés portent le numéro « {numero} » : indiquez le SIRET de l'acheteur, ou "
            "rattachez la ligne."
        )

    def probables(self, siren: str, le: date, etablissement: int) -> list[Candidat]:
        """The contracts of the same supplier in force that day, the most likely first.

        One that this establishment executes comes first; one whose dates are unknown comes last.
        """
        if not siren:
            return []
        found = [c for c in self.par_siren.get(siren, []) if _couvre(c, le)]
        return sorted(
            found,
            key=lambda c: (
                etablissement not in c.etablissements,
                c.debut is None or c.fin is None,
                c.fin or date.max,
                c.pk,
            ),
        )


def cle_numero(numero: str) -> str:
    """A contract's number without case, blanks nor punctuation: "M 2024-001" is "m2024001"."""
    return normaliser(numero)


def siren_de(siret: str) -> str:
    """The SIREN of a SIRET (or itself), empty when it is neither."""
    digits = "".join(c for c in siret if c.isdigit())
    return digits[:9] if len(digits) in (9, 14) else ""


def _couvre(candidat: Candidat, le: date) -> bool:
    return (candidat.debut is None or candidat.debut <= le) and (candidat.fin is None or le <= candidat.fin)


def paires(rows: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """(contract, establishment) pairs as sets by contract."""
    found: dict[int, set[int]] = defaultdict(set)
    for marche, etablissement in rows:
        found[marche].add(etablissement)
    return found
