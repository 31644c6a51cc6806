"""May a running contract be modified on this ground, and by how much (L2194-1, R2194-1 to R2194-9 CCP).

Amounts exclude VAT. The rule of CGCT L1414-4 (opinion of the tender board past 5 %) targets local authorities
and does not apply to public hospitals: it is not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from fanal.refus import Inutilisable

CENT = Decimal("0.01")
NATURES = ("fournitures", "services", "travaux")
MOTIFS: dict[str, str] = {
    "R2194-1": "Clause de réexamen ou option prévue au marché",
    "R2194-2": "Travaux, fournitures ou services supplémentaires devenus nécessaires",
    "R2194-3": "Travaux, fournitures ou services supplémentaires devenus nécessaires",
    "R2194-5": "Circonstances imprévues",
    "R2194-6": "Remplacement du titulaire",
    "R2194-7": "Modification non substantielle",
    "R2194-8": "Modification de faible montant",
}
# What a person may choose from: R2194-3 only states the limit of R2194-2.
MOTIFS_PROPOSES = tuple(m for m in MOTIFS if m != "R2194-3")
SANS_LIMITE = {
    "R2194-1": (
        "Cette modification est possible quel que soit son montant, si la clause de réexamen est claire, "
        "précise et sans équivoque. Citez la clause."
    ),
    "R2194-6": (
        "Le remplacement du titulaire est possible si une clause le prévoit ou à la suite d'une opération de "
        "restructuration. Il ne change pas le montant."
    ),
    "R2194-7": (
        "Cette modification est possible quel que soit son montant si elle n'est pas substantielle : elle ne "
        "change ni l'équilibre économique, ni l'objet, ni la concurrence. Motivez-la."
    ),
}


@dataclass(frozen=True)
class Limites:
    """The limits in force on day *le*; a threshold is None when none is recorded for that day."""

    le: date
    part_petite: Mapping[str, Decimal]
    part_supplementaire: Decimal
    part_imprevue: Decimal
    seuil_formalise: Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Verdict:
    """The answer: *marge* is what this modification may still add (euros excl. VAT), None without a limit."""

    admis: bool
    phrase: str
    marge: Decimal | None
    source: str


def evaluer(
    *, initial: Decimal, motif: str, nature: str, deja: Decimal, montant: Decimal, limites: Limites
) -> Verdict:
    """Whether a modification of *montant* is lawful on its ground.

    *initial* is the amount the contract was awarded for (brought up to date when it has a price-variation
    clause, R2194-4), *deja* the sum of the earlier modifications on the same ground. R2194-8 adds them up
    (R2194-9) and stays strictly below both limits; R2194-2 and R2194-5 allow half the initial amount, bound
    included, at each modification. A decrease counts with its sign.
    Raises Inutilisable for an unknown ground or nature, or an initial amount that is not positive.
    """
    check_request(initial=initial, motif=motif, nature=nature)
    if motif in ("R2194-2", "R2194-3"):
        return _per_modification(motif, montant, initial, limites.part_supplementaire)
    if motif == "R2194-5":
        return _per_modification(motif, montant, initial, limites.part_imprevue)
    if motif == "R2194-8":
        return _small(initial=initial, nature=nature, deja=deja, montant=montant, limites=limites)
    return _without_limit(motif)


def marge(*, initial: Decimal, motif: str, nature: str, deja: Decimal, limites: Limites) -> Decimal | None:
    """What a modification may still add on this ground, before any amount is typed."""
    return evaluer(
        initial=initial, motif=motif, nature=nature, deja=deja, montant=Decimal(0), limites=limites
    ).marge


def check_request(*, initial: Decimal, motif: str, nature: str) -> None:
    """Refuse what cannot be evaluated, in one sentence."""
    if motif == "R2194-9":
        raise Inutilisable(
            "R2194-9 dit comment cumuler les modifications de faible montant : indiquez le motif R2194-8."
        )
    if motif not in MOTIFS:
        raise Inutilisable(
            f"Le motif « {motif} » n'est pas un cas de modification. Indiquez {', '.join(MOTIFS_PROPOSES)}."
        )
    if nature not in NATURES:
        raise Inutilisable(f"La nature « {nature} » n'est pas connue. Indiquez {', '.join(NATURES)}.")
    if initial <= 0:
        raise Inutilisable("Le montant initial du marché doit être supérieur à zéro pour calculer la marge.")


def euros(amount: Decimal) -> str:
    """An amount as French people write it, to the cent, rounded down."""
    text = f"{amount.quantize(CENT, ROUND_DOWN):,.2f}"
    return text.replace(",", "\u202f").replace(".", ",") + " €"


def percent(part: Decimal) -> str:
    return f"{(part * 100).normalize():f} %".replace(".", ",")


def _left(limit: Decimal, used: Decimal) -> Decimal:
    return max(Decimal(0), limit - used).quantize(CENT, ROUND_DOWN)


def _per_modification(motif: str, montant: Decimal, initial: Decimal, part: Decimal) -> Verdict:
    limit = part * initial
    left = _left(limit, Decimal(0))
    bound = f"{percent(part)} du montant initial, soit {euros(limit)}"
    source = {"R2194-5": "R2194-5"}.get(motif, "R2194-2 et R2194-3")
    if montant <= limit:
        phrase = (
            f"Cette modification de {euros(montant)} est possible : elle ne dépasse pas {bound}. "
            "La limite vaut pour chaque modification, sans contourner la mise en concurrence."
        )
        return Verdict(True, phrase, left, source)
    phrase = (
        f"Cette modification de {euros(montant)} n'est pas possible : chacune est limitée à {bound}. "
        "Réduisez son montant ou lancez une nouvelle procédure."
    )
    return Verdict(False, phrase, left, source)


def _small(*, initial: Decimal, nature: str, deja: Decimal, montant: Decimal, limites: Limites) -> Verdict:
    part = limites.part_petite[nature]
    threshold = limites.seuil_formalise[nature]
    by_part = part * initial
    limit = by_part if threshold is None else min(by_part, threshold)
    left = _left(limit, deja)
    total = deja + montant
    said = f"{percent(part)} du montant initial ({euros(by_part)})"
    said += f" et du seuil européen ({euros(threshold)})" if threshold is not None else ""
    unknown = (
        ""
        if threshold is not None
        else f" Le seuil européen au {limites.le:%d/%m/%Y} n'est pas enregistré : il reste à vérifier."
    )
    source = "R2194-8 et R2194-9"
    if total < limit:
        phrase = (
            f"Cette modification de {euros(montant)} est possible : avec les précédentes du même motif, "
            f"le total de {euros(total)} reste en dessous de {said}.{unknown}"
        )
        return Verdict(True, phrase, left, source)
    phrase = (
        f"Cette modification de {euros(montant)} n'est pas possible : avec les précédentes du même motif, "
        f"le total de {euros(total)} n'est pas en dessous de {said} ; la marge restante est de "
        f"{euros(left)}, borne exclue. Réduisez son montant, retenez un autre motif ou lancez une nouvelle "
        f"procédure.{unknown}"
    )
    return Verdict(False, phrase, left, source)


def _without_limit(motif: str) -> Verdict:
    return Verdict(True, SANS_LIMITE[motif], None, motif)
