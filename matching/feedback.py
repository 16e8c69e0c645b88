"""What one side says or does about the other: it orders nothing yet, it is kept so that a later ranking can learn.

Interest is a mark of one's own; who is hidden leaves one's own lists only, and never learns of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from matching.models import Feedback, FeedbackKind, Match, Side
from matching.selectors import MATCHED_KINDS
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.organizations.models import Organization, OrganizationKind

SAYABLE = (FeedbackKind.INTERESTED, FeedbackKind.HIDDEN)  # by a person; the others follow from what happened


class HideReason(models.TextChoices):
    """Why a partner is hidden: what a later ranking could learn from."""

    OTHER_MAJORS = "other_majors", _("other majors than we need")
    TOO_FAR = "too_far", _("too far away")
    TOO_FEW = "too_few", _("too few people")
    CONTACTED = "contacted", _("we were in touch, it did not fit")
    OTHER = "other", _("another reason")


class NotAPartner(DomainError):
    """The two are not a school and an enterprise, or the other one is not approved."""


class NeedsReason(DomainError):
    """A partner is hidden for a reason."""


class NothingSaid(StateConflict):
    """There is nothing to take back (any more)."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """How the partner stood in the organization's own list when it was spoken of."""

    score: float | None
    place: int | None


@transaction.atomic
def say(
    *,
    organization: Organization,
    partner: Organization,
    kind: FeedbackKind,
    actor: User,
    at: datetime,
    reason: str = "",
    note: str = "",
) -> Feedback:
    """Mark a partner as interesting, or hide it; the one takes back the other, and twice is once.

    Raises NotAPartner, NeedsReason (field `reason`), and ValueError for a kind that no person says.
    """
    if kind not in SAYABLE:
        raise ValueError(f"{kind} is not said but done")
    _check_partner(organization, partner)
    if kind == FeedbackKind.HIDDEN and reason not in HideReason.values:
        raise NeedsReason(_("Say why, so that the lists can become better."), field="reason")
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)  # two colleagues at once: in turn
    Feedback.objects.filter(organization=organization, partner=partner, kind__in=set(SAYABLE) - {kind}).delete()
    seen = _seen(organization, partner)
    values = {"reason": reason if kind == FeedbackKind.HIDDEN else "", "note": note[:200], "by": actor}
    said, is_new = Feedback.objects.get_or_create(
        organization=organization,
        partner=partner,
        kind=kind,
        defaults={**values, "score": seen.score, "place": seen.place},
    )
    if is_new:
        record(verb=f"partner.{kind}", subject=partner, actor=actor, at=at, organization=organization.pk, reason=reason)
    return said


@transaction.atomic
def unsay(*, organization: Organization, partner: Organization, kind: FeedbackKind, actor: User, at: datetime) -> None:
    """Take back what was said; raises NothingSaid, and ValueError for a kind that no person says."""
    if kind not in SAYABLE:
        raise ValueError(f"{kind} is not said but done")
    gone, _by_model = Feedback.objects.filter(organization=organization, partner=partner, kind=kind).delete()
    if not gone:
        raise NothingSaid(_("This was taken back already."))
    record(verb=f"partner.not_{kind}", subject=partner, actor=actor, at=at, organization=organization.pk)


@transaction.atomic
def note(*, organization_id: int, partner_id: int, kind: FeedbackKind, at: datetime) -> None:
    """Keep that two have met or signed, for both of them; the first time counts, twice is once."""
    for one, other in ((organization_id, partner_id), (partner_id, organization_id)):
        found, is_new = Feedback.objects.get_or_create(organization_id=one, partner_id=other, kind=kind)
        if is_new:
            Feedback.objects.filter(pk=found.pk).update(created_at=at)


def _check_partner(organization: Organization, partner: Organization) -> None:
    approved = Organization.objects.approved().filter(pk=partner.pk)
    if {organization.kind, partner.kind} != set(MATCHED_KINDS) or not approved.exists():
        raise NotAPartner(_("This organization cannot be a partner of yours."))


def _seen(organization: Organization, partner: Organization) -> _Seen:
    """One's own score of the partner and its place, if it stands in one's stored list."""
    is_school = organization.kind == OrganizationKind.SCHOOL
    side, me, other = (Side.SCHOOL, "school", "enterprise") if is_school else (Side.ENTERPRISE, "enterprise", "school")
    mine = Match.objects.filter(**{"side": side, me: organization})
    score = mine.filter(**{other: partner}).values_list(f"{me}_score", flat=True).first()
    if score is None:
        return _Seen(None, None)
    ahead = models.Q(**{f"{me}_score__gt": score}) | models.Q(**{f"{me}_score": score, f"{other}__lt": partner.pk})
    return _Seen(score, mine.filter(ahead).count() + 1)
