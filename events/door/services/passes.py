"""Passes for helpers without an account: a secret address, shown once, that opens the desk of one fair until a time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.door.models import DeskPass
from events.fairs.models import Fair
from events.fairs.services import NotTheirs
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict

LONGEST_NAME = 60
LONGEST = timedelta(days=60)
SECRET_BYTES = 24


class PassRefused(DomainError):
    """A pass that cannot be: without a name, or not for a time to come."""


class PassGone(StateConflict):
    """The pass was taken back before."""


def digest_of(secret: str) -> str:
    """SHA-256 of a secret, in hex; no salt, because the secret is 192 random bits and no password."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_pass(
    *, fair_id: int, name: str, expires_at: datetime, actor: User, at: datetime, may_record: bool = False
) -> tuple[DeskPass, str]:
    """A new pass and its secret, which is not kept: whoever loses it gets a new one. NotTheirs, PassRefused."""
    _check_runs(fair_id, actor)
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise PassRefused(_("Name the desk or the helper, in at most 60 characters."), field="name")
    if not at < expires_at <= at + LONGEST:
        raise PassRefused(_("A pass is valid until a time within the next 60 days."), field="expires_at")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = DeskPass.objects.create(
        fair_id=fair_id,
        name=name.strip(),
        digest=digest_of(secret),
        created_by=actor,
        expires_at=expires_at,
        may_record=may_record,
    )
    record(verb="door.pass_made", subject=made, actor=actor, at=at, name=made.name, may_record=may_record)
    return made, secret


@transaction.atomic
def revoke_pass(*, pass_id: int, actor: User, at: datetime) -> DeskPass:
    """Take a pass back: it opens nothing from this moment, and what its phone has not sent is not taken any more."""
    known = DeskPass.objects.get(pk=pass_id)
    _check_runs(known.fair_id, actor)
    if not DeskPass.objects.filter(pk=pass_id, revoked_at=None).update(revoked_at=at, updated_at=at):
        raise PassGone(_("This pass was taken back before."))
    known.refresh_from_db()
    record(verb="door.pass_revoked", subject=known, actor=actor, at=at, name=known.name)
    return known


def _check_runs(fair_id: int, actor: User) -> None:
    if not Fair.objects.editable_by(actor).filter(pk=fair_id).exists():
        raise NotTheirs(_("Only the organizer of the fair can do this."))
