"""What happens to a school's offer: programmes, and the people of a graduating year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.majors.models import Programme, ProgrammeWording, SupplyLine, SupplyState
from portal.majors.signals import offer_changed
from portal.organizations.models import Organization
from portal.taxonomy.models import Major, Skill
from portal.taxonomy.queue.services import Typed
from portal.taxonomy.queue.settling import forget_settled, keep_wordings, settle

YEARS = range(2000, 2101)


MOST_PEOPLE = 100_000  # of a programme in a year


@dataclass(frozen=True, slots=True)
class SupplyNumbers:
    """People of one programme in one graduating year."""

    enrolled: int
    graduating: int
    committed: int


class NotASchool(DomainError):
    """Only schools offer programmes."""


class ProgrammeExists(DomainError):
    """The school offers this major with this direction already."""


class UnusableNumbers(DomainError):
    """The numbers of a line contradict each other; `field` is the programme's id."""


class SupplyLocked(StateConflict):
    """The numbers are the fixed basis of a fair."""


class NothingToConfirm(StateConflict):
    """No numbers of the year wait for the school's confirmation."""


@transaction.atomic
def add_programme(
    *,
    school_id: int,
    major: Major,
    direction: str = "",
    skills: Iterable[Skill] = (),
    typed: Iterable[Typed] = (),
    actor: User | None,
    at: datetime,
) -> Programme:
    """Offer a major, perhaps with a direction of the school's own; raises NotASchool, ProgrammeExists.

    `typed`: names that stand for no skill; they are queued, and the programme waits for them. Raises UnusableName.
    """
    school = Organization.objects.schools().filter(pk=school_id).first()
    if school is None:
        raise NotASchool(_("Only schools offer programmes."))
    programme = Programme(school=school, major=major, direction=direction.strip())
    _store(programme)
    programme.skills.set(skills)
    keep_wordings(programme, list(typed), at=at)
    _happened(programme, "programme_added", actor, at, major=major.pk, direction=programme.direction)
    return programme


@transaction.atomic
def update_programme(
    *,
    programme_id: int,
    direction: str,
    is_active: bool,
    skills: Iterable[Skill] | None = None,
    typed: Iterable[Typed] | None = None,
    actor: User | None,
    at: datetime,
) -> Programme:
    """Change direction, skills taught, or whether it is offered at all; raises ProgrammeExists, UnusableName.

    `skills`: None for those that it has. `typed`: the names that stand for no skill, None for those that it waits
    for already.
    """
    programme = Programme.objects.select_for_update().get(pk=programme_id)
    programme.direction, programme.is_active = direction.strip(), is_active
    _store(programme)
    # The names before the skills, in the order in which `settle` takes them.
    if typed is not None:
        keep_wordings(programme, list(typed), at=at)
    elif skills is not None:
        forget_settled(programme)
    if skills is not None:
        programme.skills.set(skills)
    _happened(programme, "programme_changed", actor, at, direction=programme.direction, is_active=is_active)
    return programme


@transaction.atomic
def settle_programmes(*, at: datetime, name_id: int | None = None) -> int:
    """Give programmes what was decided for their names, of one name or of all; returns how many changed.

    At most one batch of them: call it again until it returns 0.
    """
    changed = settle(ProgrammeWording, name_id=name_id)
    Programme.objects.filter(pk__in=changed).update(updated_at=at)
    for programme in Programme.objects.filter(pk__in=changed).order_by("pk"):
        _happened(programme, "programme_names_settled", None, at)
    return len(changed)


def _store(programme: Programme) -> None:
    is_new = programme._state.adding
    try:
        with transaction.atomic():
            if is_new:
                programme.save(force_insert=True)
            else:
                programme.save(update_fields=["direction", "is_active", "updated_at"])
    except IntegrityError as error:
        if "programme_once_per_school" not in str(error):
            raise
        message = _("The school already offers this major with this direction.")
        raise ProgrammeExists(message, field="major" if is_new else "direction") from error


@transaction.atomic
def save_supply(
    *,
    school_id: int,
    graduating_year: int,
    numbers: Mapping[int, SupplyNumbers],
    actor: User | None,
    at: datetime,
) -> int:
    """Store the numbers of a year by programme id; returns how many lines are new or changed.

    A changed line is a draft again until the school confirms it. All or nothing: raises UnusableNumbers,
    SupplyLocked, and Programme.DoesNotExist for a programme of another school.
    """
    _check(graduating_year, numbers)
    Organization.objects.select_for_update(no_key=True).get(pk=school_id)  # one writer at a time per school
    own = set(Programme.objects.filter(school=school_id, pk__in=numbers).values_list("pk", flat=True))
    if strangers := numbers.keys() - own:
        raise Programme.DoesNotExist(f"not of school {school_id}: {sorted(strangers)}")
    lines = {
        line.programme_id: line
        for line in SupplyLine.objects.filter(programme__in=own, graduating_year=graduating_year)
    }
    changed = {pk: row for pk, row in numbers.items() if pk not in lines or _numbers_of(lines[pk]) != row}
    if any(lines[pk].state == SupplyState.LOCKED for pk in changed if pk in lines):
        raise SupplyLocked(_("These numbers are locked: a fair was planned with them."))
    for pk, row in changed.items():
        SupplyLine.objects.update_or_create(
            programme_id=pk,
            graduating_year=graduating_year,
            defaults={
                "enrolled": row.enrolled,
                "graduating": row.graduating,
                "committed": row.committed,
                "state": SupplyState.DRAFT,
            },
        )
    if changed:
        _year_happened(school_id, "supply_saved", actor, at, year=graduating_year, lines=len(changed))
    return len(changed)


def _numbers_of(line: SupplyLine) -> SupplyNumbers:
    return SupplyNumbers(line.enrolled, line.graduating, line.committed)


def _check(year: int, numbers: Mapping[int, SupplyNumbers]) -> None:
    if year not in YEARS:
        raise UnusableNumbers(_("A graduating year lies between 2000 and 2100."), field="graduating_year")
    for pk, row in numbers.items():
        if min(row.enrolled, row.graduating, row.committed) < 0:
            raise UnusableNumbers(_("Numbers of people are not negative."), field=str(pk))
        if max(row.enrolled, row.graduating) > MOST_PEOPLE:
            raise UnusableNumbers(_("A programme has at most 100,000 people a year."), field=str(pk))
        if row.committed > row.graduating:
            raise UnusableNumbers(_("No more people can be promised than graduate."), field=str(pk))


@transaction.atomic
def confirm_supply(*, school_id: int, graduating_year: int, actor: User | None, at: datetime) -> int:
    """Vouch for the numbers of a year: from now on they count in matching. Returns how many lines; NothingToConfirm."""
    drafts = SupplyLine.objects.filter(
        programme__in=Programme.objects.active().filter(school=school_id),
        graduating_year=graduating_year,
        state=SupplyState.DRAFT,
    )
    confirmed = drafts.update(state=SupplyState.CONFIRMED, updated_at=at)
    if not confirmed:
        raise NothingToConfirm(_("No numbers of this year wait for confirmation."))
    _year_happened(school_id, "supply_confirmed", actor, at, year=graduating_year, lines=confirmed)
    return confirmed


def _happened(programme: Programme, verb: str, actor: User | None, at: datetime, **data: Any) -> None:
    record(verb=verb, subject=programme, actor=actor, at=at, **data)
    _tell(programme.school_id)


def _year_happened(school_id: int, verb: str, actor: User | None, at: datetime, **data: Any) -> None:
    record(verb=verb, subject=Organization(pk=school_id), actor=actor, at=at, **data)
    _tell(school_id)


def _tell(school_id: int) -> None:
    transaction.on_commit(partial(offer_changed.send_robust, sender=Programme, school_id=school_id), robust=True)
