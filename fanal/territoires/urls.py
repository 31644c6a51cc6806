from django.urls import URLPattern, URLResolver

app_name = "territoires"
urlpatterns: list[URLPattern | URLResolver] = []
