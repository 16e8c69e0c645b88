"""Addresses of what follows a fair."""

from __future__ import annotations

from django.urls import path

from events.review.views import callbacks, fairs, strikes

app_name = "review"
urlpatterns = [
    path("fairs/<slug:slug>/panel/", fairs.panel, name="panel"),
    path("fairs/<slug:slug>/call-backs/", fairs.plan, name="plan"),
    path("fairs/<slug:slug>/rules/", fairs.rules_shown, name="rules_shown"),
    path("rules/<int:pk>/", fairs.rules, name="rules"),
    path("breaches/", strikes.strike_list, name="strikes"),
    path("breaches/<int:pk>/", strikes.strike, name="strike"),
    path("breaches/<int:pk>/waive/", strikes.waive, name="waive"),
    path("breaches/<int:pk>/appeal/", strikes.appeal, name="appeal"),
    path("breaches/<int:pk>/answer/", strikes.answer, name="answer"),
    path("call-backs/", callbacks.call_back_list, name="call_backs"),
    path("call-backs/export/", callbacks.export, name="export"),
    path("call-backs/<int:pk>/", callbacks.call_back, name="call_back"),
    path("call-backs/<int:pk>/finish/", callbacks.finish, name="finish"),
    path("call-backs/<int:pk>/drop/", callbacks.drop, name="drop"),
]
