"""All addresses of the site. Each domain keeps its own `urls.py`."""

from django.urls import include, path

urlpatterns = [
    path("", include("fanal.interface.urls")),
    path("comptes/", include("fanal.comptes.urls")),
    path("comptes/", include("allauth.urls")),
    path("territoires/", include("fanal.territoires.urls")),
    path("journal/", include("fanal.journal.urls")),
    path("parametres/", include("fanal.parametres.urls")),
    path("depots/", include("fanal.depots.urls")),
    path("depots/", include("fanal.campagnes.urls_depots")),
    path("campagnes/", include("fanal.campagnes.urls")),
    path("achats/", include("fanal.achats.urls")),
    path("marches/", include("fanal.marches.urls")),
    path("procedures/", include("fanal.procedures.urls")),
    path("prix/", include("fanal.prix.urls")),
    path("fournisseurs/", include("fanal.fournisseurs.urls")),
    path("convergence/", include("fanal.convergence.urls")),
    path("questionnaires/", include("fanal.questionnaires.urls")),
    path("appels/", include("fanal.appels.urls")),
    path("sesame/", include("fanal.sesame.urls")),
    path("molecules/", include("fanal.molecules.urls")),
    path("maturite/", include("fanal.maturite.urls")),
    path("depenses/", include("fanal.depenses.urls")),
    path("sante/", include("fanal.exploitation.urls")),
    path("api/", include("fanal.config.api_urls")),
]
