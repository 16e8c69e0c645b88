"""Register an organization and change what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.organizations.identity import valid_uscc
from portal.organizations.models import (
    EnterpriseProfile,
    MemberRole,
    Membership,
    Organization,
    OrganizationKind,
    OrganizationStatus,
    SchoolProfile,
)
from portal.organizations.signals import organization_changed
from portal.taxonomy.models import CooperationKind, EducationLevel, Industry, Region
from portal.taxonomy.names import search_columns

IDENTITY = ("uscc", "legal_name")  # what the review compared with the licence
FREE = ("short_name", "name_en", "former_names", "region", "address", "website", "description")
SCHOOL = ("level", "moe_code", "students")
ENTERPRISE = ("industry", "scale", "stock_code")


class OrganizationFields(TypedDict, total=False):
    """What can be said of an organization; `level` … `cooperation_kinds` of a school, `industry` … of a firm."""

    uscc: str | None
    legal_name: str
    short_name: str
    name_en: str
    former_names: list[str]
    region: Region
    address: str
    website: str
    description: str
    level: str
    moe_code: str
    students: int
    cooperation_kinds: Iterable[CooperationKind]
    industry: Industry | None
    scale: str
    stock_code: str


class CodeTaken(DomainError):
    """Another organization has this code."""


class ChangedMeanwhile(StateConflict):
    """Somebody else changed the row after the page was opened."""


@transaction.atomic
def register_organization(
    *, kind: str, actor: User | None, at: datetime, is_sample: bool = False, **fields: Unpack[OrganizationFields]
) -> Organization:
    """Store a draft with its profile; the actor becomes its first member, unless one of the platform's staff.

    `legal_name` and `region` are needed. Raises InvalidUscc or CodeTaken, whose `field` is the form's.
    """
    values = _own_columns(fields)
    organization = Organization(kind=kind, is_sample=is_sample, **values)
    _spell(organization)
    with _codes_once():
        organization.save(force_insert=True)
        _store_profile(organization, fields)
    if actor is not None and not actor.is_staff:
        Membership.objects.create(user=actor, organization=organization, role=role_for(kind))
    _happened(organization, "organization_registered", actor, at)
    return organization


def role_for(kind: str) -> MemberRole:
    """The role of a person who acts for an organization of this kind."""
    roles = {OrganizationKind.SCHOOL: MemberRole.SCHOOL_OFFICE, OrganizationKind.ENTERPRISE: MemberRole.HR}
    return roles.get(OrganizationKind(kind), MemberRole.ORGANIZER)


@transaction.atomic
def update_organization(
    *,
    organization_id: int,
    actor: User | None,
    at: datetime,
    expected_version: int | None = None,
    **fields: Unpack[OrganizationFields],
) -> Organization:
    """Change the fields given. A member who changes code or full name of an approved one sends it back to review.

    Raises ChangedMeanwhile if it is archived, moved on, or no longer at `expected_version`; InvalidUscc, CodeTaken.
    """
    organization = Organization.objects.get(pk=organization_id)
    version = organization.version if expected_version is None else expected_version
    before = {name: getattr(organization, name) for name in (*IDENTITY, *FREE)}
    values = _own_columns(fields)
    changed = sorted(name for name, value in values.items() if value != before[name])
    for name in changed:
        setattr(organization, name, values[name])
    if "legal_name" in changed and organization.verified_on is not None:
        organization.former_names = _with_former(organization.former_names, before["legal_name"])
    _spell(organization)
    writable = Organization.objects.filter(pk=organization_id, version=version, status=organization.status)
    with _codes_once():
        if organization.status == OrganizationStatus.ARCHIVED or not writable.update(
            **{name: getattr(organization, name) for name in (*IDENTITY, *FREE, *SEARCH)},
            status=_status_after(organization, changed, actor),
            updated_at=at,
            version=F("version") + 1,
        ):
            raise ChangedMeanwhile(_("Somebody changed this organization meanwhile. Please look at it again."))
        _store_profile(organization, fields)
    organization.refresh_from_db()
    _happened(organization, "organization_changed", actor, at, fields=changed)
    return organization


SEARCH = ("pinyin", "initials", "search_text", "grams")


def _own_columns(fields: OrganizationFields) -> dict[str, Any]:
    """The organization's own columns among the fields, the code in the form that the database keeps."""
    values: dict[str, Any] = {name: fields[name] for name in (*IDENTITY, *FREE) if name in fields}  # type: ignore[literal-required]
    if "uscc" in values:
        values["uscc"] = valid_uscc(values["uscc"])
    return values


def _spell(organization: Organization) -> None:
    names = [organization.legal_name, organization.short_name, organization.name_en, *organization.former_names]
    for column, value in search_columns(names).items():
        setattr(organization, column, value)


def _with_former(names: list[str], old: str) -> list[str]:
    return names if old in names else [*names, old]


def _status_after(organization: Organization, changed: list[str], actor: User | None) -> str:
    by_staff = actor is None or actor.is_staff
    if organization.status == OrganizationStatus.APPROVED and not by_staff and set(changed) & set(IDENTITY):
        return OrganizationStatus.SUBMITTED
    return organization.status


def _store_profile(organization: Organization, fields: OrganizationFields) -> None:
    if organization.kind == OrganizationKind.SCHOOL:
        given = {name: fields[name] for name in SCHOOL if name in fields}  # type: ignore[literal-required]
        new = {"level": EducationLevel.SECONDARY} | given
        profile, _created = SchoolProfile.objects.update_or_create(
            organization=organization, defaults=given, create_defaults=new
        )
        if "cooperation_kinds" in fields:
            profile.cooperation_kinds.set(fields["cooperation_kinds"])
    elif organization.kind == OrganizationKind.ENTERPRISE:
        given = {name: fields[name] for name in ENTERPRISE if name in fields}  # type: ignore[literal-required]
        EnterpriseProfile.objects.update_or_create(organization=organization, defaults=given)


@contextmanager
def _codes_once() -> Iterator[None]:
    """Tells which code is taken where the database refuses a second one."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "organization_uscc_once" in str(error):
            message = _("This code is already registered. Ask the platform to let you join that organization.")
            raise CodeTaken(message, field="uscc") from error
        if "school_moe_code_once" in str(error):
            raise CodeTaken(_("Another school has this code."), field="moe_code") from error
        raise


def _happened(organization: Organization, verb: str, actor: User | None, at: datetime, **data: Any) -> None:
    record(verb=verb, subject=organization, actor=actor, at=at, **data)
    transaction.on_commit(
        partial(organization_changed.send_robust, sender=Organization, organization_id=organization.pk), robust=True
    )
