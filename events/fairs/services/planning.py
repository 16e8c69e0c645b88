"""Make a fair and keep its facts up to date."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, FairStatus
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.organizations.models import Organization, OrganizationStatus

CHANGEABLE = (FairStatus.PLANNING, FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED)
LONGEST_FAIR = timedelta(days=14)
YEARS = range(2000, 2101)  # days are counted on from the dates of a fair: near the ends of time they run out
DESK_OPENS_BEFORE = timedelta(days=7)
# short addresses that are pages already
RESERVED = frozenset({"new", "reply", "sessions", "participations", "rooms", "tables"})


class FairRefused(DomainError):
    """A fact of the fair that cannot be."""


class FairChangedMeanwhile(StateConflict):
    """Somebody else changed the fair since the form was opened, or it is too late to change it."""


@dataclass(frozen=True, slots=True)
class FairFacts:
    """What an organizer states of a fair; dates are days at the place of the fair."""

    slug: str
    name: str
    region_id: str
    venue: str
    starts_on: date
    ends_on: date
    graduating_year: int
    theme: str = ""
    hosts: str = ""
    registration_at: datetime | None = None
    registration_place: str = ""
    duty_contact: str = ""
    answers_due: date | None = None
    names_due: date | None = None
    timetable_due: date | None = None
    min_meetings: int = 2
    max_meetings: int = 16
    most_schools: int | None = None
    most_enterprises: int | None = None
    letter: str = ""


@transaction.atomic
def create_fair(*, organizer_id: int, facts: FairFacts, actor: User, at: datetime, is_sample: bool = False) -> Fair:
    """Store a fair in planning, seen by its organizer only; FairRefused names the field that is wrong."""
    _check(facts)
    approved = Organization.objects.filter(pk=organizer_id, status=OrganizationStatus.APPROVED)
    if not approved.exists():
        raise FairRefused(_("Only an approved organization can run a fair."), field="organizer")
    fair = Fair(organizer_id=organizer_id, is_sample=is_sample, **asdict(facts))
    try:
        with transaction.atomic():
            fair.save(force_insert=True)
    except IntegrityError as error:
        raise FairRefused(_("This short address is taken."), field="slug") from error
    record(verb="fair.created", subject=fair, actor=actor, at=at, name=facts.name, slug=facts.slug)
    return fair


@transaction.atomic
def update_fair(*, fair_id: int, version: int, facts: FairFacts, actor: User, at: datetime) -> Fair:
    """Change the facts as long as the fair has not begun; FairChangedMeanwhile if `version` is not the current one."""
    _check(facts)
    # Locked, so that no slot is laid out between the look at the slots and the change of the days.
    Fair.objects.select_for_update(no_key=True).filter(pk=fair_id).first()
    _check_slots_stay_inside(fair_id, facts)
    mine = Fair.objects.filter(pk=fair_id, version=version, status__in=CHANGEABLE)
    before = mine.values(*_NAMES).first()
    try:
        with transaction.atomic():
            changed = mine.update(**asdict(facts), version=F("version") + 1, updated_at=at)
    except IntegrityError as error:
        raise FairRefused(_("This short address is taken."), field="slug") from error
    if not changed or before is None:
        raise FairChangedMeanwhile(_("The fair was changed meanwhile or has begun. Open the form again."))
    fair = Fair.objects.get(pk=fair_id)
    changes = {name: str(value) for name, value in asdict(facts).items() if before[name] != value}
    record(verb="fair.updated", subject=fair, actor=actor, at=at, changes=changes)
    return fair


@transaction.atomic
def discard_fair(*, fair_id: int, actor: User, at: datetime) -> None:
    """Delete a fair that nobody was told of yet; FairChangedMeanwhile if it was opened before."""
    fair = Fair.objects.select_for_update().filter(pk=fair_id, status=FairStatus.PLANNING).first()
    if fair is None:
        raise FairChangedMeanwhile(_("Only a fair in planning can be discarded."))
    record(verb="fair.discarded", subject=fair, actor=actor, at=at, name=fair.name, slug=fair.slug)
    fair.delete()


_NAMES = [field.name for field in fields(FairFacts)]


def _check(facts: FairFacts) -> None:
    if facts.slug in RESERVED:
        raise FairRefused(_("This short address is taken."), field="slug")
    if facts.starts_on.year not in YEARS:
        raise FairRefused(_("The year lies between 2000 and 2100."), field="starts_on")
    if facts.ends_on < facts.starts_on:
        raise FairRefused(_("The last day is before the first."), field="ends_on")
    if facts.ends_on - facts.starts_on >= LONGEST_FAIR:
        raise FairRefused(_("A fair lasts at most 14 days."), field="ends_on")
    _check_dates(facts)
    if facts.max_meetings < 1:
        raise FairRefused(_("A party must be allowed at least one meeting."), field="max_meetings")
    if facts.min_meetings > facts.max_meetings:
        raise FairRefused(_("The least number of meetings is above the greatest."), field="max_meetings")


def _check_dates(facts: FairFacts) -> None:
    """Answers, then names, and all of it before the fair is over; the desk opens at most a week before."""
    if facts.answers_due and facts.names_due and facts.names_due < facts.answers_due:
        raise FairRefused(_("The names come after the answers."), field="names_due")
    for name in ("answers_due", "names_due", "timetable_due"):
        due = getattr(facts, name)
        if due and due > facts.ends_on:
            raise FairRefused(_("This is after the fair."), field=name)
    if facts.registration_at:
        day = timezone.localdate(facts.registration_at)
        if not facts.starts_on - DESK_OPENS_BEFORE <= day <= facts.ends_on:
            raise FairRefused(
                _("The desk opens at most a week before the fair and not after it."), field="registration_at"
            )


def _check_slots_stay_inside(fair_id: int, facts: FairFacts) -> None:
    """Slots and sessions move only by hand: a new date must not leave them behind unseen."""
    fair = Fair.objects.filter(pk=fair_id)
    begin, end = start_of(facts.starts_on), start_of(facts.ends_on + timedelta(days=1))
    for rows in ("slots", "sessions"):
        kept = {f"{rows}__isnull": False}
        outside = fair.filter(**kept, **{f"{rows}__starts_at__lt": begin}) | fair.filter(
            **kept, **{f"{rows}__ends_at__gt": end}
        )
        if outside.exists():
            raise FairRefused(_("Slots or sessions lie outside of these days. Remove them first."), field="starts_on")


def start_of(day: date) -> datetime:
    """Midnight at which the day begins at the place of the fair."""
    return moment_of(day, time.min)


def moment_of(day: date, clock: time) -> datetime:
    """A time of day at the place of the fair."""
    return timezone.make_aware(datetime.combine(day, clock), timezone.get_default_timezone())
