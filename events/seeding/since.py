"""What became of the scene's agreements since the fair, so that every page of an agreement has something to show.

None of it changes a figure of the fair's brief: no framework or letter of intent is added to those signed there, and no
money. Days that pages compare with today are counted from the day of the seeding.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from events.agreements.models import Agreement, AgreementKind, AgreementStatus, TextStatus
from events.agreements.services import (
    approve,
    draft_agreement,
    expire,
    mark_dormant,
    open_amendment,
    plan_milestone,
    reach_milestone,
    record_payment,
    record_result,
    update_agreement,
)
from events.agreements.terms import facts_of
from events.fairs.models import Fair
from events.seeding.papers import PLACE, STUDENTS, agree_and_sign, sample_scan, with_students
from events.seeding.people import DemoPeople
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind

FIRM, OTHER_FIRM, SCHOOL = "长盈精密", "银宝山新", "昭通市职业教育中心"
ENDS_IN = timedelta(days=60)
YEAR = timedelta(days=365)


def tell_what_happened(*, fair: Fair, people: DemoPeople, at: datetime) -> None:
    """Step by step, each in a transaction; what has been told already is left alone."""
    frameworks = fair.agreements.filter(kind=AgreementKind.FRAMEWORK)
    first = frameworks.get(parties__organization__short_name=FIRM)
    if not first.milestones.exists():
        _follow(first, people, at)
    if not fair.agreements.filter(kind=AgreementKind.PROJECT).exists():
        _sign_project(fair, people, at)
    if not fair.agreements.filter(kind=AgreementKind.STRATEGIC).exists():
        _negotiate(fair, people, at - timedelta(days=2))
    second = frameworks.get(parties__organization__short_name=OTHER_FIRM)
    if second.texts.count() == 1:
        _amend(second, people, at - timedelta(days=5))
    if fair.agreements.filter(status=AgreementStatus.IN_FORCE, ends_on__lt=timezone.localdate(at)).exists():
        expire(timezone.localdate(at), at)
    mark_dormant(timezone.localdate(at), at)


@transaction.atomic
def _follow(agreement: Agreement, people: DemoPeople, at: datetime) -> None:
    """Two of three parts paid and the third overdue, a milestone reached and one ahead, two years' results."""
    grant = agreement.funding.get()
    parts = list(grant.instalments.order_by("number"))
    for part in parts[:2]:
        record_payment(
            funding=grant,
            paid_on=part.due_on,
            amount=part.amount,
            actor=people.hr,
            at=_noon(part.due_on),
            proof=sample_scan("（样例）付款凭证.pdf"),
            note="（样例）银行转账",
        )
    opened = date(2024, 9, 10)
    class_opened = plan_milestone(
        agreement=agreement, title="订单班开班", due_on=opened, actor=people.school, at=_noon(date(2024, 6, 3))
    )
    ahead = min(timezone.localdate(at) + timedelta(days=30), agreement.ends_on)
    plan_milestone(
        agreement=agreement, title="实训基地揭牌", due_on=ahead, actor=people.school, at=_noon(date(2024, 6, 3))
    )
    reach_milestone(
        milestone=class_opened,
        done_on=opened,
        actor=people.school,
        at=_noon(opened),
        note="（样例）首届订单班28人开班",
        evidence=sample_scan("（样例）开班材料.pdf"),
    )
    for code, person in (("order_class", people.school), ("internship", people.hr)):
        record_result(
            agreement=agreement,
            cooperation_kind=CooperationKind.objects.get(pk=code),
            year=2025,
            people=STUDENTS[code] - 2,
            note="（样例）",
            actor=person,
            at=at - timedelta(days=20),
        )


@transaction.atomic
def _sign_project(fair: Fair, people: DemoPeople, at: datetime) -> None:
    """A project of a year that ends soon, so that its renewal is due."""
    ends = timezone.localdate(at) + ENDS_IN
    begun = at + ENDS_IN - YEAR + timedelta(days=1)
    agreement = draft_agreement(
        kind=AgreementKind.PROJECT,
        parties=_two(),
        fair=fair,
        cooperation_kinds=("real_project", "joint_rnd"),
        starts_on=timezone.localdate(begun),
        ends_on=ends,
        place=PLACE,
        actor=people.organizer,
        at=begun,
    )
    agree_and_sign(agreement, organizer=people.organizer, at=begun)
    plan_milestone(agreement=agreement, title="项目结题", due_on=ends, actor=people.hr, at=at - timedelta(days=10))


@transaction.atomic
def _negotiate(fair: Fair, people: DemoPeople, at: datetime) -> None:
    """The firm has drafted and approved a text; it is with the school now."""
    agreement = draft_agreement(
        kind=AgreementKind.STRATEGIC,
        parties=_two(),
        fair=fair,
        cooperation_kinds=("industry_college", "industry_teacher", "teacher_practice"),
        starts_on=timezone.localdate(at).replace(day=1) + timedelta(days=31),
        place=PLACE,
        actor=people.hr,
        at=at,
    )
    text = agreement.texts.get(status=TextStatus.OPEN)
    own = agreement.parties.get(organization__short_name=FIRM)
    approve(agreement=agreement, party=own, terms_hash=text.terms_hash, actor=people.hr, at=at)


@transaction.atomic
def _amend(agreement: Agreement, people: DemoPeople, at: datetime) -> None:
    """One part of the money is paid, and the firm proposes more students; the text in force stays until all sign."""
    grant = agreement.funding.get()
    part = grant.instalments.get(number=1)
    record_payment(
        funding=grant, paid_on=part.due_on, amount=part.amount, actor=people.organizer, at=_noon(part.due_on)
    )
    firm = agreement.parties.get(organization__short_name=OTHER_FIRM)
    text = open_amendment(
        agreement=agreement, party=firm, reason="（样例）扩大订单培养规模", actor=people.organizer, at=at
    )
    facts = facts_of(text.content)
    more = {code: people + 10 for code, people in STUDENTS.items()}
    version = Agreement.objects.values_list("version", flat=True).get(pk=agreement.pk)
    update_agreement(
        agreement=agreement,
        version=version,
        facts=replace(facts, terms=tuple(with_students(facts.terms, more))),
        actor=people.organizer,
        at=at,
    )


def _two() -> tuple[Organization, Organization]:
    return Organization.objects.get(legal_name=SCHOOL), Organization.objects.get(short_name=FIRM)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
