from django.urls import URLPattern, URLResolver, path

from fanal.journal import views

app_name = "journal"
urlpatterns: list[URLPattern | URLResolver] = [path("", views.liste, name="liste")]
