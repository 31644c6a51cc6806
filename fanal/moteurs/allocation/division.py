"""Dividing an envelope under constraints: classes, regional floors and ceilings, refused small shares."""

from collections.abc import Sequence

from fanal.moteurs.allocation.modele import Contraintes, Demande
from fanal.moteurs.allocation.regles import REGLES, Regle, order


def divide(
    enveloppe: int, regle: str, requests: Sequence[Demande], limits: Contraintes
) -> tuple[list[int], list[str]]:
    """The share of each request and, where it matters, what kept it from more ("" otherwise).

    Requests whose share falls below their minimum receive nothing, one at a time (the one farthest below in
    proportion, the last of equals), and the rest is shared again. By score the choice is made on the way
    down: a request that what is left cannot satisfy is passed over.
    """
    reasons = [""] * len(requests)
    rooms = [r.maximum for r in requests]
    for i in beyond_count(requests, limits):
        rooms[i], reasons[i] = 0, "classe"
    for i, request in enumerate(requests):
        if rooms[i] and request.minimum > rooms[i]:
            rooms[i], reasons[i] = 0, "minimum_impossible"
    while True:
        shares = _shares(enveloppe, REGLES[regle], rooms, requests, limits)
        short = [i for i, s in enumerate(shares) if rooms[i] and s < requests[i].minimum]
        if not short:
            return shares, reasons
        gone = (
            _first_passed(short, requests) if regle == "ordre_score" else _farthest(short, shares, requests)
        )
        rooms[gone], reasons[gone] = 0, "minimum"


def beyond_count(requests: Sequence[Demande], limits: Contraintes) -> set[int]:
    """The requests of each class past the number that may be served, the best scores kept."""
    taken: dict[str, int] = {}
    beyond = set()
    for i in order(requests):
        name = requests[i].classe
        if name in limits.nombres:
            taken[name] = taken.get(name, 0) + 1
            if taken[name] > limits.nombres[name]:
                beyond.add(i)
    return beyond


def _first_passed(short: list[int], requests: Sequence[Demande]) -> int:
    rank = {i: r for r, i in enumerate(order(requests))}
    return min(short, key=rank.__getitem__)


def _farthest(short: list[int], shares: Sequence[int], requests: Sequence[Demande]) -> int:
    return min(short, key=lambda i: (shares[i] / requests[i].minimum, -i))


def _shares(
    total: int, rule: Regle, rooms: Sequence[int], requests: Sequence[Demande], limits: Contraintes
) -> list[int]:
    """Floors first, each within its région, then the rest over the room left under the ceilings."""
    shares = [0] * len(rooms)
    for region, floor in sorted(limits.planchers.items()):
        inside = [i for i, r in enumerate(requests) if r.region == region]
        part = rule(min(floor, total), [rooms[i] for i in inside], [requests[i] for i in inside])
        for i, share in zip(inside, part, strict=True):
            shares[i] = share
        total -= sum(part)
    left = _under_ceilings(
        total, rule, [r - s for r, s in zip(rooms, shares, strict=True)], requests, limits, shares
    )
    return [s + p for s, p in zip(shares, left, strict=True)]


def _under_ceilings(
    total: int,
    rule: Regle,
    rooms: list[int],
    requests: Sequence[Demande],
    limits: Contraintes,
    given: Sequence[int],
) -> list[int]:
    """Share *total*; a région that passes its ceiling is held to it and what it loses goes to the others."""
    held: dict[str, int] = {}
    while True:
        shares = [0] * len(rooms)
        rest = total
        for region, top in held.items():
            inside = [i for i, r in enumerate(requests) if r.region == region]
            part = rule(min(top, rest), [rooms[i] for i in inside], [requests[i] for i in inside])
            for i, share in zip(inside, part, strict=True):
                shares[i] = share
            rest -= sum(part)
        free = [i for i, r in enumerate(requests) if r.region not in held]
        part = rule(rest, [rooms[i] for i in free], [requests[i] for i in free])
        for i, share in zip(free, part, strict=True):
            shares[i] = share
        over = _over(shares, requests, limits, given, held)
        if not over:
            return shares
        held |= over


def _over(
    shares: Sequence[int],
    requests: Sequence[Demande],
    limits: Contraintes,
    given: Sequence[int],
    held: dict[str, int],
) -> dict[str, int]:
    found = {}
    for region, top in sorted(limits.plafonds.items()):
        if region in held:
            continue
        inside = [i for i, r in enumerate(requests) if r.region == region]
        before = sum(given[i] for i in inside)
        if before + sum(shares[i] for i in inside) > top:
            found[region] = max(0, top - before)
    return found
