"""Answering a call: one's dossiers, one of them, handing it in, taking it back, withdrawing it."""

from django.urls import URLPattern, URLResolver, path

from fanal.appels.views import accuses, candidatures, differences, partages

urlpatterns: list[URLPattern | URLResolver] = [
    path("mes-dossiers/", candidatures.mes_dossiers, name="mes_dossiers"),
    path("dossiers/<int:numero>/", candidatures.dossier, name="dossier"),
    path("dossiers/<int:numero>/deposer/", candidatures.deposer, name="deposer"),
    path("dossiers/<int:numero>/reprendre/", candidatures.reprendre, name="reprendre"),
    path("dossiers/<int:numero>/abandonner/", candidatures.abandonner, name="abandonner"),
    path("dossiers/<int:numero>/versions/<int:version>/", candidatures.accuse, name="accuse"),
    path("dossiers/<int:numero>/versions/<int:version>/accuse.pdf", accuses.accuse_pdf, name="accuse_pdf"),
    path(
        "dossiers/<int:numero>/versions/<int:version>/differences/",
        differences.differences,
        name="differences",
    ),
    path("dossiers/<int:numero>/accords/<slug:question>/", partages.retirer_accord, name="retirer_accord"),
    path("<slug:code>/partages/", partages.partages, name="partages"),
    path("<slug:code>/partages/<int:numero>/", partages.document_partage, name="document_partage"),
    path("<slug:code>/partages/<int:numero>/retirer/", partages.retirer_partage, name="retirer_partage"),
    path("<slug:code>/partages/proposes/<int:piece>/", partages.partager, name="partager"),
    path("<slug:code>/repondre/", candidatures.commencer, name="commencer"),
]
