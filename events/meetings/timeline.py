"""One day of a version as resources and events of a time line: tables or participants across, meetings along."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from events.fairs.models import FairTable, Participation, Slot
from events.meetings.models import Meeting, MeetingState, Timetable


def timeline(timetable: Timetable, day: date | None, *, by: str, editable: bool) -> dict[str, Any]:
    """The rows of a time line, plain enough for JSON; three queries.

    `by`: "tables", with the fair's tables as rows, or "parties", with who comes; there each meeting lies in two rows.
    """
    slots = [slot for slot in Slot.objects.filter(fair=timetable.fair_id) if timezone.localdate(slot.starts_at) == day]
    rows = Meeting.objects.taking_place().filter(timetable=timetable, slot__in=slots).with_parties()
    resources = _parties(timetable) if by == "parties" else _tables(timetable)
    return {
        "day": day.isoformat() if day else "",
        "slots": [
            {"id": slot.pk, "start": _local(slot.starts_at), "end": _local(slot.ends_at)}
            for slot in sorted(slots, key=lambda slot: slot.starts_at)
        ],
        "resources": resources,
        "events": [_event(row, by=by, editable=editable) for row in rows],
    }


def _tables(timetable: Timetable) -> list[dict[str, Any]]:
    tables = FairTable.objects.filter(fair=timetable.fair_id).select_related("owner__organization").order_by("number")
    return [
        {"id": table.pk, "title": f"{table} {table.owner.organization.display_name}" if table.owner else str(table)}
        for table in tables
    ]


def _parties(timetable: Timetable) -> list[dict[str, Any]]:
    people: Iterable[Participation] = (
        Participation.objects.taking_part().filter(fair=timetable.fair_id).select_related("organization")
    )
    ordered = sorted(people, key=lambda row: (not row.is_school, row.organization.pinyin, row.pk))
    return [{"id": row.pk, "title": row.organization.display_name} for row in ordered]


def _event(meeting: Meeting, *, by: str, editable: bool) -> dict[str, Any]:
    movable = editable and meeting.state == MeetingState.PLANNED and not meeting.is_locked
    names = f"{meeting.school.organization.display_name} – {meeting.enterprise.organization.display_name}"
    return {
        "id": meeting.pk,
        "resourceIds": [meeting.school_id, meeting.enterprise_id] if by == "parties" else [meeting.table_id],
        "start": _local(meeting.slot.starts_at),
        "end": _local(meeting.slot.ends_at),
        "title": f"{names} [{meeting.table}]" if by == "parties" else names,
        "movable": movable,
        "marks": [
            *(["is-must"] if meeting.is_must else []),
            *(["is-locked"] if meeting.is_locked else []),
            f"state-{meeting.state}",
        ],
        "sequence": meeting.sequence,
        "move": reverse("meetings:move", args=[meeting.pk]),
        "cells": reverse("meetings:cells", args=[meeting.pk]),
    }


def _local(moment: Any) -> str:
    """Without a zone: the time line shows the time at the place of the fair."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M:%S}"
