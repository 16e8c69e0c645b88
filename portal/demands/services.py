"""What happens to talent demands: draft → published → partly filled → filled | expired | withdrawn.

Every move is one conditional UPDATE on the demand's own columns: of two at once, one wins, the other is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.demands.models import OPEN_STATUSES, DemandStatus, TalentDemand
from portal.demands.signals import demand_changed
from portal.demands.wordings import LISTS, set_lists, waiting_names
from portal.organizations.models import Organization, OrganizationStatus
from portal.taxonomy.models import CooperationKind, Major, Region, Skill
from portal.taxonomy.names import search_columns
from portal.taxonomy.queue.services import Typed

DRAFT, PUBLISHED, PARTIALLY_FILLED, FILLED, EXPIRED, WITHDRAWN = DemandStatus
EDITABLE = (DRAFT, PUBLISHED, PARTIALLY_FILLED, EXPIRED)
USUAL_VALIDITY = timedelta(days=90)
LONGEST_VALIDITY = timedelta(days=366)
MOST_PEOPLE = 10_000
COLUMNS = (
    "title",
    "description",
    "headcount",
    "levels",
    "salary_min",
    "salary_max",
    "workplace",
    "graduating_year",
    "valid_until",
)


class DemandFields(TypedDict, total=False):
    """What can be said in a demand."""

    title: str
    description: str
    headcount: int
    levels: list[str]
    majors: Iterable[Major]
    skills: Iterable[Skill]
    cooperation_kinds: Iterable[CooperationKind]
    typed: Iterable[Typed]  # names that stand for no major and no skill; they are queued, and the demand waits for them
    salary_min: int | None
    salary_max: int | None
    workplace: Region | None
    graduating_year: int | None
    valid_until: date


class DemandIncomplete(DomainError):
    """Something contradicts itself, or is missing for a publication."""


class NotAnEnterprise(DomainError):
    """Only enterprises post demands."""


class EnterpriseNotApproved(DomainError):
    """The enterprise is not, or no longer, approved."""


class DemandNotDraft(StateConflict):
    """The demand was published or withdrawn before, even a moment ago."""


class DemandStateConflict(StateConflict):
    """The demand is not, or no longer, in a state from which this move starts."""


class DemandChangedMeanwhile(StateConflict):
    """Somebody else changed the demand after the page was opened."""


@transaction.atomic
def create_demand(
    *,
    enterprise_id: int,
    actor: User | None,
    at: datetime,
    publish: bool = False,
    is_sample: bool = False,
    **fields: Unpack[DemandFields],
) -> TalentDemand:
    """Store a draft, or with `publish` a published demand, or nothing at all.

    `title`, `headcount` and `valid_until` are needed. Raises NotAnEnterprise, DemandIncomplete and what
    publish_demand raises.
    """
    enterprise = Organization.objects.enterprises().filter(pk=enterprise_id).first()
    if enterprise is None:
        raise NotAnEnterprise(_("Only enterprises post demands."), field="enterprise")
    demand = TalentDemand(enterprise=enterprise, is_sample=is_sample, **_columns(fields))
    _check(demand)
    _spell(demand)
    demand.save(force_insert=True)
    set_lists(demand, fields, at)
    _happened(demand, "demand_created", actor, at)
    return publish_demand(demand_id=demand.pk, actor=actor, at=at) if publish else demand


@transaction.atomic
def update_demand(
    *,
    demand_id: int,
    actor: User | None,
    at: datetime,
    expected_version: int | None = None,
    publish: bool = False,
    **fields: Unpack[DemandFields],
) -> TalentDemand:
    """Change the fields given; a published demand must stay publishable, and is ranked anew.

    Raises DemandStateConflict (filled, withdrawn), DemandChangedMeanwhile (no longer at `expected_version`),
    DemandIncomplete, and with `publish` what publish_demand raises.
    """
    demand = TalentDemand.objects.select_related("enterprise").get(pk=demand_id)
    before = demand.status
    if before not in EDITABLE:
        raise DemandStateConflict(_("A filled or withdrawn demand stays as it is. Copy it to seek people again."))
    for name, value in _columns(fields).items():
        setattr(demand, name, value)
    _check(demand)
    _spell(demand)
    set_lists(demand, fields, at)
    if demand.is_open:
        _check_publishable(demand, at)
        demand.status = PARTIALLY_FILLED if demand.filled else PUBLISHED
        demand.status = FILLED if demand.filled == demand.headcount else demand.status
    version = demand.version if expected_version is None else expected_version
    changed = TalentDemand.objects.filter(pk=demand_id, version=version, status=before).update(
        **{name: getattr(demand, name) for name in (*COLUMNS, *SEARCH, "status")},
        updated_at=at,
        version=F("version") + 1,
    )
    if not changed:
        raise DemandChangedMeanwhile(_("Somebody changed this demand meanwhile. Please look at it again."))
    _happened(demand, "demand_changed", actor, at, fields=sorted(fields))
    if publish:
        return publish_demand(demand_id=demand_id, actor=actor, at=at)
    return TalentDemand.objects.get(pk=demand_id)


@transaction.atomic
def publish_demand(*, demand_id: int, actor: User | None, at: datetime) -> TalentDemand:
    """Publish a draft: everybody sees it, and schools are ranked for it.

    Raises DemandNotDraft if it was published before, even a moment ago; EnterpriseNotApproved; DemandIncomplete
    (validity over, neither majors nor skills), whose `field` is the form's.
    """
    demand = TalentDemand.objects.select_related("enterprise").get(pk=demand_id)
    refusal = DemandNotDraft(_("Only a draft can be published."))
    if demand.status != DRAFT:
        raise refusal
    _check_publishable(demand, at)
    published = TalentDemand.objects.filter(pk=demand_id, status=DRAFT, version=demand.version).update(
        status=PUBLISHED, published_at=at, updated_at=at, version=F("version") + 1
    )
    if not published:
        raise refusal
    return _moved(demand_id, "demand_published", actor, at)


@transaction.atomic
def withdraw_demand(*, demand_id: int, actor: User | None, at: datetime) -> TalentDemand:
    """Take a demand back for good, whatever was or was not found; raises DemandStateConflict."""
    withdrawn = TalentDemand.objects.filter(pk=demand_id, status__in=EDITABLE).update(
        status=WITHDRAWN, updated_at=at, version=F("version") + 1
    )
    if not withdrawn:
        raise DemandStateConflict(_("A filled or withdrawn demand cannot be withdrawn."))
    return _moved(demand_id, "demand_withdrawn", actor, at)


@transaction.atomic
def refresh_demand(*, demand_id: int, valid_until: date, actor: User | None, at: datetime) -> TalentDemand:
    """Let an open or expired demand stand until a later day; an expired one is open again.

    Raises DemandIncomplete for a day that is over or too far; DemandStateConflict; EnterpriseNotApproved.
    """
    _check_validity(valid_until, at)
    demand = TalentDemand.objects.select_related("enterprise").get(pk=demand_id)
    _check_enterprise(demand.enterprise)
    refreshed = TalentDemand.objects.filter(pk=demand_id, status__in=(*OPEN_STATUSES, EXPIRED)).update(
        valid_until=valid_until,
        status=Case(When(filled=0, then=Value(PUBLISHED)), default=Value(PARTIALLY_FILLED)),
        published_at=Case(When(status=EXPIRED, then=Value(at)), default=F("published_at")),
        updated_at=at,
        version=F("version") + 1,
    )
    if not refreshed:
        raise DemandStateConflict(_("Only a published or expired demand can be renewed."))
    return _moved(demand_id, "demand_refreshed", actor, at, valid_until=valid_until.isoformat())


@transaction.atomic
def record_filled(*, demand_id: int, filled: int, actor: User | None, at: datetime) -> TalentDemand:
    """Say how many people were found in all; the status follows. Raises DemandIncomplete, DemandStateConflict."""
    demand = TalentDemand.objects.get(pk=demand_id)
    if not 0 <= filled <= demand.headcount:
        message = _("Between 0 and %(headcount)d people can be found.") % {"headcount": demand.headcount}
        raise DemandIncomplete(message, field="filled")
    open_or_filled = TalentDemand.objects.filter(
        pk=demand_id, status__in=(*OPEN_STATUSES, FILLED), headcount=demand.headcount
    )
    recorded = open_or_filled.update(
        filled=filled,
        status=FILLED if filled == demand.headcount else PARTIALLY_FILLED if filled else PUBLISHED,
        updated_at=at,
        version=F("version") + 1,
    )
    if not recorded:
        raise DemandStateConflict(_("People can be recorded for a published demand only."))
    return _moved(demand_id, "demand_filled", actor, at, filled=filled)


@transaction.atomic
def copy_demand(*, demand_id: int, actor: User | None, at: datetime) -> TalentDemand:
    """A new draft with the same content, valid for the usual time from now."""
    demand = TalentDemand.objects.get(pk=demand_id)
    fields: dict[str, Any] = {name: getattr(demand, name) for name in COLUMNS}
    fields |= {name: list(getattr(demand, name).all()) for name in LISTS}
    fields["typed"] = waiting_names(demand)
    fields["valid_until"] = timezone.localdate(at) + USUAL_VALIDITY
    return create_demand(enterprise_id=demand.enterprise_id, actor=actor, at=at, **fields)


SEARCH = ("pinyin", "initials", "search_text", "grams")


def _columns(fields: DemandFields) -> dict[str, Any]:
    return {name: fields[name] for name in COLUMNS if name in fields}  # type: ignore[literal-required]


def _spell(demand: TalentDemand) -> None:
    for column, value in search_columns([demand.title]).items():
        setattr(demand, column, value)


def _check(demand: TalentDemand) -> None:
    """What holds in every state; the database holds it too, this says it beside the field."""
    if not 1 <= demand.headcount <= MOST_PEOPLE:
        raise DemandIncomplete(_("Between 1 and 10,000 people can be sought."), field="headcount")
    if demand.headcount < demand.filled:
        message = _("%(filled)d people were found already.") % {"filled": demand.filled}
        raise DemandIncomplete(message, field="headcount")
    low, high = demand.salary_min, demand.salary_max
    if low is not None and high is not None and low > high:
        raise DemandIncomplete(_("The upper salary is below the lower one."), field="salary_max")


def _check_publishable(demand: TalentDemand, at: datetime) -> None:
    _check_enterprise(demand.enterprise)
    _check_validity(demand.valid_until, at)
    if not demand.majors.exists() and not demand.skills.exists():
        message = _("Name at least one major or one skill: schools are found by them.")
        raise DemandIncomplete(message, field="majors")


def _check_enterprise(enterprise: Organization) -> None:
    if enterprise.status != OrganizationStatus.APPROVED:
        raise EnterpriseNotApproved(_("The enterprise must be approved before its demands can be published."))


def _check_validity(valid_until: date, at: datetime) -> None:
    today = timezone.localdate(at)
    if valid_until < today:
        raise DemandIncomplete(_("This day is over. Choose a later one."), field="valid_until")
    if valid_until > today + LONGEST_VALIDITY:
        raise DemandIncomplete(_("A demand is valid for one year at most; renew it then."), field="valid_until")


def _moved(demand_id: int, verb: str, actor: User | None, at: datetime, **data: Any) -> TalentDemand:
    demand = TalentDemand.objects.get(pk=demand_id)
    _happened(demand, verb, actor, at, **data)
    return demand


def _happened(demand: TalentDemand, verb: str, actor: User | None, at: datetime, **data: Any) -> None:
    record(verb=verb, subject=demand, actor=actor, at=at, **data)
    transaction.on_commit(partial(demand_changed.send_robust, sender=TalentDemand, demand_id=demand.pk), robust=True)
