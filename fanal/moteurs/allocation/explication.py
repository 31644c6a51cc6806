"""Why a request receives what it receives, and what would change it: each figure is found by asking again.

Nothing is deduced from a formula: the question is put again with another envelope, another score, another
priority, and the sentence says what the engine answered then, everything else being equal.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from fanal.moteurs.allocation.demandes import SCORE_MAX
from fanal.moteurs.allocation.modele import Demande, Partage, Resultat, euros
from fanal.moteurs.allocation.repartition import repartir_enveloppe


@dataclass(frozen=True)
class Changement:
    """One thing that would change the amount. `valeur` is the envelope or the amount in cents, the score or
    the priority that it takes (None when nothing of that kind would do); `montant` what would be granted."""

    code: str
    phrase: str
    valeur: int | None
    montant: int


@dataclass(frozen=True)
class Explication:
    """The amount of a request, its reason, and what would change it (empty when it has all it may have)."""

    id: str
    attribue: int
    maximum: int
    motif: str
    changements: tuple[Changement, ...]


def expliquer(partage: Partage, id: str, resultat: Resultat | None = None) -> Explication:
    """Explain the amount of one request. Raises KeyError when the question holds no such request.

    The envelopes told for a dividing rule without minimum are the smallest; with minimums or constraints,
    a smaller one may do as well, and the sentence says only that this one does.
    """
    asked = next((r for r in partage.demandes if r.id == id), None)
    if asked is None:
        raise KeyError(id)
    found = resultat or repartir_enveloppe(partage)
    answer = next(a for a in found.attributions if a.id == id)
    changes: list[Changement | None] = []
    if answer.attribue < asked.maximum:
        if partage.regle == "optimal":
            changes = [_room(partage, found, asked), _score_of_choice(partage, found, asked)]
        else:
            changes = [
                _first_euro(partage, asked, answer.attribue),
                _whole(partage, asked),
                _score(partage, asked),
                _priority(partage, asked, answer.attribue),
            ]
    kept = tuple(c for c in changes if c is not None)
    return Explication(id, answer.attribue, asked.maximum, answer.motif, kept)


def granted(partage: Partage, id: str) -> int:
    """What the engine answers for one request."""
    return repartir_enveloppe(partage).montants()[id]


def _first_euro(partage: Partage, asked: Demande, amount: int) -> Changement | None:
    """The envelope from which a request that receives nothing receives something."""
    if amount:
        return None
    found = _smallest(
        partage.enveloppe, _ample(partage), lambda v: granted(replace(partage, enveloppe=v), asked.id) > 0
    )
    if found is None or granted(replace(partage, enveloppe=found), asked.id) == asked.maximum:
        return None
    given = granted(replace(partage, enveloppe=found), asked.id)
    more = euros(found - partage.enveloppe)
    return Changement(
        "enveloppe_debut",
        f"Elle commencerait à être servie avec une enveloppe de {euros(found)} (soit {more} de plus).",
        found,
        given,
    )


def _whole(partage: Partage, asked: Demande) -> Changement:
    """The envelope that serves the request entirely."""
    found = _smallest(
        partage.enveloppe,
        _ample(partage),
        lambda v: granted(replace(partage, enveloppe=v), asked.id) == asked.maximum,
    )
    if found is None:
        return Changement(
            "enveloppe_total",
            "Aucune enveloppe ne la servirait en totalité : une contrainte ou son minimum la retient.",
            None,
            granted(replace(partage, enveloppe=_ample(partage)), asked.id),
        )
    return Changement(
        "enveloppe_total",
        f"Elle serait servie en totalité avec une enveloppe de {euros(found)} "
        f"(soit {euros(found - partage.enveloppe)} de plus).",
        found,
        asked.maximum,
    )


def _score(partage: Partage, asked: Demande) -> Changement | None:
    """By score: the score that serves the request entirely, the others unchanged."""
    if partage.regle != "ordre_score":
        return None
    top = min(SCORE_MAX, 1 + max(r.score for r in partage.demandes))
    found = _smallest(
        asked.score, top, lambda v: granted(_with(partage, asked, score=v), asked.id) == asked.maximum
    )
    if found is None:
        given = granted(_with(partage, asked, score=top), asked.id)
        return Changement(
            "score_total",
            f"Aucun score ne la servirait en totalité ; le meilleur score lui donnerait {euros(given)}.",
            None,
            given,
        )
    return Changement(
        "score_total",
        f"Elle serait servie en totalité avec un score de {partage.points(found)} "
        f"(elle a {partage.points(asked.score)}).",
        found,
        asked.maximum,
    )


def _priority(partage: Partage, asked: Demande, amount: int) -> Changement | None:
    """By priority: the least high priority that would give it more."""
    if partage.regle != "prorata_par_priorite":
        return None
    present = {r.priorite for r in partage.demandes if r.priorite is not None}
    better = sorted({1, *present}, reverse=True)
    for rank in better:
        if asked.priorite is not None and rank >= asked.priorite:
            continue
        given = granted(_with(partage, asked, priorite=rank), asked.id)
        if given > amount:
            return Changement("priorite", f"En priorité {rank}, elle recevrait {euros(given)}.", rank, given)
    return None


def _room(partage: Partage, found: Resultat, asked: Demande) -> Changement | None:
    """Indivisible: what would have to be added so that it joins those served, nobody losing anything."""
    if not asked.maximum or asked.score <= 0 or asked.minimum > asked.maximum:
        return None
    amounts = found.montants()
    if not _allowed(partage, amounts, asked):
        return Changement(
            "enveloppe_ajout",
            "Une enveloppe plus grande ne suffirait pas à l'ajouter : le plafond de sa région ou le nombre "
            "de sa classe est atteint.",
            None,
            0,
        )
    needed = found.attribue + asked.maximum
    return Changement(
        "enveloppe_ajout",
        f"Elle s'ajouterait aux demandes retenues, sans rien leur retirer, avec une enveloppe de "
        f"{euros(needed)} (soit {euros(needed - partage.enveloppe)} de plus).",
        needed,
        asked.maximum,
    )


def _allowed(partage: Partage, amounts: dict[str, int], asked: Demande) -> bool:
    limits = partage.contraintes
    served = [r for r in partage.demandes if amounts[r.id]]
    inside = sum(amounts[r.id] for r in served if r.region == asked.region) + asked.maximum
    alike = sum(r.classe == asked.classe for r in served) + 1
    return inside <= limits.plafonds.get(asked.region, inside) and alike <= limits.nombres.get(
        asked.classe, alike
    )


def _score_of_choice(partage: Partage, found: Resultat, asked: Demande) -> Changement | None:
    """Indivisible: the score from which the best choice holds it.

    Let S be the best sum of scores, and R the best one reached by the others once it is served whatever its
    score: it is chosen above S - R, and at S - R when the tie turns to it. Two or three choices to compute.
    """
    if not asked.maximum or asked.minimum > asked.maximum or asked.maximum > partage.enveloppe:
        return None
    scores = {r.id: r.score for r in partage.demandes}
    best = sum(scores[a.id] for a in found.attributions if a.attribue)
    certain = 1 + sum(max(0, r.score) for r in partage.demandes)
    forced = repartir_enveloppe(_with(partage, asked, score=certain)).montants()
    if not forced[asked.id]:
        return None
    tie = max(1, best - sum(s for k, s in scores.items() if k != asked.id and forced[k]))
    needed = tie if granted(_with(partage, asked, score=tie), asked.id) else tie + 1
    return Changement(
        "score_total",
        f"Elle entrerait dans le meilleur ensemble avec un score de {partage.points(needed)} "
        f"(elle a {partage.points(asked.score)}).",
        needed,
        asked.maximum,
    )


def _with(partage: Partage, asked: Demande, **changes: int) -> Partage:
    rows = tuple(
        replace(r, **changes) if r.id == asked.id else r  # type: ignore[arg-type]  # only integer fields
        for r in partage.demandes
    )
    return replace(partage, demandes=rows)


def _ample(partage: Partage) -> int:
    return max(partage.enveloppe, sum(r.maximum for r in partage.demandes))


def _smallest(low: int, high: int, holds: Callable[[int], bool]) -> int | None:
    """A value above *low*, at most *high*, that holds while the one before does not; None if *high* fails."""
    if high <= low or not holds(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high
