"""Agreements as the pages and jobs read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.agreements.facts import AgreementFacts, FundingFacts, MajorFacts, TermFacts
from events.agreements.models import (
    Agreement,
    AgreementDocument,
    AgreementParty,
    AgreementStatus,
    FundingCommitment,
)
from events.fairs.models import Fair, FairStatus, Participation
from events.meetings.models import Outcome, OutcomeLevel
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.jobs.models import Job, JobState
from portal.organizations.models import Membership, Organization

PAPERS_KIND = "agreements.render"
VERBS: dict[str, Promise | str] = {
    "agreement.drafted": _("Drafted"),
    "agreement.changed": _("Changed"),
    "agreement.signed": _("Signed"),
    "agreement.withdrawn": _("Withdrawn"),
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


def with_parties(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """With fair, parties and the money promised, as a list shows them; two queries more."""
    parties = AgreementParty.objects.select_related("organization").order_by("role")
    ordered = Prefetch("parties", queryset=parties)
    money = FundingCommitment.objects.filter(agreement=OuterRef("pk")).values("agreement")
    return (
        agreements.select_related("fair")
        .prefetch_related(ordered)
        .annotate(money=money.annotate(total=Sum("amount")).values("total")[:1])
    )


def fairs_of_agreements(user: User | AnonymousUser) -> QuerySet[Fair]:
    """The fairs from which the agreements come that the person may see, latest first."""
    seen = Agreement.objects.visible_to(user).values("fair")
    return Fair.objects.filter(pk__in=seen).order_by("-starts_on", "-pk")


def content_of(agreement: Agreement) -> AgreementFacts:
    """What the stored agreement says, in the order of its rows."""
    return AgreementFacts(
        title=agreement.title,
        purpose=agreement.purpose,
        place=agreement.place,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        terms=tuple(
            TermFacts(term.cooperation_kind_id, term.majors, term.headcount, term.obligations, term.amount)
            for term in agreement.terms.all()
        ),
        majors=tuple(MajorFacts(row.major_id, row.graduating_year, row.people) for row in agreement.majors.all()),
        funding=tuple(
            FundingFacts(row.payer.role, row.payee.role, row.purpose, row.amount, row.due_on)
            for row in agreement.funding.select_related("payer", "payee").order_by("pk")
        ),
    )


@dataclass(frozen=True, slots=True)
class Papers:
    """The files of one version in one language."""

    version: int
    language: str
    files: list[AgreementDocument]


def papers_of(agreement: Agreement) -> list[Papers]:
    """The files of an agreement, newest version first; one query."""
    found: dict[tuple[int, str], Papers] = {}
    for row in agreement.documents.order_by("-agreement_version", "language", "-format"):
        key = (row.agreement_version, row.language)
        papers = found.setdefault(key, Papers(row.agreement_version, row.get_language_display(), []))
        papers.files.append(row)
    return list(found.values())


def jobs_for_papers(agreement: Agreement) -> QuerySet[Job]:
    """The jobs, of whomever, that make papers of the agreement's present version and are not done."""
    of_version = f"{agreement.pk}:{agreement.version}:"  # the beginning of rendering.key_of
    unfinished = Job.objects.filter(kind=PAPERS_KIND, idempotency_key__startswith=of_version)
    return unfinished.exclude(state=JobState.DONE).order_by("pk")


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
    party = Q(organization__agreement_parties__agreement=agreement)
    acting = Membership.objects.filter(party | Q(organization__fairs=agreement.fair_id), user__in=people)
    return dict(acting.values_list("user", "organization__legal_name"))


def total_of(funding: Sequence[FundingCommitment]) -> Decimal:
    """The sum of the money promised, in yuan."""
    return sum((row.amount for row in funding), Decimal(0))


def drafts_waiting_for(user: User) -> QuerySet[Agreement]:
    """Drafts of the organizations for which the person may sign, oldest first."""
    mine = Organization.objects.of_member(user).filter(pk__in=Organization.objects.editable_by(user))
    parties = AgreementParty.objects.filter(organization__in=mine).values("agreement")
    return Agreement.objects.filter(pk__in=parties, status=AgreementStatus.DRAFT).order_by("pk")


def organizations_to_choose(user: User, kind: str, fair: Fair | None) -> QuerySet[Organization]:
    """The schools or enterprises among which the person chooses a party: own ones if any, else the fair's, else all."""
    rows = Organization.objects.approved().filter(kind=kind).order_by("pinyin", "pk")
    own = rows.filter(pk__in=Organization.objects.of_member(user))
    if own.exists():
        return own
    if fair is not None:
        there = Participation.objects.taking_part().filter(fair=fair)
        return rows.filter(pk__in=there.values("organization"))
    return rows
