from __future__ import annotations

from django.urls import path

from portal.taxonomy import views
from portal.taxonomy.queue import views as queue

app_name = "taxonomy"
urlpatterns = [
    path("search/<slug:kind>/", views.taxonomy_search, name="search"),
    path("names/", queue.name_queue, name="queue"),
    path("names/<int:pk>/decide/", queue.name_decide, name="decide"),
    path("names/<int:pk>/new-skill/", queue.name_new_skill, name="new-skill"),
    path("names/<int:pk>/reject/", queue.name_reject, name="reject"),
    path("names/<int:pk>/undo/", queue.name_undo, name="undo"),
]
