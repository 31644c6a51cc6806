"""How allauth creates and recognises accounts here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire


class ComptesFermes(DefaultAccountAdapter):
    """Accounts are opened by an administrator: nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class IdentitesExternes(DefaultSocialAccountAdapter):
    """An outside identity opens an existing account, never a new one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Nothing: an outside identity never fills an account."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join the identity to the account that has its verified address; refuse when there is none."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        user = Utilisateur.objects.filter(email__in=[a.lower() for a in verified], is_active=True).first()
        if user is None:
            page = {"fournisseur": sociallogin.provider.name}
            raise ImmediateHttpResponse(render(request, "comptes/oidc_inconnu.html", page, status=403))
        with transaction.atomic():
            sociallogin.account.user = user
            sociallogin.account.save()
            sociallogin.user = user
            inscrire(
                action="compte.identite_reliee",
                objet=user,
                by=user,
                instant=timezone.now(),
                donnees={"fournisseur": sociallogin.account.provider},
            )
