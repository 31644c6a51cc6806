"""One's own account: roles, stand-ins, tokens, second factor, outside identities."""

from datetime import datetime, time
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fanal.comptes import actions
from fanal.comptes.acces import INVISIBLE
from fanal.comptes.forms import FormulaireJeton, FormulaireNom
from fanal.comptes.models import Affectation, Jeton
from fanal.comptes.queries import LIENS, affectations_en_vigueur
from fanal.comptes.views.commun import done, sent
from fanal.refus import Introuvable, Refus


@never_cache
@require_http_methods(["GET", "POST"])
def mon_compte(request: HttpRequest) -> HttpResponseBase:
    """The account of the session; sending the form changes the displayed name."""
    user: Any = request.user
    form = FormulaireNom(sent(request), initial={"nom": user.nom}, prefix="nom")
    if request.method == "POST" and form.is_valid():
        actions.renommer(utilisateur=user, nom=form.cleaned_data["nom"], by=user, instant=timezone.now())
        messages.success(request, "Le nom affiché est changé.")
        return redirect("comptes:mon_compte")
    return _page(request, form_nom=form, form_jeton=FormulaireJeton(prefix="jeton"))


@never_cache
@require_POST
def creer_jeton(request: HttpRequest) -> HttpResponse:
    """Create a token and show its secret, on this answer only."""
    user: Any = request.user
    form = FormulaireJeton(request.POST, prefix="jeton")
    secret = ""
    if form.is_valid():
        data = form.cleaned_data
        last = timezone.make_aware(datetime.combine(data["expire_le"], time(23, 59, 59)))
        try:
            _, secret = actions.creer_jeton(
                utilisateur=user,
                nom=data["nom"],
                lecture_seule=not data["ecriture"],
                expire_le=last,
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error("expire_le", refus.phrase)
        else:
            form = FormulaireJeton(prefix="jeton")
    form_nom = FormulaireNom(initial={"nom": user.nom}, prefix="nom")
    return _page(request, form_nom=form_nom, form_jeton=form, secret=secret)


@require_POST
def revoquer_jeton(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a token: one's own, or one of an account administered whole."""
    jeton = Jeton.objects.select_related("utilisateur").filter(pk=pk).first()
    user: Any = request.user
    if jeton is None:
        raise Introuvable(INVISIBLE)
    mine = jeton.utilisateur_id == user.pk
    if not mine and not actions.may_administer_tokens(user, jeton, timezone.localdate()):
        raise Introuvable(INVISIBLE)
    back = reverse("comptes:mon_compte") if mine else reverse("comptes:compte", args=[jeton.utilisateur_id])
    return done(
        request,
        lambda: actions.revoquer_jeton(jeton=jeton, by=user, instant=timezone.now()),
        f"Le jeton « {jeton.nom} » est révoqué.",
        back,
    )


def _page(request: HttpRequest, *, form_nom: Any, form_jeton: Any, secret: str = "") -> HttpResponse:
    user: Any = request.user
    today, now = timezone.localdate(), timezone.now()
    roles = affectations_en_vigueur(user, today)
    given = Affectation.objects.filter(supplee__utilisateur=user).select_related(
        "utilisateur", "supplee", *LIENS
    )
    joined = {a.provider: a for a in SocialAccount.objects.filter(user=user)}
    context = {
        "titre": "Mon compte",
        "phrase": user.email,
        "roles": roles,
        "suppleances": given.order_by("-fin"),
        "aujourdhui": today,
        "maintenant": now,
        "jetons": user.jetons.all(),
        "secret": secret,
        "form_nom": form_nom,
        "form_jeton": form_jeton,
        "second_facteur": is_mfa_enabled(user),
        "fournisseurs": [(p, p.sub_id in joined) for p in get_adapter().list_providers(request)],
    }
    failed = form_nom.errors or form_jeton.errors
    return render(request, "comptes/mon_compte.html", context, status=400 if failed else 200)
