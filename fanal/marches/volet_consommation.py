"""The panel « Consommation » of the contract page: by month, by establishment, and where the lines are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse

from fanal.campagnes.rules import pluriel
from fanal.comptes.perimetre import Perimetre
from fanal.interface.nombres import ecrire_montant
from fanal.marches.models import Marche
from fanal.marches.queries.consommation import lignes_visibles
from fanal.marches.volets import Volet

if TYPE_CHECKING:
    from fanal.interface.images import Image

CENT = Decimal("0.01")


def contexte(marche: Marche, perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """What was used of the contract, as far as the account may read it; said even when nothing was."""
    lines, whole = lignes_visibles(marche, perimetre)
    groups = (
        lines.order_by()
        .annotate(mois=TruncMonth("le"))
        .values("mois", "etablissement__nom", "depasse")
        .annotate(montant=Sum("montant_ht"), nombre=Count("pk"))
    )
    rows = [
        (g["mois"], g["etablissement__nom"], _cent(g["montant"]), g["nombre"], g["depasse"]) for g in groups
    ]
    total = sum((r[2] for r in rows), Decimal("0.00"))
    number = sum(r[3] for r in rows)
    over = sum(r[3] for r in rows if r[4])
    return {
        "total": total,
        "nombre": number,
        "depassees": over,
        "entier": whole,
        "image": _image(rows),
        "par_etablissement": _par_etablissement(rows, total),
        "lignes_url": reverse("marches:marche_consommations", args=[marche.pk]),
        "phrase": _phrase(total, number, over),
    }


def _cent(amount: Any) -> Decimal:
    return Decimal(str(amount)).quantize(CENT)


def _phrase(total: Decimal, number: int, over: int) -> str:
    if not number:
        return "Aucune consommation reçue."
    said = f"{ecrire_montant(total)} HT consommés, en {pluriel(number, 'ligne', 'lignes')}"
    if over:
        said += f", dont {pluriel(over, 'reçue', 'reçues')} au-delà d'un maximum"
    return f"{said}."


def _image(rows: Sequence[tuple[date, str, Decimal, int, bool]]) -> "Image | None":
    months: dict[date, Decimal] = defaultdict(Decimal)
    for month, _, amount, _, _ in rows:
        months[month] += amount
    # Registered when the platform starts: drawing is loaded by the page that draws.
    from fanal.marches.images_consommation import par_mois

    return par_mois(months, "Le mois le plus fort")


def _par_etablissement(
    rows: Sequence[tuple[date, str, Decimal, int, bool]], total: Decimal
) -> list[tuple[str, Decimal, Decimal | None, int]]:
    """(name, amount, share of the total, lines), the largest first."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    for _, nom, amount, number, _ in rows:
        amounts[nom] += amount
        counts[nom] += number
    return [
        (nom, amount, amount / total if total > 0 else None, counts[nom])
        for nom, amount in sorted(amounts.items(), key=lambda pair: -pair[1])
    ]


VOLET = Volet("consommation", "Consommation", 30, "marche.voir", contexte, "marches/volet_consommation.html")
