"""The consolidation a second time, in plain Python loops and Decimals, sharing no code with the engine.

Written from the rules alone; slow and simple on purpose. Tests compare the two on random inputs.
"""

import calendar
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
AXES = {
    "par_region": "region",
    "par_famille": "famille",
    "par_operateur": "operateur",
    "par_role": "role",
    "par_ght": "ght",
    "par_etablissement": "finess",
    "par_nom_operateur": "nom_operateur",
}


def _euros(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


def _rate(numerator: Any, denominator: Any) -> str | None:
    if denominator is None or denominator <= 0:
        return None
    value = Fraction(numerator) / Fraction(denominator)
    scaled = abs(value) * 10**6
    whole = int(scaled + Fraction(1, 2))
    text = f"{whole // 10**6}.{whole % 10**6:06d}"
    while len(text.split(".")[1]) > 4 and text.endswith("0"):
        text = text[:-1]
    return ("-" if value < 0 and whole else "") + text


def _split(gain: Decimal, start: date) -> tuple[Decimal, Decimal]:
    """Part of the opening civil year, part of the next."""
    try:
        end = start.replace(year=start.year + 1)
    except ValueError:
        end = date(start.year + 1, 2, 28)
    length = end.toordinal() - start.toordinal()
    inside = date(start.year, 12, 31).toordinal() - start.toordinal() + 1
    year_days = 366 if calendar.isleap(start.year) else 365
    assert 1 <= inside <= year_days
    first = (gain * inside / length).quantize(CENT, ROUND_HALF_UP)
    return first, gain - first


def _number(text: str | None) -> str:
    return "".join(c for c in (text or "").upper() if c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _lines(entree: Any, annee: int, causes: set[str]) -> list[dict[str, Any]]:
    actions = list(entree.actions.iter_rows(named=True))
    carried = {
        (a["ght"], a["identifiant"])
        for a in actions
        if a["campagne_annee"] == annee - 1
        and a["gain_c"] is not None
        and a["date_premiere_commande"] is not None
        and a["date_premiere_commande"].year == annee - 1
        and a["identifiant"] is not None
    }
    lines = []
    for a in sorted(actions, key=lambda a: a["action_id"]):
        start, gain = a["date_premiere_commande"], _euros(a["gain_c"])
        current = a["campagne_annee"] == annee
        previous = a["campagne_annee"] == annee - 1 and start and start.year == annee - 1 and gain is not None
        if not (current or previous):
            continue
        excluded = (a["cause_prix"] or "") not in causes
        decision = a["decision"] if a["decision"] in ("retenu", "moindre", "retire") else None
        kept_annual = {"retenu": gain, "moindre": _euros(a["montant_retenu_c"]), "retire": ZERO, None: gain}[
            decision
        ]
        if decision == "moindre" and kept_annual is None:
            decision, kept_annual = None, gain
        if decision == "retire" and gain is None:
            kept_annual = ZERO
        carry = start is not None and start.year == annee - 1
        again = current and carry and a["identifiant"] is not None and (a["ght"], a["identifiant"]) in carried
        counts = not excluded and gain is not None and start is not None
        counts = counts and not again and (carry or (current and start.year == annee))
        declared = kept = ZERO
        if counts:
            declared, kept = (_split(x, start)[1 if carry else 0] for x in (gain, kept_annual))
        lines.append(
            a
            | {
                "current": current,
                "excluded": excluded,
                "counts": counts,
                "carry": carry,
                "new": current and start is not None and start.year == annee and not excluded,
                "decided": decision is not None,
                "decision": decision,
                "annual": kept_annual,
                "declared": declared,
                "pending": ZERO if decision else declared,
                "withdrawn": declared - kept if decision else ZERO,
                "kept": kept if decision else ZERO,
                "gap": ZERO,
                "unplaced": current and not excluded and gain is not None and start is None,
            }
        )
    return lines


def _apply_gaps(lines: list[dict[str, Any]], entree: Any, annee: int) -> None:
    claims: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for o in entree.operateurs.iter_rows(named=True):
        if o["annee"] == annee and o["gain_c"] is not None and _number(o["numero_marche"]) and o["finess"]:
            claims[_number(o["numero_marche"]), o["finess"]] += _euros(o["gain_c"]) or ZERO
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for x in lines:
        if x["counts"] and x["decided"]:
            groups[_number(x["numero_marche"]), x["finess"]].append(x)
    for key, claimed in claims.items():
        group = groups[key]
        gap = sum((x["kept"] for x in group), ZERO) - claimed
        if not group or gap <= 0:
            continue
        weights = [max(x["kept"], ZERO) for x in group]
        if not sum(weights):
            weights = [abs(x["kept"]) for x in group]
        if not sum(weights):
            weights = [Decimal(1)] * len(group)
        exact = [Fraction(gap) * Fraction(w) / Fraction(sum(weights)) * 100 for w in weights]
        floors = [int(e) for e in exact]
        missing = int(gap * 100) - sum(floors)
        order = sorted(range(len(group)), key=lambda i: (-(exact[i] - floors[i]), i))
        for i in order[:missing]:
            floors[i] += 1
        for x, cents in zip(group, floors, strict=True):
            x["gap"] = Decimal(cents) / 100


def _figures(
    lines: list[dict[str, Any]], ops: list[dict[str, Any]], base: Any, goal: Any, known: set[str]
) -> Any:
    def total(key: str, rows: list[dict[str, Any]]) -> Decimal:
        return sum((r[key] for r in rows), ZERO)

    taken = sum((o["taken"] for o in ops), ZERO)
    kept = {
        carry: total("kept", [x for x in lines if x["carry"] is carry and x["counts"]])
        for carry in (True, False)
    }
    gaps = {
        carry: total("gap", [x for x in lines if x["carry"] is carry and x["counts"]])
        for carry in (True, False)
    }
    report = kept[True] - gaps[True]
    new = kept[False] - gaps[False] + taken
    credible = [x for x in lines if x["new"] and x["decision"] != "retire" and (x["reference_c"] or 0) > 0]
    both = [x for x in credible if x["annual"] is not None]

    def perf(rows: list[dict[str, Any]]) -> tuple[Decimal, Decimal]:
        return total("annual", rows), sum((_euros(x["reference_c"]) or ZERO for x in rows), ZERO)

    support = perf([x for x in both if x["role"] == "support"])
    partie = perf([x for x in both if x["role"] == "partie"])
    judged = [x for x in lines if x["decided"] and not x["excluded"] and (x["current"] or x["counts"])]
    declared_judged, withdrawn = total("declared", judged), total("withdrawn", lines)
    covered = sum((_euros(x["reference_c"]) or ZERO for x in credible if x["ght"] in known), ZERO)
    index = None
    if support[1] > 0 and partie[1] > 0 and support[0] > 0:
        rs, rp = Fraction(support[0]) / Fraction(support[1]), Fraction(partie[0]) / Fraction(partie[1])
        index = _rate((rp - rs) / rs, 1)
    retained = report + new
    amounts = {
        "gains_declares": total("declared", lines),
        "gains_operateurs": sum((o["claimed"] for o in ops), ZERO),
        "gains_retires": withdrawn,
        "ecart_doublons": total("gap", lines),
        "operateurs_repris": taken,
        "gains_retenus": retained,
        "en_attente": total("pending", lines),
        "report": report,
        "actions_nouvelles": new,
        "objectif": goal,
    }
    rates = {
        "taux_atteinte": _rate(retained, goal),
        "taux_couverture": _rate(covered, base),
        "taux_performance": _rate(*perf(both)),
        "taux_qualite_montant": _rate(declared_judged - withdrawn, declared_judged),
        "taux_qualite_lignes": _rate(sum(x["decision"] == "retenu" for x in judged), len(judged)),
        "indice_surperformance_partie": index,
    }
    return {k: None if v is None else f"{v:.2f}" for k, v in amounts.items()} | rates


def _goals(entree: Any, annee: int, periode: str) -> dict[tuple[str, str], Decimal]:
    best: dict[tuple[str, str], tuple[tuple[bool, int], Decimal]] = {}
    for o in entree.objectifs.iter_rows(named=True):
        if o["annee"] != annee or o["montant_c"] is None or (o["periode"] or "") not in ("", periode):
            continue
        key = (o["niveau"], o["code"] or "")
        rank = (o["periode"] == periode, o["revision"] or 0)
        if key not in best or rank >= best[key][0]:
            best[key] = (rank, _euros(o["montant_c"]) or ZERO)
    goals = {k: v for k, (_, v) in best.items()}
    national = [v for (niveau, _), v in goals.items() if niveau == "national"]
    regions = [v for (niveau, _), v in goals.items() if niveau == "region"]
    if national or regions:
        goals["total", ""] = national[0] if national else sum(regions, ZERO)
    return goals


def consolider_naivement(
    entree: Any, *, annee: int, regle: Any, periode: str = "fin-annee"
) -> dict[str, Any]:
    """The total and every breakdown ({code: figures}) as the JSON of the contract gives them."""
    lines = _lines(entree, annee, set(regle.causes_comptees))
    _apply_gaps(lines, entree, annee)
    roles: dict[str, str] = {}
    concerned = {x["action_id"] for x in lines}
    for a in sorted(entree.actions.iter_rows(named=True), key=lambda a: a["action_id"]):
        if a["action_id"] in concerned:
            roles.setdefault(a["finess"], a["role"])
    ops = []
    for o in entree.operateurs.iter_rows(named=True):
        if o["annee"] == annee:
            claimed = _euros(o["gain_c"]) or ZERO
            amount = o["montant_repris_c"]
            taken = ZERO if o["decision"] != "repris" else claimed if amount is None else _euros(amount)
            ops.append(o | {"claimed": claimed, "taken": taken, "role": o["role"] or roles.get(o["finess"])})
    bases: dict[str, dict[str, Decimal]] = {a: defaultdict(lambda: ZERO) for a in ("region", "ght", "finess")}
    by_ght: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for b in entree.achats_annuels.iter_rows(named=True):
        if b["annee"] == annee:
            bases["finess"][b["finess"]] += _euros(b["montant_c"]) or ZERO
            by_ght[b["ght"], b["region"]] += _euros(b["montant_c"]) or ZERO
    known = {g for (g, _), m in by_ght.items() if m > 0 and g is not None}
    for (g, r), m in by_ght.items():
        if g in known:
            bases["ght"][g] += m
            bases["region"][r] += m
    goals = _goals(entree, annee, periode)
    result: dict[str, Any] = {
        "total": _figures(lines, ops, sum(bases["ght"].values(), ZERO), goals.get(("total", "")), known)
    }
    for name, column in AXES.items():
        lines_of, ops_of = defaultdict(list), defaultdict(list)
        for x in lines:
            lines_of[x[column]].append(x)
        for o in ops:
            ops_of[o[column]].append(o)
        result[name] = {
            code: _figures(
                lines_of[code],
                ops_of[code],
                bases.get(column, {}).get(code) if code is not None else None,
                goals.get((column, code)) if column in ("region", "ght") and code is not None else None,
                known,
            )
            for code in set(lines_of) | set(ops_of)
        }
    return result
