"""The procedure adviser."""

from django.urls import path

from fanal.procedures.views import conseil

urlpatterns = [path("conseil/", conseil.page, name="conseil")]
