"""How allauth creates and recognises accounts here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class ComptesFermes(DefaultAccountAdapter):
    """Accounts are opened by an administrator: nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class IdentitesExternes(DefaultSocialAccountAdapter):
    """An outside identity opens an existing account, never a new one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
