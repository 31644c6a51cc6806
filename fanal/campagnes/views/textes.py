"""The texts that an agency keeps ready for its opinions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.campagnes.actions import avis as actions
from fanal.campagnes.forms_avis import TexteForm
from fanal.campagnes.models import TexteType
from fanal.campagnes.views.avis import SENS
from fanal.comptes.acces import INVISIBLE, exiger
from fanal.comptes.perimetre import Perimetre
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Niveau, Region
from fanal.territoires.noeuds import NATIONAL, Noeud

FIL = ("Avis de l'ARS", "campagnes:avis")


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The texts of the account's région."""
    held = exiger(request, "avis.donner")
    textes = TexteType.objects.filter(held.dossiers_q(), usage=TexteType.Usage.AVIS).select_related("region")
    nombre = textes.count()
    contexte = {
        "titre": "Textes types",
        "phrase": "Gardez ici les textes de vos avis : vous les reprendrez en un clic."
        if not nombre
        else f"{nombre} texte{'s' if nombre > 1 else ''} prêt{'s' if nombre > 1 else ''} pour vos avis.",
        "fil": [(FIL[0], reverse(FIL[1]))],
        "textes": Tableau(
            nom="textes",
            titre="Textes",
            lignes=textes,
            vide="Aucun texte n'est encore gardé : écrivez le premier.",
            colonnes=[
                Colonne("titre", "Titre", "lien", lien=lambda t: reverse("campagnes:texte", args=[t.pk])),
                Colonne("sens", "Avis", "etat", etats=SENS, choix=True),
                Colonne("texte", "Texte", valeur=lambda t: t.texte[:120]),
                Colonne("fondement", "Texte officiel", valeur=lambda t: t.fondement or Absence.SANS_OBJET),
                Colonne("fondement_le", "Sa date", "date"),
                Colonne("updated_at", "Modifié le", "date"),
            ],
        ),
    }
    return rendre(request, "campagnes/textes.html", contexte)


@require_http_methods(["GET", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Write a text for the région of the account."""
    held = exiger(request, "avis.donner")
    return _ecrire(request, None, _place(held))


@require_http_methods(["GET", "POST"])
def modifier(request: HttpRequest, numero: int) -> HttpResponse:
    """Change a text, or withdraw it."""
    texte = TexteType.objects.filter(pk=numero, usage=TexteType.Usage.AVIS).select_related("region").first()
    if texte is None:
        raise Introuvable(INVISIBLE)
    noeud = Noeud.de(texte)
    exiger(request, "avis.donner", noeud)
    if request.method == "POST" and request.POST.get("geste") == "retirer":
        user: Any = request.user
        actions.retirer_texte(texte=texte, by=user, instant=timezone.now())
        messages.success(request, "Le texte est retiré ; les avis déjà rendus gardent le leur.")
        return redirect("campagnes:textes")
    return _ecrire(request, texte, noeud)


def _place(held: Perimetre) -> Noeud:
    """Where a new text is kept: the first région of the account, the nation for a national one."""
    region = None if held.national else Region.objects.filter(pk__in=held.regions).first()
    return NATIONAL if region is None else Noeud(Niveau.REGION, region)


def _ecrire(request: HttpRequest, texte: TexteType | None, noeud: Noeud) -> HttpResponse:
    # A copy: an invalid form must not change what the page says of the text.
    form = TexteForm(request.POST if request.method == "POST" else None, instance=texte)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        connu = TexteType.objects.get(pk=texte.pk) if texte else None
        try:
            actions.garder_texte(
                noeud=noeud, by=user, instant=timezone.now(), connu=connu, **form.cleaned_data
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "Le texte est gardé.")
            return redirect("campagnes:textes")
    contexte = {
        "titre": "Modifier le texte" if texte else "Nouveau texte",
        "phrase": f"Pour les avis de {noeud}." if noeud.objet else "Pour les avis de toutes les régions.",
        "fil": [(FIL[0], reverse(FIL[1])), ("Textes types", reverse("campagnes:textes"))],
        "form": form,
        "texte": texte,
    }
    return render(request, "campagnes/texte.html", contexte, status=422 if form.errors else 200)
