from django.urls import URLPattern, URLResolver

app_name = "molecules"
urlpatterns: list[URLPattern | URLResolver] = []
