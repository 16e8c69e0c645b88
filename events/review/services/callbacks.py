"""Ask again what has become of a talk: planned for a fair at once, due on a day, done with what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair
from events.fairs.notices import people_of
from events.meetings.models import Outcome, OutcomeLevel
from events.meetings.services import OutcomeFacts, record_outcome
from events.review.models import CallBack
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.notifications.services import notify

USUAL_DAYS = (30, 90, 365)  # after the last day of the fair
MOST_DAYS = 3 * 365


class CallBackRefused(DomainError):
    """A call-back that cannot be."""


class CallBackConflict(StateConflict):
    """The call-back is done or gone."""


@transaction.atomic
def plan_call_backs(
    *,
    fair_id: int,
    days: Sequence[int] = USUAL_DAYS,
    least: OutcomeLevel = OutcomeLevel.FOLLOW_UP,
    actor: User,
    at: datetime,
) -> int:
    """Plan to ask about every outcome from a level on, so many days after the fair; those there already stay.

    Returns how many were added; CallBackRefused for days outside of 1 … 1095.
    """
    if not days or not all(1 <= n <= MOST_DAYS for n in days):
        raise CallBackRefused(_("Between 1 and 1095 days after the fair."), field="days")
    fair = Fair.objects.get(pk=fair_id)
    outcomes = list(Outcome.objects.filter(fair=fair, level__gte=least).order_by("pk").values_list("pk", flat=True))
    due = [fair.ends_on + timedelta(days=n) for n in sorted(set(days))]
    before = CallBack.objects.filter(outcome__fair=fair).count()
    CallBack.objects.bulk_create(
        (CallBack(outcome_id=outcome, due_on=day) for outcome in outcomes for day in due), ignore_conflicts=True
    )
    added = CallBack.objects.filter(outcome__fair=fair).count() - before
    record(verb="call_backs.planned", subject=fair, actor=actor, at=at, days=sorted(set(days)), added=added)
    return added


@transaction.atomic
def change_call_back(*, call_back_id: int, due_on: date, note: str, actor: User, at: datetime) -> CallBack:
    """Ask on another day; CallBackConflict if it is done, CallBackRefused if one is due that day already."""
    try:
        with transaction.atomic():
            won = CallBack.objects.filter(pk=call_back_id, done_at=None).update(
                due_on=due_on, note=note.strip(), told_at=None, updated_at=at
            )
    except IntegrityError as error:
        raise CallBackRefused(_("There is a call-back for this day already."), field="due_on") from error
    if not won:
        raise CallBackConflict(_("This call-back is done already."))
    row = CallBack.objects.get(pk=call_back_id)
    record(verb="call_back.changed", subject=row, actor=actor, at=at, due_on=due_on.isoformat())
    return row


@transaction.atomic
def finish_call_back(
    *, call_back_id: int, finding: str, level: OutcomeLevel | None = None, actor: User, at: datetime
) -> CallBack:
    """Note what was said; with a level, what came of the talk is that from now on. CallBackConflict if it is done."""
    if not finding.strip():
        raise CallBackRefused(_("Say what was said."), field="finding")
    won = CallBack.objects.filter(pk=call_back_id, done_at=None).update(
        done_at=at, done_by=actor, finding=finding.strip(), updated_at=at
    )
    if not won:
        raise CallBackConflict(_("This call-back is done already."))
    row = CallBack.objects.select_related("outcome").get(pk=call_back_id)
    if level is not None and level != row.outcome.level:
        _raise_level(row.outcome, level, actor, at)
    record(verb="call_back.done", subject=row, actor=actor, at=at, level=None if level is None else int(level))
    return row


def _raise_level(outcome: Outcome, level: OutcomeLevel, actor: User, at: datetime) -> None:
    kinds = tuple(outcome.cooperation_kinds.values_list("code", flat=True))
    record_outcome(
        school_id=outcome.school_id,
        enterprise_id=outcome.enterprise_id,
        facts=OutcomeFacts(level=level, kinds=kinds, headcount=outcome.headcount, note=outcome.note),
        version=outcome.version,
        actor=actor,
        at=at,
    )


@transaction.atomic
def drop_call_back(*, call_back_id: int, actor: User, at: datetime) -> None:
    """Take an open call-back off the list; CallBackConflict if it is done or gone."""
    row = CallBack.objects.filter(pk=call_back_id, done_at=None).select_for_update().first()
    if row is None:
        raise CallBackConflict(_("This call-back is done already."))
    record(verb="call_back.dropped", subject=row, actor=actor, at=at, outcome=row.outcome_id)
    row.delete()


@transaction.atomic
def remind_of_call_backs(*, at: datetime) -> int:
    """Tell each organizer once how many call-backs have fallen due; returns how many these are."""
    due = CallBack.objects.open().filter(due_on__lte=timezone.localdate(at), told_at=None)
    rows = list(due.select_for_update(of=("self",), skip_locked=True).values_list("pk", "outcome__fair__organizer"))
    CallBack.objects.filter(pk__in=[pk for pk, _organizer in rows]).update(told_at=at)
    counts = Counter(organizer for _pk, organizer in rows)
    people = people_of(counts)
    for organizer, n in counts.items():
        url = reverse("review:call_backs")
        notify(recipients=people.get(organizer, []), event="call_backs_due", at=at, context={"n": n}, url=url)
    return len(rows)
