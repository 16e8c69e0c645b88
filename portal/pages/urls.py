from __future__ import annotations

from django.urls import path

from portal.pages import health, views

app_name = "pages"
urlpatterns = [
    path("", views.index, name="index"),
    path("home/", views.home, name="home"),
    path("help/", views.help_page, name="help"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
