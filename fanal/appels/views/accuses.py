"""The receipt of a deposit, as a PDF."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.appels.queries.portee import candidature_de
from fanal.campagnes.models import Dossier, Version
from fanal.comptes.acces import INVISIBLE
from fanal.interface import pdf
from fanal.refus import Introuvable


def version_deposee(dossier: Dossier, numero: int) -> Version:
    """A version of a dossier that was handed in. Raises Introuvable."""
    version = dossier.versions.select_related("auteur").filter(numero=numero).exclude(empreinte="").first()
    if version is None:
        raise Introuvable(INVISIBLE)
    version.dossier = dossier
    return version


@require_GET
def accuse_pdf(request: HttpRequest, numero: int, version: int) -> HttpResponse:
    """The receipt to keep: what was handed in, when, under which SHA-256."""
    from fanal.appels.actions.accuses import composer_accuse

    dossier = candidature_de(request, numero)
    deposee = version_deposee(dossier, version)
    contenu = composer_accuse(deposee, timezone.now())
    return pdf.repondre(contenu, f"accuse-{dossier.campagne.code}-{dossier.pk}-v{deposee.numero}")
