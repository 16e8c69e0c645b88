"""10,000 attempts to change one published timetable of 57 × 100, by 16 people at once.

The load: 16 threads in two processes, each with a connection of its own. Each tries again 0 to 50 ms, evenly drawn,
after it was answered: a closed loop, many times as busy as people who look at a page. What an attempt takes is measured
around the call of the service. Then the same 16 without any pause, which saturates the machine: printed for comparison,
for then the time is that of the queue for the processors (16 attempts at once, each a few ms of CPU).

`pytest -s tests/benchmarks/test_booking.py` prints what became of the attempts and how long each took.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict

import pytest

from events.meetings.models import Timetable
from portal.audit.models import AuditEvent
from portal.audit.services import broken_links
from tests.benchmarks.meter import Meter
from tests.races.booking import Attempt, attempts_elsewhere, deadlocks, overlaps, published_fair

pytestmark = pytest.mark.django_db(transaction=True)
ATTEMPTS, PROCESSES, THREADS = 10_000, 2, 8
PAUSE = 0.05  # seconds at most between two attempts of one person
UNPAUSED = 4_000
SLOWEST = 50  # milliseconds of the 95th of 100


def test_ten_thousand_attempts_leave_no_overlap_and_no_deadlock() -> None:
    timetable = published_fair(57, 100, slots=20, tables=50, share=0.4)
    before = deadlocks()
    made = _measured(timetable, count=ATTEMPTS, pause=PAUSE)
    unpaused = _measured(timetable, count=UNPAUSED, pause=0)
    print(f"  overlaps {dict(overlaps())}, deadlocks {deadlocks() - before}")

    assert (len(made), len(unpaused)) == (ATTEMPTS, UNPAUSED)
    assert {each.answer for each in (*made, *unpaused)} <= {"done", "MoveRefused", "MeetingMovedOn"}
    assert not overlaps()
    assert deadlocks() == before
    done = sum(each.answer == "done" for each in (*made, *unpaused))
    assert AuditEvent.objects.filter(verb__startswith="meeting.").count() >= done > 0
    assert list(broken_links()) == []
    slowest = _percentile(made, 95)
    assert slowest < SLOWEST


def _measured(timetable: Timetable, *, count: int, pause: float) -> list[Attempt]:
    """Run so many attempts, and print what they came to and took."""
    meter, started = Meter(), time.perf_counter()
    served = meter.server_cpu()
    made, cpu = attempts_elsewhere(timetable, processes=PROCESSES, threads=THREADS, count=count, pause=pause)
    seconds = time.perf_counter() - started
    people = PROCESSES * THREADS
    print(f"\n{count} attempts by {people} at once, pauses up to {1000 * pause:.0f} ms: {seconds:.1f} s in all")
    print(f"  load of the machine meanwhile {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    alike: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for each in made:
        alike[each.act, each.answer].append(each)
    for (act, answer), some in sorted(alike.items()):
        print(f"  {act:<8}{answer:<20}{len(some):>7}   {_percentiles(some)}")
    print(f"  {'all':<28}{len(made):>7}   {_percentiles(made)}")
    here, there = (1000 * spent / count for spent in (cpu, meter.server_cpu() - served))
    print(f"  CPU of an attempt: {here:.2f} ms here, {there:.2f} ms in the database")
    return made


def _percentiles(made: list[Attempt]) -> str:
    return ", ".join(f"p{share} {_percentile(made, share):.1f} ms" for share in (50, 95, 99))


def _percentile(made: list[Attempt], share: int) -> float:
    times = sorted(each.milliseconds for each in made)
    return times[min(len(times) - 1, len(times) * share // 100)]
