"""Importing contracts and completing them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
