from django.urls import URLPattern, URLResolver

app_name = "campagnes"
urlpatterns: list[URLPattern | URLResolver] = []
