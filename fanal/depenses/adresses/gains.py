"""Addresses of the proof of gains."""

from django.urls import URLPattern, path

from fanal.depenses.views import gains, gains_action

urlpatterns: list[URLPattern] = [
    path("gains/", gains.gains, name="gains"),
    path("gains/<int:pk>/", gains_action.action, name="gain"),
    path("gains/<int:pk>/lignes/", gains_action.lignes_du_gain, name="gain_lignes"),
    path("gains/<int:pk>/reference/", gains_action.reference, name="gain_reference"),
]
