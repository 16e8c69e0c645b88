from __future__ import annotations

from django.urls import path

from portal.demands import moves, views

app_name = "demands"
urlpatterns = [
    path("", views.demand_list, name="list"),
    path("new/", views.demand_new, name="new"),
    path("enterprises/<int:pk>/", views.demands_of_enterprise, name="of_enterprise"),
    path("<int:pk>/", views.demand_detail, name="detail"),
    path("<int:pk>/edit/", views.demand_edit, name="edit"),
    path("<int:pk>/publish/", moves.demand_publish, name="publish"),
    path("<int:pk>/withdraw/", moves.demand_withdraw, name="withdraw"),
    path("<int:pk>/copy/", moves.demand_copy, name="copy"),
    path("<int:pk>/refresh/", moves.demand_refresh, name="refresh"),
    path("<int:pk>/filled/", moves.demand_filled, name="filled"),
]
