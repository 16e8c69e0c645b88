from __future__ import annotations

from django.urls import path

from events.statistics import views

app_name = "statistics"
urlpatterns = [
    path("<slug:slug>/", views.fair_brief, name="brief"),
    path("<slug:slug>/pdf/", views.brief_paper, name="pdf"),
    path("<slug:slug>/rows/<slug:figure>/", views.figure_rows, name="rows"),
]
