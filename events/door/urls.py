"""Addresses of the door."""

from __future__ import annotations

from django.urls import path, re_path

from events.door.views import board, desk, passes, talks

app_name = "door"
urlpatterns = [
    path("worker.js", passes.worker, name="worker"),
    re_path(r"^p/(?P<secret>[\w-]{32})/$", passes.enter, name="enter"),
    path("<slug:slug>/", desk.desk_page, name="desk"),
    path("<slug:slug>/list/", desk.guests, name="list"),
    path("<slug:slug>/events/", desk.events, name="events"),
    path("<slug:slug>/organizations/", desk.organizations, name="organizations"),
    path("<slug:slug>/leave/", desk.leave, name="leave"),
    path("<slug:slug>/timer/", desk.timer, name="timer"),
    path("<slug:slug>/now/", desk.now, name="now"),
    path("<slug:slug>/missing/", board.missing, name="missing"),
    path("<slug:slug>/guests/<int:pk>/mark/", board.mark, name="mark"),
    path("<slug:slug>/paper/", board.paper, name="paper"),
    path("<slug:slug>/tables/", talks.tables, name="tables"),
    path("<slug:slug>/tables/<int:pk>/outcome/", talks.record, name="record"),
    path("<slug:slug>/tables/<int:pk>/not-held/", talks.not_held, name="not_held"),
    path("<slug:slug>/talk/", talks.talk, name="talk"),
    path("<slug:slug>/passes/", passes.passes, name="passes"),
    path("<slug:slug>/passes/<int:pk>/revoke/", passes.revoke, name="revoke"),
]
