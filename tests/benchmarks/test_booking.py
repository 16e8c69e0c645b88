"""10,000 attempts to change one published timetable of 57 × 100, by 16 people at once.

`pytest -s tests/benchmarks/test_booking.py` prints what became of them and how long each took.
"""

from __future__ import annotations

import time
from collections import Counter

import pytest

from events.meetings.models import Meeting
from portal.audit.models import AuditEvent
from portal.audit.services import broken_links
from tests.benchmarks.meter import Meter
from tests.races.booking import attempts_elsewhere, deadlocks, overlaps, published_fair

pytestmark = pytest.mark.django_db(transaction=True)
ATTEMPTS, PROCESSES, THREADS = 10_000, 2, 8
SLOWEST = 50  # milliseconds of the 95th of 100


def test_ten_thousand_attempts_leave_no_overlap_and_no_deadlock() -> None:
    timetable = published_fair(57, 100, slots=20, tables=50, share=0.4)
    planned = Meeting.objects.count()
    before = deadlocks()
    started = time.perf_counter()
    server = Meter()
    served = server.server_cpu()
    made, cpu = attempts_elsewhere(timetable, processes=PROCESSES, threads=THREADS, count=ATTEMPTS)
    seconds = time.perf_counter() - started

    print(f"\n{planned} meetings, {len(made)} attempts by {PROCESSES * THREADS} at once: {seconds:.1f} s in all")
    for (act, answer), count in sorted(Counter((each.act, each.answer) for each in made).items()):
        times = sorted(each.milliseconds for each in made if (each.act, each.answer) == (act, answer))
        print(f"  {act:<8}{answer:<20}{count:>7}   {_percentiles(times)}")
    times = sorted(each.milliseconds for each in made)
    print(f"  {'all':<28}{len(times):>7}   {_percentiles(times)}")
    here, there = (1000 * spent / ATTEMPTS for spent in (cpu, server.server_cpu() - served))
    print(f"  CPU of an attempt: {here:.2f} ms here, {there:.2f} ms in the database")
    print(f"  overlaps {dict(overlaps())}, deadlocks {deadlocks() - before}")

    assert len(made) == ATTEMPTS
    assert {each.answer for each in made} <= {"done", "MoveRefused", "MeetingMovedOn"}
    assert not overlaps()
    assert deadlocks() == before
    done = sum(each.answer == "done" for each in made)
    assert AuditEvent.objects.filter(verb__startswith="meeting.").count() >= done > 0
    assert list(broken_links()) == []
    assert times[len(times) * 95 // 100] < SLOWEST


def _percentiles(times: list[float]) -> str:
    picked = (times[min(len(times) - 1, len(times) * share // 100)] for share in (50, 95, 99))
    return ", ".join(f"p{share} {each:.1f} ms" for share, each in zip((50, 95, 99), picked, strict=True))
