"""Publication of essential data."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
