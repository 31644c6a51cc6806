"""Tags of the pages of spend."""

from typing import Any

from django import template
from django.utils import timezone

from fanal.depenses.onglets import LienOnglet, liens
from fanal.interface.ici import droits_de

register = template.Library()


@register.simple_tag(takes_context=True)
def onglets_depenses(context: dict[str, Any]) -> list[LienOnglet]:
    """The tabs of spend for the account of the page."""
    request = context["request"]
    return liens(droits_de(request, timezone.localdate()).permissions, request.path)
