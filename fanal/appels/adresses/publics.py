"""The public list of calls and the page of a call."""

from django.urls import URLPattern, URLResolver, path

from fanal.appels.views import publics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", publics.liste, name="liste"),
    path("<slug:code>/documents/<int:numero>/", publics.document, name="document"),
    path("<slug:code>/", publics.appel, name="appel"),
]
