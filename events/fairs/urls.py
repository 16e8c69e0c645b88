"""Addresses of the fairs."""

from __future__ import annotations

from django.urls import path

from events.fairs.views import answering, door, grounds, inviting, organizing, programme, public, tables

app_name = "fairs"
urlpatterns = [
    path("", public.fair_list, name="list"),
    path("new/", organizing.fair_create, name="create"),
    path("sessions/<int:pk>/", grounds.session_edit, name="session_edit"),
    path("sessions/<int:pk>/remove/", grounds.session_remove, name="session_remove"),
    path("sessions/<int:pk>/list/", programme.items, name="items"),
    path("sessions/<int:pk>/list/add/", programme.item_add, name="item_add"),
    path("sessions/<int:pk>/list/fill/", programme.items_fill, name="items_fill"),
    path("sessions/<int:pk>/list/<int:item>/<slug:change>/", programme.item_change, name="item_change"),
    path("rooms/<int:pk>/remove/", tables.room_remove, name="room_remove"),
    path("tables/<int:pk>/", tables.table_edit, name="table_edit"),
    path("participations/<int:pk>/", answering.participation, name="participation"),
    path("participations/<int:pk>/answer/", answering.answer, name="answer"),
    path("participations/<int:pk>/withdraw/", answering.withdraw, name="withdraw"),
    path("participations/<int:pk>/absences/", answering.absences, name="absences"),
    path("participations/<int:pk>/wishes/", answering.wishes, name="wishes"),
    path("participations/<int:pk>/reasons/", answering.reasons, name="reasons"),
    path("participations/<int:pk>/wish/<int:partner>/", answering.wish, name="wish"),
    path("participations/<int:pk>/check-in/", door.check_in_one, name="check_in"),
    path("participations/<int:pk>/absent/", door.absent_one, name="absent"),
    path("<slug:slug>/", public.fair_detail, name="detail"),
    path("<slug:slug>/edit/", organizing.fair_edit, name="edit"),
    path("<slug:slug>/discard/", organizing.fair_discard, name="discard"),
    path("<slug:slug>/cancel/", organizing.fair_cancel, name="cancel"),
    path("<slug:slug>/steps/<slug:step>/", organizing.fair_step, name="step"),
    path("<slug:slug>/grounds/", grounds.grounds_page, name="grounds"),
    path("<slug:slug>/grounds/slots/", grounds.slots_add, name="slots_add"),
    path("<slug:slug>/grounds/slots/remove/", grounds.slots_remove, name="slots_remove"),
    path("<slug:slug>/grounds/tables/", grounds.tables_add, name="tables_add"),
    path("<slug:slug>/grounds/tables/remove/", grounds.tables_remove, name="tables_remove"),
    path("<slug:slug>/tables/", tables.tables_page, name="tables"),
    path("<slug:slug>/tables/place/", tables.tables_place, name="tables_place"),
    path("<slug:slug>/tables/fix/", tables.tables_fix, name="tables_fix"),
    path("<slug:slug>/rooms/", tables.room_add, name="room_add"),
    path("<slug:slug>/sessions/new/", grounds.session_add, name="session_add"),
    path("<slug:slug>/participants/", inviting.participants, name="participants"),
    path("<slug:slug>/invite/", inviting.invite, name="invite"),
    path("<slug:slug>/door/", door.door, name="door"),
]
