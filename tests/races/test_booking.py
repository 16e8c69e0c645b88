"""Many change one published timetable at once: whatever wins, nobody and no table is booked twice."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection, transaction

from events.meetings.models import Meeting
from portal.audit.models import AuditEvent
from portal.audit.services import broken_links
from tests.races.booking import Ground, attempts, overlaps, published_fair

pytestmark = pytest.mark.django_db(transaction=True)


def test_attempts_at_once_leave_no_overlap_no_error_and_a_whole_audit():
    """In a hall so full that most attempts collide; swaps and moves of the same meetings would deadlock unordered."""
    ground = Ground.of(published_fair(5, 6, slots=4, tables=4, share=0.6))
    made = attempts(ground, threads=6, count=180, seed=1)

    answers = Counter(each.answer for each in made)
    assert set(answers) == {"done", "MoveRefused", "MeetingMovedOn"}
    assert not overlaps()
    told = AuditEvent.objects.filter(verb__startswith="meeting.").count()
    swapped = sum(each.act == "swap" and each.answer == "done" for each in made)
    assert told == answers["done"] + swapped  # a swap is told of both
    assert list(broken_links()) == []


def test_overlaps_are_seen_once_the_database_does_not_refuse_them():
    """The control of the test above: what is counted is found where it is."""
    timetable = published_fair(3, 3, slots=2, tables=3, share=1)
    first, second = timetable.meetings.order_by("pk")[:2]
    assert not overlaps()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX meeting_table_once_per_slot")
        Meeting.objects.filter(pk=second.pk).update(slot=first.slot, table=first.table)
        assert overlaps() == {"table": 1}
        transaction.set_rollback(True)
    assert not overlaps()
