"""Publication of essential data."""

from django.urls import URLPattern, path

from fanal.marches.views import publication

urlpatterns: list[URLPattern] = [
    path("publication/", publication.desk, name="publication"),
    path("publication/apercu/", publication.preview, name="publication_apercu"),
    path("publication/fichiers/<slug:empreinte>/", publication.published_file, name="publication_fichier"),
]
