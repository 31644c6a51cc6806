"""Who reads what: balanced, without declared interests, the same answer for the same question.

Each dossier gets distinct readers. Readings are dealt one by one to the least loaded member who may read the
dossier; among equals a hash of the seed decides, so that the order of the lists changes nothing. Then moves
along chains of readers even the loads out: when no chain lowers the sum of squares, the loads are as even as
the exclusions allow (semi-matching, Harvey, Ladner, Lovász and Tamir, 2006).
"""

import hashlib
from collections import deque
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Partage:
    """New readings (dossier, member), dossiers that lack some readers, load of each member in the end."""

    nouvelles: tuple[tuple[int, int], ...]
    manques: Mapping[int, int]
    charges: Mapping[int, int]


def repartir(
    dossiers: Sequence[int],
    membres: Sequence[int],
    *,
    lectures: int,
    exclus: Set[tuple[int, int]],
    deja: Mapping[int, Sequence[int]],
    charges: Mapping[int, int] | None = None,
    graine: str,
) -> Partage:
    """Give *dossiers* the readers they lack, up to *lectures* each.

    *exclus*: pairs (dossier, member) never made. *deja*: readings that stand, by dossier; they count in the
    loads and do not move. *charges*: loads that begin otherwise (all readings of the call).
    """
    table = _Table(sorted(set(membres)), exclus, deja, graine)
    table.charges = {m: (charges or _charges(deja)).get(m, 0) for m in table.membres}
    manques = {}
    # The dossiers with the fewest possible readers choose first: less is left to even out.
    ordre = sorted(set(dossiers), key=lambda d: (len(table.possibles(d)), table.tirage(d, 0)))
    for dossier in ordre:
        besoin = max(0, lectures - len(deja.get(dossier, ())))
        libres = table.possibles(dossier)
        for membre in sorted(libres, key=lambda m: (table.charges[m], table.tirage(dossier, m)))[:besoin]:
            table.donner(dossier, membre)
        if len(libres) < besoin:
            manques[dossier] = besoin - len(libres)
    while table.egaliser():
        pass
    nouvelles = sorted((d, m) for m, dossiers_ in table.donnees.items() for d in dossiers_)
    return Partage(tuple(nouvelles), dict(sorted(manques.items())), table.charges)


def _charges(deja: Mapping[int, Sequence[int]]) -> dict[int, int]:
    charges: dict[int, int] = {}
    for lecteurs in deja.values():
        for membre in lecteurs:
            charges[membre] = charges.get(membre, 0) + 1
    return charges


class _Table:
    """Readings being dealt."""

    def __init__(
        self,
        membres: Sequence[int],
        exclus: Set[tuple[int, int]],
        deja: Mapping[int, Sequence[int]],
        graine: str,
    ) -> None:
        self.membres, self.exclus, self.graine = membres, exclus, graine
        self.deja = {d: set(lecteurs) for d, lecteurs in deja.items()}
        self.donnees: dict[int, set[int]] = {m: set() for m in membres}
        self.charges: dict[int, int] = {}
        self.tirages: dict[tuple[int, int], bytes] = {}

    def possibles(self, dossier: int) -> list[int]:
        """The members who may read the dossier and do not yet."""
        pris = self.deja.get(dossier, set())
        return [
            m
            for m in self.membres
            if (dossier, m) not in self.exclus and m not in pris and dossier not in self.donnees[m]
        ]

    def tirage(self, dossier: int, membre: int) -> bytes:
        """A draw that only depends on the seed and on the pair."""
        paire = (dossier, membre)
        if paire not in self.tirages:
            self.tirages[paire] = hashlib.sha256(f"{self.graine}:{dossier}:{membre}".encode()).digest()
        return self.tirages[paire]

    def donner(self, dossier: int, membre: int) -> None:
        self.donnees[membre].add(dossier)
        self.charges[membre] += 1

    def egaliser(self) -> bool:
        """Move one reading along a chain from a loaded member to one with two readings less, if any."""
        lightest = min(self.charges.values(), default=0)
        for depart in sorted(self.membres, key=lambda m: (-self.charges[m], m)):
            if self.charges[depart] < lightest + 2:
                return False
            if chaine := self._chaine(depart):
                for dossier, de, vers in chaine:
                    self.donnees[de].discard(dossier)
                    self.donnees[vers].add(dossier)
                self.charges[depart] -= 1
                self.charges[chaine[-1][2]] += 1
                return True
        return False

    def _chaine(self, depart: int) -> list[tuple[int, int, int]]:
        """The shortest chain of moves (dossier, from, to) that ends at a member loaded by two less."""
        venus: dict[int, tuple[int, int]] = {}
        vus, file = {depart}, deque([depart])
        while file:
            membre = file.popleft()
            if self.charges[membre] <= self.charges[depart] - 2:
                return self._remonter(venus, depart, membre)
            for dossier in sorted(self.donnees[membre]):
                for suivant in sorted(self.possibles(dossier), key=lambda m: self.tirage(dossier, m)):
                    if suivant not in vus:
                        vus.add(suivant)
                        venus[suivant] = (dossier, membre)
                        file.append(suivant)
        return []

    def _remonter(
        self, venus: Mapping[int, tuple[int, int]], depart: int, arrivee: int
    ) -> list[tuple[int, int, int]]:
        chaine, ici = [], arrivee
        while ici != depart:
            dossier, avant = venus[ici]
            chaine.append((dossier, avant, ici))
            ici = avant
        return chaine[::-1]
