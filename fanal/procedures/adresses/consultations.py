"""Procedures, needs, offers, calendar and schedule."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
