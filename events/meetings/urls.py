"""Addresses of timetables, meetings and outcomes."""

from __future__ import annotations

from django.urls import path

from events.meetings.views import editing, outcomes, own, publishing, replanning, sheets, taps, timetables

app_name = "meetings"
VERSION = "fairs/<slug:slug>/timetable/<int:number>/"
urlpatterns = [
    path("fairs/<slug:slug>/panel/", timetables.panel, name="panel"),
    path("fairs/<slug:slug>/timetable/", timetables.timetable, name="timetable"),
    path("fairs/<slug:slug>/timetable/request/", timetables.timetable_request, name="request"),
    path("fairs/<slug:slug>/timetable/making/", timetables.making, name="making"),
    path("fairs/<slug:slug>/timetable/best/", timetables.best, name="best"),
    path(f"{VERSION}quality/", timetables.quality, name="quality"),
    path(f"{VERSION}help/", timetables.helping, name="helping"),
    path(f"{VERSION}copy/", timetables.copy, name="copy"),
    path(f"{VERSION}discard/", timetables.discard, name="discard"),
    path(f"{VERSION}publish/", publishing.publish, name="publish"),
    path(f"{VERSION}compare/<int:other>/", publishing.compare, name="compare"),
    path(f"{VERSION}edit/", editing.edit, name="edit"),
    path(f"{VERSION}lines/", editing.lines, name="lines"),
    path(f"{VERSION}lock/", editing.lock_all, name="lock_all"),
    path(f"{VERSION}put-in/", editing.put_in, name="put_in"),
    path(f"{VERSION}undo/", editing.undo, name="undo"),
    path(f"{VERSION}export.<str:kind>", sheets.export, name="export"),
    path("fairs/<slug:slug>/replan/", replanning.replan, name="replan"),
    path("fairs/<slug:slug>/followers/", publishing.followers, name="followers"),
    path("fairs/<slug:slug>/wall/", sheets.wall, name="wall"),
    path("fairs/<slug:slug>/tables/", sheets.tables, name="tables"),
    path("fairs/<slug:slug>/outcomes/", outcomes.outcome_list, name="outcomes"),
    path("fairs/<slug:slug>/outcomes/new/", outcomes.outcome_add, name="outcome_add"),
    path("participations/<int:pk>/", own.own, name="own"),
    path("participations/<int:pk>/seen/", own.seen, name="seen"),
    path("participations/<int:pk>/timetable.ics", own.own_calendar, name="own_calendar"),
    path("participations/<int:pk>/calendar/", own.calendar_link, name="calendar_link"),
    path("participations/<int:pk>/calendar/revoke/", own.calendar_revoke, name="calendar_revoke"),
    path("participations/<int:pk>/meetings/<int:meeting_pk>/outcome/", taps.tap, name="tap"),
    path("participations/<int:pk>/meetings/<int:meeting_pk>/confirm/", taps.confirm, name="confirm"),
    path("participations/<int:pk>/meetings/<int:meeting_pk>/not-held/", taps.not_held, name="not_held"),
    path("participations/<int:pk>/outcomes/new/", outcomes.own_outcome_add, name="own_outcome_add"),
    path("calendar/<str:secret>.ics", own.calendar, name="calendar"),
    path("outcomes/<int:pk>/", outcomes.outcome_edit, name="outcome_edit"),
    path("<int:pk>/move/", editing.move, name="move"),
    path("<int:pk>/cells/", editing.cells, name="cells"),
    path("<int:pk>/swap/", editing.swap, name="swap"),
    path("<int:pk>/cancel/", editing.cancel, name="cancel"),
    path("<int:pk>/lock/", editing.lock, name="lock"),
    path("<int:pk>/outcome/", outcomes.of_meeting, name="outcome"),
    path("<int:pk>/no-show/", outcomes.no_show, name="no_show"),
]
