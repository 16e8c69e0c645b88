"""What came of a pair at a fair: recorded by either side or the desk, in two taps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from events.fairs.models import TAKING_PART, FairStatus, Participation, ParticipationStatus
from events.fairs.services import NotTheirs
from events.meetings.models import Meeting, MeetingState, Outcome, OutcomeLevel, TimetableStatus
from events.meetings.signals import outcome_recorded
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.taxonomy.models import CooperationKind

RECORDING = (FairStatus.LIVE, FairStatus.CLOSED)
MOST_PEOPLE = 10_000
LONGEST_NOTE = 500


class OutcomeRefused(DomainError):
    """An outcome that cannot be."""


class OutcomeChangedMeanwhile(StateConflict):
    """The other side, or the desk, was faster."""


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """What two sides say came of their talk; `kinds` are codes of cooperation kinds, `headcount` is people promised."""

    level: OutcomeLevel
    kinds: tuple[str, ...] = ()
    headcount: int = 0
    note: str = ""


@transaction.atomic
def record_outcome(
    *,
    school_id: int,
    enterprise_id: int,
    facts: OutcomeFacts,
    actor: User,
    at: datetime,
    version: int | None = None,
) -> Outcome:
    """Record what came of a school and an enterprise (participations of one fair), planned or met by chance.

    `version` is that of the outcome on the page, None if there was none: OutcomeChangedMeanwhile if it is another.
    A planned meeting of the two counts as held, and where the desk checks guests in, both count as checked in.
    NotTheirs, OutcomeRefused as they say.
    """
    school, enterprise = _pair(school_id, enterprise_id)
    _check_actor(actor, school, enterprise)
    kinds = _checked(facts)
    meeting = _meeting_of(school, enterprise)
    stated = {"level": facts.level, "headcount": facts.headcount, "note": facts.note.strip(), "meeting": meeting}
    signed_by = {"recorded_by": actor, "recorded_at": at}
    if version is None:
        outcome = _create(school, enterprise, **stated, **signed_by)
    else:
        outcome = _update(school, enterprise, version, at, **stated, **signed_by)
    outcome.cooperation_kinds.set(kinds)
    if meeting is not None:
        unheld = Meeting.objects.filter(pk=meeting.pk, state__in=(MeetingState.PLANNED, MeetingState.NO_SHOW))
        unheld.update(state=MeetingState.HELD, updated_at=at)
    _count_as_here(school, enterprise, at)
    codes = sorted(kind.code for kind in kinds)
    record(
        verb="outcome.recorded",
        subject=outcome,
        actor=actor,
        at=at,
        level=facts.level.name.lower(),
        kinds=codes,
        headcount=facts.headcount,
    )
    transaction.on_commit(partial(outcome_recorded.send_robust, sender=Outcome, outcome_id=outcome.pk), robust=True)
    return outcome


@transaction.atomic
def mark_no_show(*, meeting_id: int, actor: User, at: datetime) -> Meeting:
    """A planned meeting did not take place; recording an outcome later turns it into a held one."""
    meeting = Meeting.objects.with_parties().get(pk=meeting_id)
    _check_actor(actor, meeting.school, meeting.enterprise)
    if meeting.timetable.fair.status not in RECORDING or meeting.timetable.status != TimetableStatus.PUBLISHED:
        raise OutcomeRefused(_("This is recorded once the fair has begun."))
    if not Meeting.objects.filter(pk=meeting_id, state=MeetingState.PLANNED).update(
        state=MeetingState.NO_SHOW, updated_at=at
    ):
        raise OutcomeChangedMeanwhile(_("Something was recorded for this meeting already."))
    record(verb="meeting.no_show", subject=meeting, actor=actor, at=at)
    meeting.refresh_from_db(fields=["state"])
    return meeting


def _pair(school_id: int, enterprise_id: int) -> tuple[Participation, Participation]:
    rows = Participation.objects.select_related("fair", "organization").in_bulk([school_id, enterprise_id])
    school, enterprise = rows[school_id], rows[enterprise_id]
    if school.fair_id != enterprise.fair_id:
        raise OutcomeRefused(_("These two are not at the same fair."))
    if school.organization.kind != "school" or enterprise.organization.kind != "enterprise":
        raise OutcomeRefused(_("An outcome is of one school and one enterprise."))
    if school.fair.status not in RECORDING:
        raise OutcomeRefused(_("Outcomes are recorded once the fair has begun."))
    if {school.status, enterprise.status} - set(TAKING_PART):
        raise OutcomeRefused(_("One of the two is not at the fair. Check it in first."))
    return school, enterprise


def _check_actor(actor: User, school: Participation, enterprise: Participation) -> None:
    if not Participation.objects.editable_by(actor).filter(pk__in=(school.pk, enterprise.pk)).exists():
        raise NotTheirs(_("You act neither for one of the two nor for the organizer."))


def _checked(facts: OutcomeFacts) -> list[CooperationKind]:
    """The cooperation kinds behind the codes; OutcomeRefused for whatever cannot be stored."""
    if not 0 <= facts.headcount <= MOST_PEOPLE:
        raise OutcomeRefused(_("Between 0 and 10,000 people can be promised."), field="headcount")
    if len(facts.note.strip()) > LONGEST_NOTE:
        raise OutcomeRefused(_("A note has at most 500 characters."), field="note")
    kinds = list(CooperationKind.objects.filter(pk__in=facts.kinds))
    if len(kinds) != len(set(facts.kinds)):
        raise OutcomeRefused(_("An unknown kind of cooperation."), field="kinds")
    return kinds


def _count_as_here(school: Participation, enterprise: Participation, at: datetime) -> None:
    """Whoever has talked was there, even if the desk did not see it.

    Only where the desk is in use: at a fair without one a single outcome would turn all other guests into absent ones.
    """
    guests = Participation.objects.filter(fair=school.fair_id)
    if guests.filter(status=ParticipationStatus.ATTENDED).exists():
        missed = guests.filter(pk__in=(school.pk, enterprise.pk), status=ParticipationStatus.CONFIRMED)
        missed.update(status=ParticipationStatus.ATTENDED, checked_in_at=at, updated_at=at)


def _meeting_of(school: Participation, enterprise: Participation) -> Meeting | None:
    planned = Meeting.objects.taking_place().filter(timetable__status=TimetableStatus.PUBLISHED)
    return planned.filter(school=school, enterprise=enterprise).first()


def _create(school: Participation, enterprise: Participation, **stated: object) -> Outcome:
    try:
        with transaction.atomic():
            return Outcome.objects.create(fair=school.fair, school=school, enterprise=enterprise, **stated)
    except IntegrityError as error:
        raise OutcomeChangedMeanwhile(
            _("The outcome of these two was recorded meanwhile. Look at it before you change it.")
        ) from error


def _update(school: Participation, enterprise: Participation, version: int, at: datetime, **stated: object) -> Outcome:
    seen = Outcome.objects.filter(school=school, enterprise=enterprise, version=version)
    if not seen.update(version=F("version") + 1, updated_at=at, **stated):
        raise OutcomeChangedMeanwhile(
            _("The outcome of these two was changed meanwhile. Look at it before you change it.")
        )
    return Outcome.objects.get(school=school, enterprise=enterprise)
