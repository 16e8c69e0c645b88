"""Addresses of timetables, meetings and outcomes."""

from __future__ import annotations

from django.urls import path

from events.meetings.views import outcomes, own, timetables

app_name = "meetings"
urlpatterns = [
    path("fairs/<slug:slug>/panel/", timetables.panel, name="panel"),
    path("fairs/<slug:slug>/timetable/", timetables.timetable, name="timetable"),
    path("fairs/<slug:slug>/timetable/request/", timetables.timetable_request, name="request"),
    path("fairs/<slug:slug>/timetable/<int:number>/publish/", timetables.timetable_publish, name="publish"),
    path("fairs/<slug:slug>/outcomes/", outcomes.outcome_list, name="outcomes"),
    path("fairs/<slug:slug>/outcomes/new/", outcomes.outcome_add, name="outcome_add"),
    path("participations/<int:pk>/", own.own, name="own"),
    path("participations/<int:pk>/outcomes/new/", outcomes.own_outcome_add, name="own_outcome_add"),
    path("outcomes/<int:pk>/", outcomes.outcome_edit, name="outcome_edit"),
    path("<int:pk>/move/", timetables.move, name="move"),
    path("<int:pk>/cancel/", timetables.cancel, name="cancel"),
    path("<int:pk>/outcome/", outcomes.of_meeting, name="outcome"),
    path("<int:pk>/no-show/", outcomes.no_show, name="no_show"),
]
