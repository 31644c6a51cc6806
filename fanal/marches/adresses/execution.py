"""Consumption and orders without a contract."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
