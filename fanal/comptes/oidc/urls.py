from django.urls import path

from fanal.comptes.oidc import views

urlpatterns = [
    path("identite/<slug:provider_id>/login/", views.login, name="oidc_signe_login"),
    path("identite/<slug:provider_id>/login/callback/", views.callback, name="oidc_signe_callback"),
]
