"""Reading a question: every key checked, every refusal a sentence that names it."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from fanal.moteurs.allocation.modele import Contraintes, Demande, Partage
from fanal.refus import Inutilisable

REGLES = {
    "ordre_score": "Par ordre de score",
    "prorata": "Au prorata des maximums",
    "prorata_par_priorite": "Au prorata, priorité par priorité",
    "optimal": "Projets indivisibles, somme des scores la plus grande",
}
CLES = {"enveloppe", "taux_max", "plafond", "regle", "contraintes", "demandes", "echelle"}
ECHELLES = (1, 10, 100, 1000)
CLES_DEMANDE = {
    "id", "montant_eligible", "montant_demande", "score", "priorite", "region", "classe", "minimum",
}  # fmt: skip
CLES_CONTRAINTES = {"planchers_region", "plafonds_region", "nombre_max_par_classe"}
NOMBRE_MAX = 20_000
MONTANT_MAX = Decimal(10) ** 13
SCORE_MAX = 10**6


def lire_partage(document: Any) -> Partage:
    """The question that a JSON document asks. Raises Inutilisable with the sentence that says what is "
    "wrong."""
    if not isinstance(document, Mapping):
        raise Inutilisable("La demande de répartition est un objet JSON avec enveloppe, regle et demandes.")
    _known(document, CLES, "la demande de répartition")
    rule = document.get("regle")
    if rule not in REGLES:
        raise Inutilisable(f"regle : « {rule} » n'est pas une règle connue. Choisissez {', '.join(REGLES)}.")
    rate = _rate(document.get("taux_max"))
    ceiling = None if document.get("plafond") is None else amount(document["plafond"], "plafond")
    rows = document.get("demandes")
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise Inutilisable("demandes : une liste de demandes est attendue.")
    if len(rows) > NOMBRE_MAX:
        raise Inutilisable(f"demandes : {len(rows)} demandes, {NOMBRE_MAX} au plus.")
    requests = tuple(_request(row, rank, rate, ceiling) for rank, row in enumerate(rows, start=1))
    _distinct(requests)
    return Partage(
        enveloppe=amount(document.get("enveloppe"), "enveloppe"),
        regle=rule,
        demandes=requests,
        contraintes=_constraints(document.get("contraintes")),
        taux_max=rate,
        plafond=ceiling,
        echelle=_scale(document.get("echelle")),
    )


def amount(value: Any, where: str) -> int:
    """An amount in cents: a decimal text (or an integer) of at most two decimals, never negative."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Inutilisable(f"{where} : un montant s'écrit en texte, par exemple « 1500.00 ».")
    try:
        read = Decimal(str(value).strip())
    except InvalidOperation:
        read = Decimal("NaN")
    if not read.is_finite() or read < 0 or read > MONTANT_MAX:
        raise Inutilisable(f"{where} : « {value} » n'est pas un montant positif, par exemple « 1500.00 ».")
    cents = read * 100
    if cents != cents.to_integral_value():
        raise Inutilisable(f"{where} : « {value} » a plus de deux décimales.")
    return int(cents)


def _rate(value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        read = Decimal(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None
    except InvalidOperation:
        read = None
    if read is None or not read.is_finite() or not 0 <= read <= 1:
        raise Inutilisable(f"taux_max : « {value} » n'est pas un taux entre 0 et 1, par exemple « 0.50 ».")
    return read


def _scale(value: Any) -> int:
    if value is not None and (isinstance(value, bool) or value not in ECHELLES):
        raise Inutilisable(f"echelle : « {value} » n'est pas admis. Choisissez 1, 10, 100 ou 1000.")
    return int(value or 1)


def _request(row: Any, rank: int, rate: Decimal | None, ceiling: int | None) -> Demande:
    where = f"Demande n° {rank}"
    if not isinstance(row, Mapping):
        raise Inutilisable(f"{where} : un objet JSON est attendu.")
    _known(row, CLES_DEMANDE, where)
    name = row.get("id")
    if not isinstance(name, str | int) or isinstance(name, bool) or not str(name).strip():
        raise Inutilisable(f"{where} : il manque id.")
    where = f"Demande {name}"
    asked = amount(row.get("montant_demande"), f"{where}, montant_demande")
    eligible = amount(row.get("montant_eligible"), f"{where}, montant_eligible")
    bounds = [(asked, "demande")]
    if rate is not None:
        bounds.append((int((rate * eligible).to_integral_value(ROUND_DOWN)), "taux"))
    if ceiling is not None:
        bounds.append((ceiling, "plafond"))
    most, limit = min(bounds, key=lambda bound: bound[0])
    least = row.get("minimum")
    return Demande(
        id=str(name),
        maximum=most,
        limite=limit,
        score=_integer(row.get("score"), f"{where}, score", -SCORE_MAX, SCORE_MAX),
        priorite=_optional(row.get("priorite"), f"{where}, priorite"),
        region=_text(row.get("region"), f"{where}, region"),
        classe=_text(row.get("classe"), f"{where}, classe"),
        minimum=0 if least is None else amount(least, f"{where}, minimum"),
    )


def _constraints(value: Any) -> Contraintes:
    if value is None:
        return Contraintes()
    if not isinstance(value, Mapping):
        raise Inutilisable("contraintes : un objet JSON est attendu.")
    _known(value, CLES_CONTRAINTES, "contraintes")
    tables = {key: value.get(key) or {} for key in CLES_CONTRAINTES}
    for key, table in tables.items():
        if not isinstance(table, Mapping):
            raise Inutilisable(f"contraintes, {key} : un objet JSON est attendu.")

    def amounts(key: str) -> dict[str, int]:
        return {str(k): amount(v, f"contraintes, {key}, {k}") for k, v in tables[key].items()}

    floors, tops = amounts("planchers_region"), amounts("plafonds_region")
    for region, floor in floors.items():
        if region in tops and floor > tops[region]:
            raise Inutilisable(f"contraintes : le plancher de la région {region} dépasse son plafond.")
    counts = {
        str(k): _integer(v, f"contraintes, nombre_max_par_classe, {k}", 0, NOMBRE_MAX)
        for k, v in tables["nombre_max_par_classe"].items()
    }
    return Contraintes(floors, tops, counts)


def _integer(value: Any, where: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Inutilisable(f"{where} : « {value} » n'est pas un nombre entier de {low} à {high}.")
    return int(value)


def _optional(value: Any, where: str) -> int | None:
    return None if value is None else _integer(value, where, 1, 1000)


def _text(value: Any, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Inutilisable(f"{where} : un texte est attendu.")
    return value.strip()


def _known(document: Mapping[str, Any], keys: set[str], where: str) -> None:
    strange = sorted(set(map(str, document)) - keys)
    if strange:
        raise Inutilisable(f"{where} : « {strange[0]} » n'est pas une clé connue.")


def _distinct(requests: Sequence[Demande]) -> None:
    seen: set[str] = set()
    for request in requests:
        if request.id in seen:
            raise Inutilisable(f"Demande {request.id} : cet identifiant est donné deux fois.")
        seen.add(request.id)
