"""Addresses of the benchmarks."""

from django.urls import path

from fanal.depenses.views import reperes

urlpatterns = [path("reperes/", reperes.page, name="reperes")]
