from django.urls import URLPattern

app_name = "fournisseurs"
urlpatterns: list[URLPattern] = []
