"""Tags of the pages of contracts."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone

from fanal.interface.ici import droits_de
from fanal.interface.rendu import en_html
from fanal.marches.onglets import LienOnglet, liens

register = template.Library()


@register.simple_tag(takes_context=True)
def onglets_marches(context: dict[str, Any]) -> list[LienOnglet]:
    """The tabs of contracts for the account of the page."""
    request = context["request"]
    return liens(droits_de(request, timezone.localdate()).permissions, request.path)


@register.filter
def centimes(valeur: int | None) -> str:
    """Cents as whole euros: `1 235 €`."""
    return en_html(None if valeur is None else Decimal(valeur) / 100, "montant_rond")
