"""Which suppliers may be the same: proposals, never decisions."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import combinations

from fanal.fournisseurs.compute.noms import noyau

ENTIERE = Decimal("1.0000")
MEME_SIREN = "Même SIREN"
MEME_NOM = "Même nom"
NOM_PROCHE = "Noms proches"
PLUS_GRAND_GROUPE = 60  # names that begin alike, past which they tell nothing


@dataclass(frozen=True)
class Candidat:
    """A supplier as the comparison takes it; `nom` is its normalised name, "" when unknown."""

    pk: int
    siren: str
    nom: str


@dataclass(frozen=True)
class Proposition:
    """Two suppliers that look alike, the older one first; `ressemblance` from 0 to 1, four decimals."""

    garde: int
    double: int
    ressemblance: Decimal
    raison: str


def proposer(candidats: Iterable[Candidat], seuil: Decimal) -> list[Proposition]:
    """The pairs that share a SIREN, or whose names less their legal form are alike from *seuil* up.

    Names are only compared within those that share a SIREN or begin by the same four letters: the number of
    comparisons stays near that of the suppliers. The likest come first.
    """
    listed = sorted(candidats, key=lambda c: c.pk)
    found: dict[tuple[int, int], Proposition] = {}
    for group in _groupes(listed, lambda c: c.siren):
        # Each against the oldest: a group of n needs n - 1 agreements, not n².
        for other in group[1:]:
            found[group[0].pk, other.pk] = Proposition(group[0].pk, other.pk, ENTIERE, MEME_SIREN)
    for group in _groupes(listed, lambda c: noyau(c.nom).replace(" ", "")[:4] if c.nom else ""):
        if len(group) > PLUS_GRAND_GROUPE:
            continue
        for a, b in combinations(group, 2):
            if (a.pk, b.pk) not in found and not (a.siren and a.siren == b.siren):
                proposal = _par_nom(a, b, seuil)
                if proposal is not None:
                    found[a.pk, b.pk] = proposal
    return sorted(found.values(), key=lambda p: (-p.ressemblance, p.garde, p.double))


def ressemblance(un: str, autre: str) -> Decimal:
    """How alike two normalised names are, legal forms left out: 1 for the same, 0 for nothing in common.

    Ratio of Ratcliff and Obershelp (1988), as `difflib` computes it, the better of both orders.
    """
    a, b = noyau(un), noyau(autre)
    ratio = max(SequenceMatcher(None, a, b).ratio(), SequenceMatcher(None, b, a).ratio())
    return Decimal(ratio).quantize(Decimal("0.0001"))


def _par_nom(a: Candidat, b: Candidat, seuil: Decimal) -> Proposition | None:
    alike = ressemblance(a.nom, b.nom)
    if alike < seuil:
        return None
    reason = MEME_NOM if noyau(a.nom) == noyau(b.nom) else NOM_PROCHE
    if a.siren and b.siren:
        reason += ", SIREN différents : vérifiez avant de rapprocher"
    return Proposition(a.pk, b.pk, alike, reason)


def _groupes(candidats: list[Candidat], cle: Callable[[Candidat], str]) -> Iterable[list[Candidat]]:
    groups: dict[str, list[Candidat]] = defaultdict(list)
    for candidate in candidats:
        key = cle(candidate)
        if key:
            groups[key].append(candidate)
    return (group for group in groups.values() if len(group) > 1)
