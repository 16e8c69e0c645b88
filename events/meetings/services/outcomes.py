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
from events.meetings.models import (
    AbsentSide,
    Meeting,
    MeetingState,
    Outcome,
    OutcomeLevel,
    RecordedSide,
    TimetableStatus,
)
from events.meetings.signals import outcome_recorded
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.organizations.models import EDITING_ROLES, Membership
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
    desk: str = "",
) -> Outcome:
    """Record what came of a school and an enterprise (participations of one fair), planned or met by chance.

    `version` is that of the outcome on the page, None if there was none: OutcomeChangedMeanwhile if it is another.
    `desk` names the desk at which somebody without an account records it; the actor answers for that desk.
    What the other side had confirmed is open again: it confirms what now stands there.
    A planned meeting of the two counts as held, and where the desk checks guests in, both count as checked in.
    NotTheirs, OutcomeRefused as they say.
    """
    school, enterprise = _pair(school_id, enterprise_id)
    _check_actor(actor, school, enterprise)
    kinds = _checked(facts)
    meeting = _meeting_of(school, enterprise)
    stated = {"level": facts.level, "headcount": facts.headcount, "note": facts.note.strip(), "meeting": meeting}
    side = RecordedSide.DESK if desk else side_of(actor, school, enterprise)
    signed_by = {"recorded_by": actor, "recorded_at": at, "recorded_side": side, "confirmed_at": None}
    if version is None:
        outcome = _create(school, enterprise, **stated, **signed_by)
    else:
        outcome = _update(school, enterprise, version, at, **stated, **signed_by)
    outcome.cooperation_kinds.set(kinds)
    if meeting is not None:
        unheld = Meeting.objects.filter(pk=meeting.pk, state__in=(MeetingState.PLANNED, MeetingState.NO_SHOW))
        unheld.update(state=MeetingState.HELD, absent_side="", updated_at=at)
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
        side=side,
        desk=desk,
    )
    transaction.on_commit(partial(outcome_recorded.send_robust, sender=Outcome, outcome_id=outcome.pk), robust=True)
    return outcome


@transaction.atomic
def confirm_outcome(*, outcome_id: int, version: int, actor: User, at: datetime) -> Outcome:
    """The side that did not record an outcome agrees with it; either side with what the desk recorded.

    OutcomeChangedMeanwhile if another version stands there now, or it is confirmed already; NotTheirs for the side
    that recorded it and for everybody else.
    """
    outcome = Outcome.objects.with_parties().get(pk=outcome_id)
    if outcome.recorded_side not in sides_confirmed_by(actor, outcome):
        raise NotTheirs(_("The other side confirms what one side has recorded."))
    seen = Outcome.objects.filter(pk=outcome_id, version=version, confirmed_at=None)
    if not seen.update(confirmed_at=at, updated_at=at):
        raise OutcomeChangedMeanwhile(
            _("The outcome of these two was changed meanwhile. Look at it before you change it.")
        )
    record(verb="outcome.confirmed", subject=outcome, actor=actor, at=at)
    outcome.refresh_from_db(fields=["confirmed_at", "updated_at"])
    return outcome


@transaction.atomic
def mark_no_show(
    *, meeting_id: int, actor: User, at: datetime, absent: AbsentSide | None = None, desk: str = ""
) -> Meeting:
    """A planned meeting did not take place, because `absent` did not come if that is known.

    Recording an outcome later turns it into a held one.
    """
    meeting = _recordable(meeting_id, actor)
    before = Meeting.objects.filter(pk=meeting_id, state=MeetingState.PLANNED)
    if not before.update(state=MeetingState.NO_SHOW, absent_side=absent or "", updated_at=at):
        raise OutcomeChangedMeanwhile(_("Something was recorded for this meeting already."))
    record(verb="meeting.no_show", subject=meeting, actor=actor, at=at, absent=absent or "", desk=desk)
    meeting.refresh_from_db(fields=["state", "absent_side"])
    return meeting


@transaction.atomic
def take_back_no_show(*, meeting_id: int, actor: User, at: datetime, desk: str = "") -> Meeting:
    """The meeting is planned again: it was marked by mistake, or they still meet."""
    meeting = _recordable(meeting_id, actor)
    before = Meeting.objects.filter(pk=meeting_id, state=MeetingState.NO_SHOW)
    if not before.update(state=MeetingState.PLANNED, absent_side="", updated_at=at):
        raise OutcomeChangedMeanwhile(_("Something was recorded for this meeting already."))
    record(verb="meeting.no_show_taken_back", subject=meeting, actor=actor, at=at, desk=desk)
    meeting.refresh_from_db(fields=["state", "absent_side"])
    return meeting


def side_of(actor: User, school: Participation, enterprise: Participation) -> RecordedSide:
    """For whom somebody speaks: for the side whose organization it acts for, else for the desk."""
    mine = set(
        Membership.objects.current()
        .filter(
            user=actor, role__in=EDITING_ROLES, organization__in=(school.organization_id, enterprise.organization_id)
        )
        .values_list("organization_id", flat=True)
    )
    if school.organization_id in mine:
        return RecordedSide.SCHOOL
    return RecordedSide.ENTERPRISE if enterprise.organization_id in mine else RecordedSide.DESK


def sides_confirmed_by(actor: User, outcome: Outcome) -> tuple[RecordedSide, ...]:
    """Whose record the actor may confirm: that of the other side and of the desk; nobody's without a side."""
    side = side_of(actor, outcome.school, outcome.enterprise)
    both = {RecordedSide.SCHOOL: RecordedSide.ENTERPRISE, RecordedSide.ENTERPRISE: RecordedSide.SCHOOL}
    return (both[side], RecordedSide.DESK) if side in both else ()


def _recordable(meeting_id: int, actor: User) -> Meeting:
    """A meeting of a published timetable at a fair that has begun, if it is the actor's business."""
    meeting = Meeting.objects.with_parties().get(pk=meeting_id)
    _check_actor(actor, meeting.school, meeting.enterprise)
    if meeting.timetable.fair.status not in RECORDING or meeting.timetable.status != TimetableStatus.PUBLISHED:
        raise OutcomeRefused(_("This is recorded once the fair has begun."))
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
