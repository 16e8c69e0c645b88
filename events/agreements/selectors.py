"""Agreements as the pages and jobs read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.agreements.models import (
    Agreement,
    AgreementText,
    FundingCommitment,
    TextStatus,
)
from events.fairs.models import Fair, FairStatus, Participation
from events.meetings.models import Outcome, OutcomeLevel
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.organizations.models import Membership, Organization

PAPERS_KIND = "agreements.render"
VERBS: dict[str, Promise | str] = {
    "agreement.drafted": _("Drafted"),
    "agreement.changed": _("Terms changed"),
    "agreement.party_changed": _("Particulars of a party changed"),
    "agreement.handed_over": _("Handed over"),
    "agreement.approved": pgettext_lazy("agreements", "Approved"),
    "agreement.approval_taken_back": _("Approval taken back"),
    "agreement.signed": _("Signature recorded"),
    "agreement.in_force": _("In force"),
    "agreement.amending": _("Another text proposed"),
    "agreement.rejected": _("Rejected"),
    "agreement.withdrawn": _("Withdrawn"),
    "agreement.notice_given": _("Notice given"),
    "agreement.notice_taken_back": _("Notice taken back"),
    "agreement.completed": _("Completed"),
    "agreement.expired": pgettext_lazy("agreements", "Expired"),
    "agreement.terminated": _("Terminated"),
    "agreement.paid": _("Payment recorded"),
    "agreement.payment_cancelled": _("Payment cancelled"),
    "agreement.milestone_planned": _("Milestone planned"),
    "agreement.milestone_reached": _("Milestone reached"),
    "agreement.milestone_reopened": _("Milestone opened again"),
    "agreement.milestone_removed": _("Milestone removed"),
    "agreement.result_recorded": _("Result recorded"),
}


def may_draft_for(user: User, parties: Sequence[Organization], fair: Fair | None) -> bool:
    """Whether the person acts for one of the parties or for the organizer of the fair."""
    bodies = [party.pk for party in parties] + ([fair.organizer_id] if fair else [])
    return Organization.objects.editable_by(user).filter(pk__in=bodies).exists()


def outcomes_editable_by(user: User | AnonymousUser) -> QuerySet[Outcome]:
    """Outcomes of those for whom the person acts, and of fairs that the person runs."""
    editable = Organization.objects.editable_by(user)
    return Outcome.objects.filter(
        Q(school__organization__in=editable)
        | Q(enterprise__organization__in=editable)
        | Q(fair__organizer__in=editable)
    )


def outcomes_to_draft(fair: Fair) -> QuerySet[Outcome]:
    """Outcomes marked as signed that have no agreement; one withdrawn by a person is not drafted again unasked."""
    own = Agreement.objects.filter(outcome=OuterRef("pk"))
    return Outcome.objects.filter(~Exists(own), fair=fair, level=OutcomeLevel.SIGNED).order_by("pk")


def with_both_sides(outcomes: QuerySet[Outcome]) -> QuerySet[Outcome]:
    """With all that a draft reads of an outcome."""
    return outcomes.select_related("fair", "school__organization", "enterprise__organization").prefetch_related(
        "cooperation_kinds"
    )


def fairs_to_draft_at(user: User) -> QuerySet[Fair]:
    """Announced fairs that the person runs, or to which one of its organizations comes."""
    editable = Organization.objects.editable_by(user)
    mine = Participation.objects.taking_part().filter(organization__in=editable)
    announced = Fair.objects.exclude(status__in=(FairStatus.PLANNING, FairStatus.CANCELLED))
    return announced.filter(Q(organizer__in=editable) | Q(pk__in=mine.values("fair")))


def fairs_of_agreements(user: User | AnonymousUser) -> QuerySet[Fair]:
    """The fairs from which the agreements come that the person may see, latest first."""
    seen = Agreement.objects.visible_to(user).values("fair")
    return Fair.objects.filter(pk__in=seen).order_by("-starts_on", "-pk")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act in the life of an agreement."""

    at: datetime
    what: Promise | str
    by: str
    data: dict[str, Any]


def history_of(agreement: Agreement) -> list[HistoryLine]:
    """What was done with an agreement, latest first, without anybody's e-mail address; one or two queries."""
    label = Agreement._meta.label_lower
    events = AuditEvent.objects.filter(subject_type=label, subject_id=str(agreement.pk)).order_by("-id")
    shown = list(events.select_related("actor")[:50])
    bodies = _acting_organizations(agreement, {row.actor_id for row in shown if _is_address(row.actor_label)})
    return [
        HistoryLine(row.at, VERBS.get(row.verb, row.verb), _named(row, bodies.get(row.actor_id, "")), row.data)
        for row in shown
    ]


def _is_address(label: str) -> bool:
    return "@" in label


def _named(event: AuditEvent, organization: str) -> str:
    """The person as named then; whoever had no name is the name of today, or the organization acted for."""
    if not _is_address(event.actor_label):
        return event.actor_label
    name = event.actor.name if event.actor else ""
    return name if name and not _is_address(name) else organization


def _acting_organizations(agreement: Agreement, people: set[int | None]) -> dict[int | None, str]:
    """The party, or the organizer of the fair, that each of the people belongs or belonged to; no query for nobody."""
    if not people:
        return {}
    bodies = Q(organization__agreement_parties__agreement=agreement)
    if agreement.fair_id is not None:  # of no fair: not the bodies that organize none
        bodies |= Q(organization__fairs=agreement.fair_id)
    acting = Membership.objects.filter(bodies, user__in=people)
    return dict(acting.values_list("user", "organization__legal_name"))


def total_of(funding: Sequence[FundingCommitment]) -> Decimal:
    """The sum of the money promised, in yuan."""
    return sum((row.amount for row in funding), Decimal(0))


def texts_waiting_for(user: User) -> QuerySet[AgreementText]:
    """Open texts that are with an organization for which the person acts, oldest first."""
    mine = Organization.objects.of_member(user).filter(pk__in=Organization.objects.editable_by(user))
    waiting = AgreementText.objects.filter(status=TextStatus.OPEN, with_party__organization__in=mine)
    return waiting.select_related("agreement").order_by("opened_at", "pk")
