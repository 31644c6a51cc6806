from django.urls import URLPattern, URLResolver

app_name = "parametres"
urlpatterns: list[URLPattern | URLResolver] = []
