from django.urls import URLPattern, URLResolver

app_name = "maturite"
urlpatterns: list[URLPattern | URLResolver] = []
