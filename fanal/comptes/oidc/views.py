"""Leaving for the issuer and coming back."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from fanal.comptes.oidc.signature import JetonRefuse, verify

ADRESSES = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
BOUCLE = {"127.0.0.1", "::1", "localhost"}
TAILLE_MAX = 256 * 1024


class AdaptateurSigne(OpenIDConnectOAuth2Adapter):
    """Everything read from the issuer is checked: its configuration, the id_token and the user
    information."""

    nonce: str | None = None

    @property
    def openid_config(self) -> dict[str, Any]:
        """The issuer's published configuration, which must be its own and stay on https."""
        if not hasattr(self, "_openid_config"):
            provider = self.get_provider()
            config = self._get_json(provider.server_url)
            expected = provider.server_url.split("/.well-known/")[0]
            if str(config.get("issuer", "")).rstrip("/") != expected.rstrip("/"):
                raise OAuth2Error("the configuration is that of another issuer")
            for name in ADRESSES:
                check_address(config.get(name))
            self._openid_config = config
        return self._openid_config

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """The sign-in proved by the id_token and the signed user information of the same person."""
        now = timezone.now()
        config = self.openid_config
        common = {
            "keys": self._get_json(config["jwks_uri"]).get("keys", []),
            "issuer": config["issuer"],
            "audience": app.client_id,
            "now": now,
        }
        try:
            if not self.nonce:
                raise JetonRefuse("no nonce was kept for this sign-in")
            id_token = verify(kwargs["response"].get("id_token") or "", nonce=self.nonce, **common)
            userinfo = verify(self._fetch_signed_user_info(token.token), sub=id_token["sub"], **common)
            return self.get_provider().sociallogin_from_response(request, {"userinfo": userinfo})
        except (JetonRefuse, KeyError, ValueError) as error:
            raise OAuth2Error(f"{self.provider_id}: {error}") from error

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        path = reverse("oidc_signe_callback", kwargs={"provider_id": self.provider_id})
        return build_absolute_uri(request, path, self.redirect_uri_protocol)

    def _fetch_signed_user_info(self, access_token: str) -> str:
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/jwt"}
        with get_adapter().get_requests_session() as session:
            response = session.get(self.profile_url, headers=headers, allow_redirects=False)
        response.raise_for_status()
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind != "application/jwt" or len(response.content) > TAILLE_MAX:
            raise JetonRefuse(f"the user information is not signed ({kind or 'no type'})")
        return response.text.strip()

    def _get_json(self, url: str) -> dict[str, Any]:
        check_address(url)
        with get_adapter().get_requests_session() as session:
            response = session.get(url, allow_redirects=False)
        response.raise_for_status()
        document = response.json() if len(response.content) <= TAILLE_MAX else None
        if response.status_code != 200 or not isinstance(document, dict):
            raise OAuth2Error("the issuer's answer is not a JSON document")
        return document


def check_address(url: object) -> None:
    """Raise OAuth2Error unless *url* is https, or on the loopback."""
    parts = urlsplit(str(url or ""))
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in BOUCLE):
        raise OAuth2Error("the issuer names an address that is not https")


class RetourSigne(OAuth2CallbackView):
    """The way back: the nonce of this very sign-in goes to the adapter."""

    def _get_state(
        self, request: HttpRequest, provider: Any
    ) -> tuple[dict[str, Any] | None, HttpResponseBase | None]:
        state, response = super()._get_state(request, provider)
        if state:
            self.adapter.nonce = state.get("nonce")
        return state, response


@login_not_required
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Leave for the issuer.

    A link signs in. Joining an identity to the account of the session needs a form (CSRF); the
    content-security policy forbids a form to lead elsewhere, so the form leads to a page with the link.
    """
    provider = _provider(request, provider_id)
    asked = request.POST if request.method == "POST" else request.GET
    joining = asked.get("process") == "connect" and request.user.is_authenticated
    if joining and request.method == "GET":
        return render(request, "comptes/oidc_depart.html", {"fournisseur": provider})
    process = "connect" if joining else "login"
    try:
        answer = provider.redirect(request, process, get_next_redirect_url(request))
    except (OAuth2Error, RequestException, ValueError) as error:
        return render_authentication_error(request, provider, exception=error)
    url = answer.headers.get("Location")
    if process == "connect" and url:
        return render(request, "comptes/oidc_depart.html", {"fournisseur": provider, "url": url})
    return answer


@login_not_required
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Come back from the issuer."""
    provider = _provider(request, provider_id)
    try:
        return RetourSigne.adapter_view(AdaptateurSigne(request, provider_id))(request)
    except (OAuth2Error, RequestException, ValueError) as error:
        return render_authentication_error(request, provider, exception=error)


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        return get_adapter().get_provider(request, provider=provider_id)
    except SocialApp.DoesNotExist as error:
        raise Http404("Cette identité externe n'est pas configurée ici.") from error
