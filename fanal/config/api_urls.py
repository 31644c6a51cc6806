from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import RedirectView

from fanal.config.api import api, inconnue


def _open(routes: list[URLPattern | URLResolver]) -> None:
    """The API asks who calls in its own way: a script is not sent to the sign-in page."""
    for route in routes:
        if isinstance(route, URLResolver):
            _open(route.url_patterns)
        else:
            login_not_required(route.callback)


_routes = api.urls  # made anew at each reading
_open(_routes[0])
_documentation = login_not_required(RedirectView.as_view(pattern_name="api-v1:openapi-view"))
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", _documentation, name="api-racine"),
    path("v1/", _routes),
    re_path(r"^(?:v1/)?.*$", login_not_required(inconnue), name="api-inconnue"),
]
