from __future__ import annotations

from django.urls import path

from portal.majors import views

app_name = "majors"
urlpatterns = [
    path("", views.majors_entry, name="list"),
    path("all/", views.programme_list, name="all"),
    path("schools/<int:school_pk>/", views.school_offer, name="school"),
    path("schools/<int:school_pk>/add/", views.programme_add, name="add"),
    path("schools/<int:school_pk>/<int:year>/", views.school_sheet, name="sheet"),
    path("schools/<int:school_pk>/<int:year>/confirm/", views.sheet_confirm, name="confirm"),
    path("programmes/<int:pk>/", views.programme_edit, name="edit"),
]
