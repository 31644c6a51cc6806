"""How the API knows who calls: a bearer token, or the session of the site with its CSRF token."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer, SessionAuth
from ninja.utils import check_csrf

from fanal.comptes.actions.jetons import find_token
from fanal.comptes.models import Utilisateur
from fanal.comptes.rules import SURES, check_writable
from fanal.refus import Interdit


class JetonAuth(HttpBearer):
    """`Authorization: Bearer fanal_…`. A read-only token is refused on writes with a sentence (Interdit)."""

    openapi_bearerFormat = "jeton"  # noqa: N815 - ninja's name

    def authenticate(self, request: HttpRequest, token: str) -> Utilisateur | None:
        jeton = find_token(token, timezone.now())
        if jeton is None:
            return None
        check_writable(jeton.lecture_seule, request.method or "GET")
        request.user = jeton.utilisateur
        return jeton.utilisateur


class SeanceAuth(SessionAuth):
    """The signed-in session. Writes need the CSRF token; a call that carries a token is not judged by its
    cookies."""

    def __call__(self, request: HttpRequest) -> Any:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        if request.method not in SURES and check_csrf(request):
            raise Interdit(
                "La page d'où vient cet envoi a expiré. Rechargez-la et recommencez ; rien n'a été "
                "enregistré."
            )
        return request.user


# To give to NinjaAPI(auth=…): the token first, so that a script with cookies is still judged by its token.
AUTHENTIFICATION = [JetonAuth(), SeanceAuth()]
