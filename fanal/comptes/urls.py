from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from fanal.comptes.views import administration, mon_compte, roles

app_name = "comptes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", administration.liste, name="liste"),
    path("ouvrir/", administration.ouvrir, name="ouvrir"),
    path("<int:pk>/", administration.compte, name="compte"),
    path("<int:pk>/affecter/", administration.affecter, name="affecter"),
    path("<int:pk>/renommer/", administration.renommer, name="renommer"),
    path("<int:pk>/inviter/", administration.inviter, name="inviter"),
    path("<int:pk>/desactiver/", administration.desactiver, name="desactiver"),
    path("<int:pk>/reactiver/", administration.reactiver, name="reactiver"),
    path(
        "<int:pk>/second-facteur/retirer/",
        administration.retirer_second_facteur,
        name="retirer_second_facteur",
    ),
    path("affectations/<int:pk>/suppleer/", roles.suppleer, name="suppleer"),
    path("affectations/<int:pk>/terminer/", roles.terminer, name="terminer"),
    path("mon-compte/", mon_compte.mon_compte, name="mon_compte"),
    path("mon-compte/jetons/", mon_compte.creer_jeton, name="creer_jeton"),
    path("jetons/<int:pk>/revoquer/", mon_compte.revoquer_jeton, name="revoquer_jeton"),
    # The address of an account says who it is: nobody changes it alone.
    path("email/", RedirectView.as_view(pattern_name="comptes:mon_compte")),
]
