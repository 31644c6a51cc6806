"""The request as views see it behind the sign-in: its account is ours, and htmx has looked at it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from fanal.comptes.models import Utilisateur


class Requete(HttpRequest):
    """For annotations of views that need a signed-in account; Django builds the object itself."""

    user: Utilisateur
    htmx: HtmxDetails
