from django.urls import URLPattern

app_name = "prix"
urlpatterns: list[URLPattern] = []
