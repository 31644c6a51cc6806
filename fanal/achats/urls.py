from django.urls import URLPattern, URLResolver

app_name = "achats"
urlpatterns: list[URLPattern | URLResolver] = []
