from django.urls import URLPattern, URLResolver

app_name = "interface"
urlpatterns: list[URLPattern | URLResolver] = []
