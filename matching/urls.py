"""Addresses of the ranked partners, and of the engine's room."""

from __future__ import annotations

from django.urls import path

from matching.views import demands, pairs, partners, saying, staff, weights

app_name = "matching"
urlpatterns = [
    path("", partners.mine, name="mine"),
    path("demands/<int:pk>/", demands.for_demand, name="for_demand"),
    path("organizations/<int:pk>/", partners.partners, name="partners"),
    path("organizations/<int:pk>/meets/", partners.meets, name="meets"),
    path("organizations/<int:pk>/compare/", partners.compare, name="compare"),
    path("organizations/<int:pk>/download/", partners.download, name="download"),
    path("organizations/<int:pk>/hidden/", saying.hidden, name="hidden"),
    path("organizations/<int:pk>/interested/<int:partner>/", saying.interested, name="interested"),
    path("organizations/<int:pk>/hide/<int:partner>/", saying.hide, name="hide"),
    path("organizations/<int:pk>/take-back/<int:partner>/", saying.take_back, name="take_back"),
    path("pairs/<int:enterprise>/<int:school>/", pairs.pair, name="pair"),
    path("pairs/<int:enterprise>/<int:school>/advice/", pairs.advice, name="advice"),
    path("engine/", staff.runs, name="runs"),
    path("engine/new/", staff.new_run, name="new_run"),
    path("engine/coverage/", staff.coverage, name="coverage"),
    path("engine/quality/", staff.quality, name="quality"),
    path("engine/feedback/", staff.feedback, name="feedback"),
    path("engine/weights/", weights.weights, name="weights"),
]
