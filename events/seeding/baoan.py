"""Run scene S0 through the services, step by step; whatever is done already is left alone.

Each step is one transaction or one job, and each starts from what the last one left: a seeding that was
interrupted goes on where it stopped, a second one finds nothing to do.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from events.agreements.services import NothingToDraft, request_drafts
from events.fairs.models import Fair, FairStatus
from events.meetings.services import publish_timetable, request_timetable
from events.seeding.fair import FIRST_DAY, SECOND_DAY, SLUG, announce_next_fair, hold_fair, moment, prepare_fair
from events.seeding.papers import sign_frameworks, sign_intents
from events.seeding.people import DemoPeople, seed_people
from events.seeding.registry import seed_registry
from events.seeding.since import tell_what_happened
from events.seeding.today import SLUG as TODAY_SLUG
from events.seeding.today import open_doors, prepare_today
from matching.models import MatchRun, RunState
from matching.rebuilding import rebuild_now
from matching.stamps import stale_enterprises, stale_schools
from portal.demands.models import TalentDemand
from portal.jobs import running
from portal.jobs.models import Job, JobState

JOB_PATIENCE = 300.0  # seconds
Say = Callable[[str], None]


class SeedingFailed(Exception):
    """A job of the scene did not end well; the text says which and why."""


def seed_baoan(*, seed: int, say: Say) -> Fair:
    """Bring the scene to its end; `seed` draws wishes and outcomes, and nothing else."""
    people = seed_people()
    if not TalentDemand.objects.filter(is_sample=True).exists():
        seed_registry(admin=people.admin, at=moment(FIRST_DAY, 9).replace(month=3), say=say)
    people.join_their_organizations()
    _tell_the_planner()
    _rank(say)
    fair = Fair.objects.filter(slug=SLUG).first()
    if fair is None:
        fair = prepare_fair(
            organizer=people.organizer, dice=_dice(seed, "wishes"), papers=_dice(seed, "papers"), say=say
        )
    _schedule(fair, people, seed, say)
    fair.refresh_from_db()
    if fair.status == FairStatus.SCHEDULED:
        hold_fair(fair=fair, organizer=people.organizer, dice=_dice(seed, "outcomes"), say=say)
    _sign(fair, people, seed, say)
    announce_next_fair(organizer=people.organizer, at=timezone.now())
    _open_todays_fair(people, seed)
    _tell_the_planner()
    fair.refresh_from_db()
    return fair


def _open_todays_fair(people: DemoPeople, seed: int) -> None:
    organizer, now = people.organizer, timezone.now()
    today = prepare_today(organizer=organizer, dice=_dice(seed, "today"), at=now)
    today = today or Fair.objects.get(slug=TODAY_SLUG)
    if today.status == FairStatus.MATCHING:
        if not today.timetables.exists():
            finish(request_timetable(fair_id=today.pk, actor=organizer, at=now, seed=seed))
        publish_timetable(timetable_id=today.timetables.order_by("-number")[0].pk, actor=organizer, at=now)
        today.refresh_from_db()
    if today.status == FairStatus.SCHEDULED:
        open_doors(fair=today, organizer=organizer, at=now)


def _dice(seed: int, what: str) -> random.Random:
    """Dice of their own for each step, so that a seeding that goes on later draws the same."""
    return random.Random(f"{SLUG} {what} {seed}")  # noqa: S311 — sample data, not a secret


def _tell_the_planner() -> None:
    """Thousands of rows have come at once; until PostgreSQL knows, it reads whole tables for one."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _rank(say: Say) -> None:
    """Here and now, whoever else ranks: the next steps ask how well the guests fit."""
    is_ranked = MatchRun.objects.filter(state=RunState.CURRENT).exists()
    if is_ranked and not stale_enterprises() and not stale_schools():
        return
    rebuild_now()
    say("partners ranked")


def _schedule(fair: Fair, people: DemoPeople, seed: int, say: Say) -> None:
    if fair.status != FairStatus.MATCHING:
        return
    at = moment(FIRST_DAY, 10).replace(day=12)
    if not fair.timetables.exists():
        finish(request_timetable(fair_id=fair.pk, actor=people.organizer, at=at, seed=seed))
    timetable = fair.timetables.order_by("-number")[0]
    publish_timetable(timetable_id=timetable.pk, actor=people.organizer, at=at)
    say(f"timetable: {timetable.meetings.count()} meetings, {timetable.unmet_wishes.count()} wishes not met")


def _sign(fair: Fair, people: DemoPeople, seed: int, say: Say) -> None:
    sign_frameworks(fair=fair, organizer=people.organizer, at=moment(FIRST_DAY, 10), dice=_dice(seed, "papers"))
    at = moment(SECOND_DAY, 17)
    with contextlib.suppress(NothingToDraft):
        finish(request_drafts(fair=fair, actor=people.organizer, at=at))
    sign_intents(fair=fair, organizer=people.organizer, at=at)
    tell_what_happened(fair=fair, people=people, at=timezone.now())
    say(f"{fair.agreements.count()} agreements")


def finish(job: Job) -> None:
    """Do the job here, unless a worker has it already; then wait for that one."""
    end = time.monotonic() + JOB_PATIENCE
    while time.monotonic() < end:
        running.run(job.pk)
        job.refresh_from_db()
        if job.has_ended:
            break
        time.sleep(0.2)
    if job.state != JobState.DONE:
        raise SeedingFailed(f"{job.title}: {job.get_state_display()} {job.error}")
