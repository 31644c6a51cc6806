"""`{% historique objet %}`: what was done to an object, on its own page."""

from typing import Any

from django import template
from django.db.models import Model
from django.template import Context

from fanal.comptes.acces import perimetre_de
from fanal.journal.presentation import present
from fanal.journal.queries import de_l_objet

register = template.Library()
LIMITE = 20


@register.inclusion_tag("journal/historique.html", takes_context=True)
def historique(context: Context, objet: Model, limite: int = LIMITE) -> dict[str, Any]:
    """The latest entries about *objet*; the page that shows them has checked that it may be seen."""
    entrees = de_l_objet(objet)
    request = context.get("request")
    return {
        "lignes": present(entrees[:limite]),
        "total": entrees.count(),
        "limite": limite,
        "objet_type": objet._meta.label_lower,
        "objet_id": objet.pk,
        "journal_ouvert": request is not None and not perimetre_de(request, "journal.voir").vide,
    }
