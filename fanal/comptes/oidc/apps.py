from django.apps import AppConfig


class OidcConfig(AppConfig):
    name = "fanal.comptes.oidc"
    label = "comptes_oidc"
    verbose_name = "Identités externes"
