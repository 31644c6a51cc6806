"""The accounts of one's territory: listed, opened, given roles, closed."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.comptes import actions
from fanal.comptes.acces import exiger
from fanal.comptes.forms import (
    FormulaireCompte,
    FormulaireMotif,
    FormulaireNom,
    FormulaireRole,
)
from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import LIENS, comptes_geres, gere_entierement, noeuds_geres
from fanal.comptes.views.commun import GERER, RACINE, done, form_page, managed_account, sent
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

ETATS = {True: ("Actif", "decide"), False: ("Désactivé", "neutre")}


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The accounts with a role on the territory that one administers."""
    user: Any = request.user
    held = exiger(request, GERER)
    accounts = comptes_geres(user, timezone.localdate()).order_by("nom", "email")
    links = [f"affectations__{link}" for link in LIENS]
    rows = [_row(u, held) for u in accounts.prefetch_related(*links)]
    closed = sum(not r["actif"] for r in rows)
    columns = [
        Colonne("nom", "Compte", "lien", lien=lambda r: reverse("comptes:compte", args=[r["pk"]])),
        Colonne("email", "Adresse électronique"),
        Colonne("roles", "Rôles sur votre territoire"),
        Colonne("derniere", "Dernière connexion", "date"),
        Colonne("actif", "État", "etat", etats=ETATS, choix=True),
    ]
    count = f"{len(rows)} compte{'s' if len(rows) > 1 else ''} sur votre territoire"
    context = {
        "titre": "Comptes",
        "phrase": f"{count}, dont {closed} désactivé{'s' if closed > 1 else ''}." if closed else f"{count}.",
        "t": Tableau("comptes", columns, rows, titre="Comptes de votre territoire", tri="nom"),
    }
    return rendre(request, "comptes/liste.html", context)


def _row(user: Utilisateur, held: Perimetre) -> dict[str, Any]:
    roles = [str(a) for a in user.affectations.all() if held.contient(Noeud.de(a))]
    return {
        "pk": user.pk,
        "nom": user.nom or user.email,
        "email": user.email,
        "roles": " ; ".join(roles),
        "derniere": user.last_login,
        "actif": user.is_active,
    }


@require_http_methods(["GET", "POST"])
def ouvrir(request: HttpRequest) -> HttpResponseBase:
    """Open an account, or give a role to the account that has the address already."""
    user: Any = request.user
    form = FormulaireCompte(sent(request), noeuds=noeuds_geres(exiger(request, GERER)))
    if request.method == "POST" and form.is_valid():
        instant = timezone.now()
        try:
            opened, created = actions.ouvrir_compte(**form.cleaned_data, by=user, instant=instant)
            if created:
                actions.inviter(utilisateur=opened, by=user, instant=instant)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, _opened(opened, created))
            return redirect("comptes:compte", opened.pk)
    context = {
        "titre": "Ouvrir un compte",
        "phrase": "La personne reçoit un lien pour choisir son mot de passe.",
        "fil": [RACINE],
        "form": form,
        "verbe": "Ouvrir le compte",
        "retour": reverse("comptes:liste"),
    }
    return render(request, "comptes/formulaire.html", context, status=400 if form.errors else 200)


def _opened(user: Utilisateur, created: bool) -> str:
    if created:
        return f"Le compte {user.email} est ouvert et l'invitation envoyée."
    return f"Un compte existait déjà à l'adresse {user.email} : il a reçu ce rôle."


@require_GET
def compte(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles here, what may be done, its history."""
    user: Any = request.user
    today = timezone.localdate()
    found = managed_account(request, pk, today)
    held = exiger(request, GERER)
    rows = found.affectations.select_related("supplee__utilisateur", *LIENS).order_by("debut", "pk")
    mine = [a for a in rows if held.contient(Noeud.de(a))]
    whole = gere_entierement(user, found, today)
    usable = found.jetons.filter(revoque_le__isnull=True, expire_le__gt=timezone.now())
    context = {
        "titre": str(found),
        "phrase": found.email if found.is_active else f"{found.email} : ce compte est désactivé.",
        "fil": [RACINE],
        "compte": found,
        "affectations": mine,
        "ailleurs": len(rows) - len(mine),
        "aujourdhui": today,
        "peut_agir": whole and found.pk != user.pk,
        "raison": _why_not(user, found, whole),
        "second_facteur": is_mfa_enabled(found),
        "jetons": usable if whole else [],
    }
    return render(request, "comptes/compte.html", context)


def _why_not(user: Utilisateur, found: Utilisateur, whole: bool) -> str:
    if found.pk == user.pk:
        return "C'est votre propre compte : un autre administrateur peut le faire."
    return "" if whole else "Ce compte a aussi un rôle hors de votre territoire."


@require_http_methods(["GET", "POST"])
def affecter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a role to an account."""
    user: Any = request.user
    found = managed_account(request, pk, timezone.localdate())
    form = FormulaireRole(sent(request), noeuds=noeuds_geres(exiger(request, GERER)))

    def act(data: dict[str, Any]) -> str:
        given = actions.affecter(utilisateur=found, **data, by=user, instant=timezone.now())
        return f"Rôle donné : {given}."

    titre = f"Donner un rôle à {found}"
    return form_page(request, form, titre=titre, verbe="Donner le rôle", retour=_page_of(pk), act=act)


@require_http_methods(["GET", "POST"])
def desactiver(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Close an account."""
    user: Any = request.user
    found = managed_account(request, pk, timezone.localdate())

    def act(data: dict[str, Any]) -> str:
        actions.desactiver(utilisateur=found, by=user, instant=timezone.now(), **data)
        return f"Le compte {found} est désactivé."

    return form_page(
        request,
        FormulaireMotif(sent(request)),
        titre=f"Désactiver le compte {found}",
        phrase="Ses sessions et ses jetons s'arrêtent aussitôt. Le compte peut être réactivé.",
        verbe="Désactiver le compte",
        retour=_page_of(pk),
        act=act,
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def retirer_second_facteur(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Forget a lost second factor."""
    user: Any = request.user
    found = managed_account(request, pk, timezone.localdate())

    def act(data: dict[str, Any]) -> str:
        actions.retirer_second_facteur(utilisateur=found, by=user, instant=timezone.now(), **data)
        return f"Le second facteur de {found} est retiré."

    return form_page(
        request,
        FormulaireMotif(sent(request)),
        titre=f"Retirer le second facteur de {found}",
        phrase="Assurez-vous d'abord, de vive voix, que la demande vient bien de cette personne.",
        verbe="Retirer le second facteur",
        retour=_page_of(pk),
        act=act,
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def renommer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change the displayed name of an account."""
    user: Any = request.user
    found = managed_account(request, pk, timezone.localdate())
    form = FormulaireNom(sent(request), initial={"nom": found.nom})

    def act(data: dict[str, Any]) -> str:
        actions.renommer(utilisateur=found, by=user, instant=timezone.now(), **data)
        return "Le nom affiché est changé."

    titre = f"Changer le nom affiché de {found}"
    return form_page(request, form, titre=titre, verbe="Enregistrer", retour=_page_of(pk), act=act)


@require_POST
def reactiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    user: Any = request.user
    found = managed_account(request, pk, timezone.localdate())

    def act() -> None:
        actions.reactiver(utilisateur=found, by=user, instant=timezone.now())

    return done(request, act, f"Le compte {found} est réactivé.", _page_of(pk))


@require_POST
def inviter(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the invitation again."""
    user: Any = request.user
    found = managed_account(request, pk, timezone.localdate())

    def act() -> None:
        actions.inviter(utilisateur=found, by=user, instant=timezone.now())

    return done(request, act, f"L'invitation est envoyée à {found.email}.", _page_of(pk))


def _page_of(pk: int) -> str:
    return reverse("comptes:compte", args=[pk])
