"""The states of an organization: draft → submitted → approved ⇄ suspended → archived; returned with a reason.

Every move is one conditional UPDATE: of two at once, one wins and the other raises OrganizationStateConflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.organizations.models import Organization, OrganizationStatus
from portal.organizations.notices import notify_members, notify_staff
from portal.organizations.signals import organization_changed

DRAFT, SUBMITTED, RETURNED, APPROVED, SUSPENDED, ARCHIVED = OrganizationStatus


class OrganizationStateConflict(StateConflict):
    """The organization is not, or no longer, in a state from which this move starts."""


class NoteMissing(DomainError):
    """The move needs a reason that its people can read."""


@transaction.atomic
def submit_organization(*, organization_id: int, actor: User | None, at: datetime) -> Organization:
    """Hand a draft or a returned organization to the review."""
    organization = _make(SUBMIT, organization_id, actor=actor, at=at)
    if actor is not None and not actor.is_staff:
        notify_staff(organization, event="organization_submitted", at=at)
    return organization


@transaction.atomic
def approve_organization(*, organization_id: int, actor: User | None, at: datetime) -> Organization:
    """Approve what was submitted: from now on everybody who signed in sees it."""
    verified = {"verified_on": timezone.localdate(at), "review_note": ""}
    organization = _make(APPROVE, organization_id, actor=actor, at=at, **verified)
    notify_members(organization, event="organization_approved", at=at)
    return organization


@transaction.atomic
def return_organization(*, organization_id: int, note: str, actor: User | None, at: datetime) -> Organization:
    """Give what was submitted back with the reason; raises NoteMissing without one."""
    organization = _make(RETURN, organization_id, actor=actor, at=at, review_note=_reason(note))
    notify_members(organization, event="organization_returned", at=at, note=organization.review_note)
    return organization


@transaction.atomic
def suspend_organization(*, organization_id: int, note: str, actor: User | None, at: datetime) -> Organization:
    """Take an approved organization, its demands and its supply out of sight; raises NoteMissing without a reason."""
    organization = _make(SUSPEND, organization_id, actor=actor, at=at, review_note=_reason(note))
    notify_members(organization, event="organization_suspended", at=at, note=organization.review_note)
    return organization


@transaction.atomic
def reinstate_organization(*, organization_id: int, actor: User | None, at: datetime) -> Organization:
    """End a suspension."""
    organization = _make(REINSTATE, organization_id, actor=actor, at=at, review_note="")
    notify_members(organization, event="organization_reinstated", at=at)
    return organization


@transaction.atomic
def archive_organization(*, organization_id: int, actor: User | None, at: datetime) -> Organization:
    """Close an organization for good; its history stays."""
    return _make(ARCHIVE, organization_id, actor=actor, at=at)


def _reason(note: str) -> str:
    note = note.strip()[:300]
    if not note:
        raise NoteMissing(_("Please give the reason: the organization's people will read it."), field="note")
    return note


@dataclass(frozen=True, slots=True)
class _Move:
    """From which states to which, and what is said if the organization is in none of the former."""

    before: tuple[OrganizationStatus, ...]
    after: OrganizationStatus
    refusal: Promise


SUBMIT = _Move((DRAFT, RETURNED), SUBMITTED, _("Only a draft or a returned organization can be submitted."))
APPROVE = _Move((SUBMITTED,), APPROVED, _("Only an organization under review can be approved."))
RETURN = _Move((SUBMITTED,), RETURNED, _("Only an organization under review can be returned."))
SUSPEND = _Move((APPROVED,), SUSPENDED, _("Only an approved organization can be suspended."))
REINSTATE = _Move((SUSPENDED,), APPROVED, _("Only a suspended organization can be reinstated."))
ARCHIVE = _Move(
    (DRAFT, RETURNED, APPROVED, SUSPENDED),
    ARCHIVED,
    _("An organization under review, or archived already, cannot be archived."),
)


def _make(move: _Move, organization_id: int, *, actor: User | None, at: datetime, **values: Any) -> Organization:
    moved = Organization.objects.filter(pk=organization_id, status__in=move.before).update(
        status=move.after, updated_at=at, version=F("version") + 1, **values
    )
    if not moved:
        raise OrganizationStateConflict(move.refusal)
    organization = Organization.objects.get(pk=organization_id)
    record(verb=f"organization_{move.after}", subject=organization, actor=actor, at=at, note=organization.review_note)
    transaction.on_commit(
        partial(organization_changed.send_robust, sender=Organization, organization_id=organization_id), robust=True
    )
    return organization
