"""The allauth provider: one class, one configured application per issuer."""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponseBase

from fanal.comptes.oidc.views import AdaptateurSigne


class FournisseurSigne(OpenIDConnectProvider):
    """OpenID Connect with a nonce, PKCE, a verified id_token and signed user information."""

    id = "oidc_signe"
    name = "Identité externe"
    package = "fanal.comptes.oidc"
    oauth2_adapter_class = AdaptateurSigne
    supports_token_authentication = False
    pkce_enabled_default = True

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """The address never changes what is asked of the issuer."""
        kwargs = super().get_redirect_from_request_kwargs(request)
        return {**kwargs, "scope": self.get_scope(), "auth_params": self.get_auth_params()}

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponseBase:
        """Send the person to the issuer, with a nonce kept in the session until they come back."""
        nonce = secrets.token_urlsafe(32)
        auth_params = {**(kwargs.pop("auth_params", None) or self.get_auth_params()), "nonce": nonce}
        return super().redirect(
            request, process, next_url, data, auth_params=auth_params, nonce=nonce, **kwargs
        )

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The claim that names the person for good: `sub`, or the one configured (the RPPS for health
        workers)."""
        claims = data["userinfo"]
        field = self.app.settings.get("uid_field", "sub")
        return str(claims[field])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing about the person is kept but the uid."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address, verified when the issuer says so, or when the installation trusts all of this
        issuer's."""
        claims = data["userinfo"]
        if not claims.get("email"):
            return []
        verified = claims.get("email_verified") is True or bool(self.app.settings.get("trust_email"))
        return [EmailAddress(email=claims["email"], verified=verified, primary=True)]


provider_classes = [FournisseurSigne]
