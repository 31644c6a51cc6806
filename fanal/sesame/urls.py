from django.urls import URLPattern, URLResolver

app_name = "sesame"
urlpatterns: list[URLPattern | URLResolver] = []
