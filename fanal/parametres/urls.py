from django.urls import path

from fanal.parametres import views

app_name = "parametres"
urlpatterns = [
    path("", views.liste, name="liste"),
    path("<str:code>/", views.detail, name="detail"),
]
