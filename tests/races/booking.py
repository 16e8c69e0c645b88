"""Many people change one published timetable at once: the fair, the attempts, and what they came to.

`main` is for the processes that `attempts_elsewhere` starts.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.db import OperationalError, connection

from events.fairs.models import Fair, FairStatus, FairTable, Slot
from events.meetings.models import Meeting, Timetable, TimetableStatus
from events.meetings.services import cancel_meeting, move_meeting, put_in_meeting, restore_meeting, swap_meetings
from portal.accounts.models import User
from portal.common.errors import DomainError
from tests.conftest import NOON
from tests.factories import StaffFactory
from tests.factories_events import (
    MORNING,
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    TimetableFactory,
    people_of,
)
from tests.workers import PROJECT, worker_environment


class Attempt(NamedTuple):
    """One call of a service: what was tried, `done` or the name of the refusal or error, and how long it took."""

    act: str
    answer: str
    milliseconds: float


def published_fair(schools: int, enterprises: int, *, slots: int, tables: int, share: float) -> Timetable:
    """A fair whose timetable is published and has that share of all places taken; every party has somebody to tell."""
    fair = FairFactory(status=FairStatus.SCHEDULED)
    begins = [MORNING + timedelta(minutes=30 * n) for n in range(slots)]
    Slot.objects.bulk_create(
        Slot(fair=fair, starts_at=begin, ends_at=begin + timedelta(minutes=20)) for begin in begins
    )
    FairTable.objects.bulk_create(FairTable(fair=fair, number=n + 1) for n in range(tables))
    left = [SchoolParticipationFactory(fair=fair) for _ in range(schools)]
    right = [ParticipationFactory(fair=fair) for _ in range(enterprises)]
    for participation in (*left, *right):
        people_of(participation)
    timetable = TimetableFactory(fair=fair, status=TimetableStatus.PUBLISHED)
    Meeting.objects.bulk_create(_meetings(timetable, fair, left, right, share))
    return timetable


def _meetings(
    timetable: Timetable, fair: Fair, left: Sequence[object], right: Sequence[object], share: float
) -> Iterable[Meeting]:
    """In each slot the schools move on along the enterprises, so that nobody meets twice."""
    tables = list(fair.tables.order_by("number"))
    for shift, slot in enumerate(fair.slots.all()):
        for place in range(min(len(left), round(share * len(tables)))):
            enterprise = right[(place + shift) % len(right)]
            yield Meeting(
                timetable=timetable, school=left[place], enterprise=enterprise, slot=slot, table=tables[place]
            )


@dataclass(frozen=True, slots=True)
class Ground:
    """What attempts choose from: ids. `meetings` follows what one's own process puts in."""

    timetable: int
    meetings: list[int]
    schools: list[int]
    enterprises: list[int]
    slots: list[int]
    tables: list[int]
    actor: User

    @classmethod
    def of(cls, timetable: Timetable) -> Ground:
        guests = timetable.fair.participations
        schools, enterprises = (guests.filter(organization__kind=kind) for kind in ("school", "enterprise"))
        rows = (timetable.meetings, schools, enterprises, timetable.fair.slots, timetable.fair.tables)
        ids = [list(each.order_by("pk").values_list("pk", flat=True)) for each in rows]
        return cls(timetable.pk, *ids, actor=User.objects.filter(is_staff=True).first() or StaffFactory())


def attempts(ground: Ground, *, threads: int, count: int, seed: int, pause: float = 0) -> list[Attempt]:
    """So many attempts, drawn from the seed, by so many threads with connections of their own.

    Each thread is a person who looks at the answer for up to `pause` seconds, evenly drawn, before the next attempt.
    """

    def work(thread: int) -> list[Attempt]:
        dice = random.Random(1000 * seed + thread)
        try:
            return [_attempt(ground, dice, pause) for _ in range(count // threads)]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [attempt for mine in pool.map(work, range(threads)) for attempt in mine]


ACTS = {"move": 60, "put in": 15, "cancel": 5, "restore": 15, "swap": 5}
"""What is tried, out of a hundred times."""


def _attempt(ground: Ground, dice: random.Random, pause: float) -> Attempt:
    time.sleep(pause * dice.random())
    (act,) = dice.choices(list(ACTS), weights=ACTS.values())
    started = time.perf_counter()
    try:
        _act(ground, dice, act)
    except (DomainError, OperationalError) as error:
        answer = type(error).__name__
    else:
        answer = "done"
    return Attempt(act, answer, 1000 * (time.perf_counter() - started))


def _act(ground: Ground, dice: random.Random, act: str) -> None:
    meeting, slot, table = (dice.choice(ids) for ids in (ground.meetings, ground.slots, ground.tables))
    place = {"slot_id": slot, "table_id": table}
    if act == "move":
        move_meeting(meeting_id=meeting, **place, actor=ground.actor, at=NOON)
    elif act == "put in":
        sides = {"school_id": dice.choice(ground.schools), "enterprise_id": dice.choice(ground.enterprises)}
        added = put_in_meeting(timetable_id=ground.timetable, **sides, **place, actor=ground.actor, at=NOON)
        ground.meetings.append(added.pk)
    elif act == "cancel":
        cancel_meeting(meeting_id=meeting, actor=ground.actor, at=NOON)
    elif act == "restore":
        restore_meeting(meeting_id=meeting, actor=ground.actor, at=NOON)
    else:
        swap_meetings(meeting_id=meeting, other_id=dice.choice(ground.meetings), actor=ground.actor, at=NOON)


def attempts_elsewhere(
    timetable: Timetable, *, processes: int, threads: int, count: int, pause: float = 0
) -> tuple[list[Attempt], float]:
    """The same from several processes, each with so many threads; `count` attempts in all, and their CPU seconds."""
    Ground.of(timetable)  # so that there is an actor
    code = "import django, sys; django.setup(); from tests.races.booking import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, str(timetable.pk), str(threads), str(count // processes), str(pause)]
    running = [
        subprocess.Popen(
            [*command, str(seed)], cwd=PROJECT, env=worker_environment(), stdout=subprocess.PIPE, text=True
        )
        for seed in range(processes)
    ]
    answers = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * processes
    told = [json.loads(answer) for answer in answers]
    return [Attempt(*row) for each in told for row in each["attempts"]], sum(each["cpu"] for each in told)


def overlaps() -> Counter[str]:
    """Double bookings in the database, counted without any code of ours; empty if there are none."""
    keys = {
        "school": "m.timetable_id, m.slot_id, m.school_id, m.school_seat",
        "enterprise": "m.timetable_id, m.slot_id, m.enterprise_id, m.enterprise_seat",
        "table": "m.timetable_id, m.slot_id, m.table_id",
        "pair": "m.timetable_id, m.school_id, m.enterprise_id",
    }
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for name, columns in keys.items():
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {Meeting._meta.db_table} m WHERE m.state <> 'cancelled' "
                f"GROUP BY {columns} HAVING count(*) > 1) AS twice"
            )
            (count,) = cursor.fetchone()
            found += Counter({name: count})
    return found


def deadlocks() -> int:
    """Deadlocks that the database server has broken up so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (count,) = cursor.fetchone()
    return int(count)


def main(arguments: list[str]) -> None:
    """One of the processes; prints its attempts as JSON. The first few, which load code, are not counted."""
    pause = float(arguments.pop(3))
    timetable, threads, count, seed = map(int, arguments)
    ground = Ground.of(Timetable.objects.get(pk=timetable))
    connection.close()  # its place in the pool is for the threads
    attempts(ground, threads=1, count=20, seed=1000 + seed)
    before = time.process_time()
    made = attempts(ground, threads=threads, count=count, seed=seed, pause=pause)
    sys.stdout.write(json.dumps({"cpu": time.process_time() - before, "attempts": made}))
