"""Model texts, with their legal date: of requests for opinions, of opinions of an agency or an OMEDIT."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels.forms_instruction import TexteAvisForm
from fanal.appels.queries.textes_avis import MOTS
from fanal.appels.views.avis import FIL
from fanal.appels.views.mots_avis import SENS
from fanal.campagnes.actions import avis as actions
from fanal.campagnes.models import TexteType
from fanal.comptes.acces import INVISIBLE, compte, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.rules import check_permission
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Niveau, Region
from fanal.territoires.noeuds import NATIONAL, Noeud

USAGES = (TexteType.Usage.APPEL, TexteType.Usage.OMEDIT, TexteType.Usage.DEMANDE)


def _perimetres(request: HttpRequest) -> dict[str, Perimetre]:
    """Where the account writes texts, by usage. Raises Interdit when it writes none."""
    tous = {str(u): perimetre_de(request, actions.DROITS[u]) for u in USAGES}
    tenus = {u: p for u, p in tous.items() if not p.vide}
    if not tenus:
        check_permission(tous[TexteType.Usage.DEMANDE], None, actions.DROITS[TexteType.Usage.DEMANDE])
    return tenus


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The texts that the account may write."""
    filtre = Q(pk__in=[])
    for usage, perimetre in _perimetres(request).items():
        filtre |= perimetre.dossiers_q() & Q(usage=usage)
    textes = TexteType.objects.filter(filtre).select_related("region")
    nombre = textes.count()
    usages = {u.value: (u.label, "neutre") for u in USAGES}
    contexte = {
        "titre": "Textes types",
        "phrase": f"{nombre} texte{'s' if nombre > 1 else ''} prêt{'s' if nombre > 1 else ''} à reprendre."
        if nombre
        else "Gardez ici les textes de vos demandes et de vos avis : vous les reprendrez en un clic.",
        "fil": [(FIL[0], reverse(FIL[1]))],
        "textes": Tableau(
            nom="textes",
            titre="Textes",
            lignes=textes,
            vide="Aucun texte n'est encore gardé : écrivez le premier.",
            colonnes=[
                Colonne("titre", "Titre", "lien", lien=lambda t: reverse("appels:texte_avis", args=[t.pk])),
                Colonne("usage", "Pour", "etat", etats=usages, choix=True),
                Colonne("sens", "Avis", "etat", etats=SENS | {"": ("Sans objet", "neutre")}, choix=True),
                Colonne("texte", "Texte", valeur=lambda t: t.texte[:120]),
                Colonne("fondement", "Texte officiel", valeur=lambda t: t.fondement or Absence.SANS_OBJET),
                Colonne("fondement_le", "Sa date", "date"),
                Colonne("updated_at", "Modifié le", "date"),
            ],
        ),
    }
    return rendre(request, "appels/textes_avis.html", contexte)


@require_http_methods(["GET", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Write a text for the région of the account, or for the nation."""
    return _ecrire(request, None, _perimetres(request))


@require_http_methods(["GET", "POST"])
def modifier(request: HttpRequest, numero: int) -> HttpResponse:
    """Change a text, or withdraw it: opinions and requests keep their own words."""
    perimetres = _perimetres(request)
    texte = TexteType.objects.filter(pk=numero, usage__in=list(perimetres)).select_related("region").first()
    if texte is None or not perimetres[texte.usage].contient(Noeud.de(texte)):
        raise Introuvable(INVISIBLE)
    if request.method == "POST" and request.POST.get("geste") == "retirer":
        actions.retirer_texte(texte=texte, by=compte(request), instant=timezone.now())
        messages.success(request, "Le texte est retiré ; ce qui a été écrit avec lui ne change pas.")
        return redirect("appels:textes_avis")
    return _ecrire(request, texte, {texte.usage: perimetres[texte.usage]})


def _place(held: Perimetre) -> Noeud:
    """Where a new text is kept: the first région of the account, the nation for a national one."""
    region = None if held.national else Region.objects.filter(pk__in=held.regions).first()
    return NATIONAL if region is None else Noeud(Niveau.REGION, region)


def _ecrire(request: HttpRequest, texte: TexteType | None, perimetres: dict[str, Perimetre]) -> HttpResponse:
    voulu = request.GET.get("usage", "")
    form = TexteAvisForm(
        request.POST if request.method == "POST" else None,
        instance=texte,
        usages=list(perimetres),
        initial={"usage": voulu} if texte is None and voulu in perimetres else {},
    )
    if request.method == "POST" and form.is_valid():
        saisi: dict[str, Any] = form.cleaned_data
        connu = TexteType.objects.get(pk=texte.pk) if texte else None
        try:
            actions.garder_texte(
                noeud=Noeud.de(connu) if connu else _place(perimetres[saisi["usage"]]),
                by=compte(request),
                instant=timezone.now(),
                connu=connu,
                **saisi,
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "Le texte est gardé.")
            return redirect("appels:textes_avis")
    contexte = {
        "titre": "Modifier le texte" if texte else "Nouveau texte",
        "phrase": "Les mots entre accolades sont remplacés pour chaque dossier.",
        "fil": [(FIL[0], reverse(FIL[1])), ("Textes types", reverse("appels:textes_avis"))],
        "form": form,
        "texte": texte,
        "mots": MOTS,
    }
    return render(request, "appels/texte_avis.html", contexte, status=422 if form.errors else 200)
