"""The page of a contract and what can be done there."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
