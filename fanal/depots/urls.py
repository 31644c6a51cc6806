from django.urls import URLPattern, URLResolver

app_name = "depots"
urlpatterns: list[URLPattern | URLResolver] = []
