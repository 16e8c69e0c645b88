from __future__ import annotations

from django.urls import path

from portal.taxonomy import views

app_name = "taxonomy"
urlpatterns = [path("search/<slug:kind>/", views.taxonomy_search, name="search")]
