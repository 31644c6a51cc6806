"""Exact numbers of prices in templates."""

from decimal import Decimal
from fractions import Fraction

from django import template

from fanal.prix.compute.ecriture import ecrire, ecrire_prix

register = template.Library()


@register.filter
def exact(valeur: Fraction | Decimal | int) -> str:
    """`1,0425`, with an ellipsis when digits are cut."""
    return ecrire(valeur, 6)


@register.filter
def prix(valeur: Fraction | Decimal | int) -> str:
    """`12,50 €`."""
    return ecrire_prix(valeur)
