"""Reminders of agreements: ends, instalments and milestones that come near, money overdue, agreements fallen silent.

Each reminder is a row; whoever inserts it sends the message, in the same transaction. So two rounds at once, or a round
that is repeated, send nothing twice, and a round that was missed is made up for by the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from events.agreements.ledger import ZERO, Part, PartState, parts_of
from events.agreements.models import (
    Agreement,
    AgreementReminder,
    AgreementStatus,
    AgreementText,
    FundingCommitment,
    Instalment,
    Milestone,
    ReminderKind,
    TextStatus,
)
from events.agreements.models.agreement import VALID
from events.agreements.pipeline import paid_under
from events.agreements.services.following import RECORDED_IN
from events.agreements.services.life import mark_dormant
from events.fairs.notices import people_of
from portal.notifications.services import Message, notify_each

DAYS_BEFORE = (90, 30, 7)
MILESTONE_DAYS = 7
OVERDUE = -1  # in the place of the days before
EVENTS = {
    ReminderKind.END: "agreement_ends_soon",
    ReminderKind.INSTALMENT: "agreement_instalment_due",
    ReminderKind.MILESTONE: "agreement_milestone_due",
    ReminderKind.DORMANT: "agreement_dormant",
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to be told once of an agreement; `facts` fill the sentence, `page` is where it leads."""

    agreement: Agreement
    kind: ReminderKind
    due_on: date
    days_before: int
    page: str
    subject: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    with_organizer: bool = False

    @property
    def key(self) -> tuple[int, str, date, str, int]:
        """What the database keeps once."""
        return (self.agreement.pk, self.kind.value, self.due_on, self.subject, self.days_before)

    @property
    def event(self) -> str:
        """The sentence that is told."""
        return "agreement_instalment_overdue" if self.days_before == OVERDUE else EVENTS[self.kind]


def remind(*, at: datetime) -> int:
    """Send what is to be told now; returns how many reminders that were, each to all who act for a party.

    The day is that of the portal's time zone.
    """
    today = timezone.localdate(at)
    mark_dormant(today, at)
    due = [*_ends(today), *_instalments(today), *_milestones(today), *_dormant()]
    return _send(due, at)


def stage_of(due_on: date, today: date, since: date) -> int | None:
    """The step of 90, 30 and 7 days before a day that is reached today; None before, after the day, or at no step.

    A step that lay before `since`, when the text became valid, is passed over: nobody had anything to be reminded of.
    """
    left = (due_on - today).days
    if left < 0:
        return None
    reached = [days for days in DAYS_BEFORE if left <= days and due_on - timedelta(days=days) >= since]
    return min(reached, default=None)


def _ends(today: date) -> Iterable[Reminder]:
    soon = Agreement.objects.filter(
        status__in=VALID, ends_on__gte=today, ends_on__lte=today + timedelta(days=max(DAYS_BEFORE))
    )
    for agreement in _with_settled_text(soon):
        days = stage_of(agreement.ends_on, today, _valid_since(agreement))
        if days is not None:
            facts: dict[str, object] = {"due": agreement.ends_on.isoformat(), "days": (agreement.ends_on - today).days}
            yield Reminder(agreement, ReminderKind.END, agreement.ends_on, days, "detail", facts=facts)


def _instalments(today: date) -> Iterable[Reminder]:
    """Of every instalment that is not paid whole: the steps before its day, and once that the day is past."""
    near = FundingCommitment.objects.filter(
        Exists(Instalment.objects.filter(funding=OuterRef("pk"), due_on__lte=today + timedelta(days=max(DAYS_BEFORE)))),
        agreement__status__in=RECORDED_IN,
        amount__gt=paid_under(),  # else every promise that was ever kept would be read every hour
    )
    agreements = _with_settled_text(Agreement.objects.filter(pk__in=near.values("agreement"))).in_bulk()
    for funding in near.prefetch_related("instalments", "payments").order_by("agreement", "line"):
        agreement = agreements[funding.agreement_id]
        paid = sum((row.amount for row in funding.payments.all() if row.cancelled_at is None), ZERO)
        parts = sorted(funding.instalments.all(), key=lambda part: part.number)
        for part in parts_of(funding.amount, parts, paid, today):
            if reminder := _of_part(agreement, funding, part, today):
                yield reminder


def _of_part(agreement: Agreement, funding: FundingCommitment, part: Part, today: date) -> Reminder | None:
    if part.due_on is None or part.state == PartState.PAID:
        return None
    overdue = part.state == PartState.OVERDUE
    days = OVERDUE if overdue else stage_of(part.due_on, today, _valid_since(agreement))
    if days is None:
        return None
    facts: dict[str, object] = {
        "purpose": funding.purpose,
        "instalment": part.number,
        "left": _yuan(part.left),
        "due": part.due_on.isoformat(),
    }
    subject = f"{funding.line}/{part.number}"
    return Reminder(agreement, ReminderKind.INSTALMENT, part.due_on, days, "money", subject=subject, facts=facts)


def _milestones(today: date) -> Iterable[Reminder]:
    soon = Milestone.objects.filter(
        agreement__status__in=VALID,
        done_on=None,
        due_on__gte=today,
        due_on__lte=today + timedelta(days=MILESTONE_DAYS),
    )
    for milestone in soon.select_related("agreement").order_by("agreement", "pk"):
        facts: dict[str, object] = {"milestone": milestone.title, "due": milestone.due_on.isoformat()}
        yield Reminder(
            milestone.agreement,
            ReminderKind.MILESTONE,
            milestone.due_on,
            MILESTONE_DAYS,
            "milestones",
            subject=str(milestone.public_id),
            facts=facts,
        )


def _dormant() -> Iterable[Reminder]:
    """Of all that sleep, so that one marked by a round that then broke off is told of by the next."""
    asleep = Agreement.objects.filter(status=AgreementStatus.IN_FORCE, dormant_since__isnull=False)
    told = Q(reminders__kind=ReminderKind.DORMANT, reminders__due_on=F("dormant_since"))
    for agreement in asleep.exclude(pk__in=asleep.filter(told).values("pk")).order_by("pk"):
        since = agreement.dormant_since
        if since is not None:
            yield Reminder(agreement, ReminderKind.DORMANT, since, 0, "detail", with_organizer=True)


def _with_settled_text(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    current = AgreementText.objects.filter(status__in=(TextStatus.CURRENT,))
    return agreements.order_by("pk").prefetch_related(Prefetch("texts", queryset=current, to_attr="current_texts"))


def _valid_since(agreement: Agreement) -> date:
    """The day on which the text in force was settled: what it says was known from then on."""
    texts: Sequence[AgreementText] = getattr(agreement, "current_texts", ())
    settled = [timezone.localdate(text.settled_at) for text in texts if text.settled_at]
    return max(settled, default=agreement.signed_on or agreement.starts_on)


@transaction.atomic
def _send(due: Iterable[Reminder], at: datetime) -> int:
    by_key = {reminder.key: reminder for reminder in due}
    won = [by_key[key] for key in _claim(sorted(by_key), at)]
    agreements = [reminder.agreement for reminder in won]
    parties: dict[int, list[int]] = {}
    rows = Agreement.objects.filter(pk__in=[row.pk for row in agreements]).order_by("parties__position")
    for agreement, organization in rows.values_list("pk", "parties__organization"):
        parties.setdefault(agreement, []).append(organization)
    organizers = dict(Agreement.objects.filter(pk__in=parties, fair__isnull=False).values_list("pk", "fair__organizer"))
    people = people_of({*(pk for each in parties.values() for pk in each), *organizers.values()})
    messages = []
    for reminder in won:
        bodies = list(parties[reminder.agreement.pk])
        if reminder.with_organizer and reminder.agreement.pk in organizers:
            bodies.append(organizers[reminder.agreement.pk])
        told = {person.pk: person for body in bodies for person in people.get(body, ())}
        context = {"number": reminder.agreement.number, "title": reminder.agreement.title, **reminder.facts}
        url = reverse(f"agreements:{reminder.page}", args=[reminder.agreement.pk])
        messages += [Message(person, reminder.event, context, url) for person in told.values()]
    notify_each(messages, at=at)
    return len(won)


def _claim(keys: Sequence[tuple[int, str, date, str, int]], at: datetime) -> list[tuple[int, str, date, str, int]]:
    """Insert the rows that nobody has inserted before, and say which those were; in one order, so that two wait."""
    if not keys:
        return []
    table = AgreementReminder._meta.db_table
    agreement, kind, due_on, subject, days = (list(column) for column in zip(*keys, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (agreement_id, kind, due_on, subject, days_before, sent_at)"  # noqa: S608 — our own
            " SELECT *, %s::timestamptz FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::text[], %s::int[])"
            " ON CONFLICT DO NOTHING RETURNING agreement_id, kind, due_on, subject, days_before",
            [at, agreement, kind, due_on, subject, days],
        )
        return [(row[0], row[1], row[2], row[3], row[4]) for row in cursor.fetchall()]


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"
