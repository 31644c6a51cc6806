"""Letters of decisions: printed for those chosen, in one archive or one document, marked as sent."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fanal.appels.actions import courriers as actions
from fanal.appels.models import Attribution, Courrier, Enveloppe
from fanal.appels.queries.portee import candidature_de
from fanal.appels.views.enveloppes_commun import TOUS_GENRES, un_courrier, une_enveloppe, url_enveloppe
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte
from fanal.interface import pdf
from fanal.refus import Introuvable, Refus


@require_POST
def lot(request: HttpRequest, numero: int) -> HttpResponse:
    """Establish, print, download or mark as sent the letters of the decisions chosen."""
    lue = une_enveloppe(request, numero, TOUS_GENRES)
    geste = request.POST.get("geste", "")
    try:
        return _geste(request, lue, geste)
    except Refus as refus:
        messages.error(request, refus.phrase)
        return redirect(url_enveloppe(lue))


def _geste(request: HttpRequest, lue: Enveloppe, geste: str) -> HttpResponse:
    choisies = _choisies(request, lue)
    instant = timezone.now()
    by = compte(request)
    if geste == "envoyer":
        derniers = [c for a in choisies if (c := a.courriers.order_by("-etabli_le", "-pk").first())]
        envoyes = actions.marquer_envoyes(courriers=derniers, by=by, instant=instant)
        manquent = len(choisies) - len(derniers)
        reste = f" {manquent} n'ont pas de courrier établi." if manquent else ""
        messages.success(
            request,
            f"{pluriel(len(envoyes), 'courrier marqué', 'courriers marqués')} comme envoyé"
            f"{'s' if len(envoyes) > 1 else ''} : les déclarants voient leur décision.{reste}",
        )
        return redirect(url_enveloppe(lue))
    etablis = actions.etablir(attributions=choisies, by=by, instant=instant)
    nom = f"courriers-{lue.appel.campagne.code}-{lue.annee}"
    if geste == "zip":
        reponse = HttpResponse(actions.paquet(etablis), content_type="application/zip")
        reponse["Content-Disposition"] = f'attachment; filename="{nom}.zip"'
        return reponse
    if geste == "pdf":
        return pdf.repondre(actions.imprimer_ensemble(etablis, instant), nom)
    messages.success(request, f"{pluriel(len(etablis), 'courrier établi', 'courriers établis')}.")
    return redirect(url_enveloppe(lue))


def _choisies(request: HttpRequest, lue: Enveloppe) -> list[Attribution]:
    """The decisions checked, or all those that have a letter to send."""
    toutes = lue.attributions.order_by("rang", "pk")
    if request.POST.get("portee") == "tout":
        return list(toutes.exclude(statut=Attribution.Statut.ABANDONNEE))
    return list(toutes.filter(pk__in=[v for v in request.POST.getlist("attribution") if v.isdecimal()]))


@require_GET
def fichier(request: HttpRequest, numero: int) -> HttpResponseBase:
    """A letter as it was printed, for who organises the call."""
    return _pdf(un_courrier(request, numero))


@require_GET
def recu(request: HttpRequest, numero: int, courrier: int) -> HttpResponseBase:
    """A letter sent to an applicant, for who sees its dossier. Raises Introuvable before it is sent."""
    dossier = candidature_de(request, numero)
    lu = Courrier.objects.filter(
        pk=courrier, attribution__dossier=dossier, envoye_le__isnull=False
    ).select_related("original", "attribution")
    trouve = lu.first()
    if trouve is None:
        raise Introuvable(INVISIBLE)
    return _pdf(trouve)


def _pdf(courrier: Courrier) -> HttpResponseBase:
    return FileResponse(
        courrier.original.fichier.open("rb"),
        as_attachment=True,
        filename=f"courrier-{courrier.attribution.dossier_id}-{courrier.nature}.pdf",
        content_type="application/pdf",
    )
