from django.urls import URLPattern

app_name = "convergence"
urlpatterns: list[URLPattern] = []
