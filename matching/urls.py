"""Addresses of the ranked partners."""

from __future__ import annotations

from django.urls import path

from matching import views

app_name = "matching"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("demands/<int:pk>/", views.for_demand, name="for_demand"),
    path("organizations/<int:pk>/", views.partners, name="partners"),
    path("pairs/<int:enterprise>/<int:school>/", views.pair, name="pair"),
]
