"""A small fair that takes place on the day of the seeding, so that whoever tries the portal finds the doors open."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.fairs.models import Fair, WishKind
from events.fairs.services import (
    FairFacts,
    answer_invitation,
    check_in,
    close_answers,
    create_fair,
    invite_partners,
    lay_out_slots,
    lay_out_tables,
    open_registration,
    set_wishes,
    start_fair,
)
from events.seeding.guests import name_guests
from portal.accounts.models import User
from portal.organizations.models import Organization

SLUG = "baoan-today"
SCHOOLS, FIRMS, LIKES = 10, 14, 4
ALWAYS = ("长盈精密", "昭通职教中心")  # the organizations of the demo's people


@transaction.atomic
def prepare_today(*, organizer: User, dice: random.Random, at: datetime) -> Fair | None:
    """Everything up to the closing of the answers; None if there is such a fair already."""
    if Fair.objects.filter(slug=SLUG).exists():
        return None
    centre = Organization.objects.get(memberships__user=organizer)
    day = timezone.localdate(at)
    facts = FairFacts(
        slug=SLUG,
        name="职爱宝安 校企洽谈日（样例）",
        theme="产教融合 校企合作",
        region_id="440306",
        venue="深圳市宝安区职业训练中心（宝安城市学院）",
        starts_on=day,
        ends_on=day,
        registration_at=timezone.make_aware(datetime.combine(day, time(8))),
        registration_place="宝安城市学院一楼大厅报到处（样例）",
        duty_contact="会务组（样例）0755-00000000",
        graduating_year=day.year,
        min_meetings=2,
        max_meetings=8,
    )
    by: dict[str, Any] = {"actor": organizer, "at": at}
    fair = create_fair(organizer_id=centre.pk, facts=facts, is_sample=True, **by)
    for start, end in ((time(9), time(12)), (time(14), time(17, 30))):
        lay_out_slots(fair_id=fair.pk, day=day, start=start, end=end, minutes=20, buffer=5, **by)
    lay_out_tables(fair_id=fair.pk, count=10, zones=("A",), **by)
    open_registration(fair_id=fair.pk, **by)
    invited = invite_partners(fair_id=fair.pk, organization_ids=_guests(), **by)
    for guest in invited:
        answer_invitation(participation_id=guest.pk, accept=True, delegates=2, **by)
    _wish(fair, organizer, dice, at)
    name_guests(fair=fair, organizer=organizer, dice=dice, at=at)
    return close_answers(fair_id=fair.pk, **by)


def open_doors(*, fair: Fair, organizer: User, at: datetime) -> None:
    """The fair has begun, and half of those who come are there."""
    start_fair(fair_id=fair.pk, actor=organizer, at=at)
    arrived = timezone.make_aware(datetime.combine(fair.starts_on, time(8, 30)))
    coming = fair.participations.filter(status="confirmed").order_by("pk")
    for number, row in enumerate(coming):
        if number % 2:
            check_in(participation_id=row.pk, actor=organizer, at=min(arrived + timedelta(minutes=number), at))


def _guests() -> list[int]:
    """The demo's own firm and school, and the first others by name."""
    approved = Organization.objects.approved().order_by("pinyin", "pk")
    own = list(approved.filter(short_name__in=ALWAYS).values_list("pk", flat=True))
    schools = approved.schools().exclude(pk__in=own).values_list("pk", flat=True)[: SCHOOLS - 1]
    firms = approved.enterprises().exclude(pk__in=own).values_list("pk", flat=True)[: FIRMS - 1]
    return [*own, *schools, *firms]


def _wish(fair: Fair, organizer: User, dice: random.Random, at: datetime) -> None:
    """Every school would like to meet a few of the firms, and must meet the first of them."""
    rows = list(fair.participations.select_related("organization").order_by("pk"))
    firms = [row.pk for row in rows if not row.is_school]
    for row in rows:
        if row.is_school:
            chosen = dice.sample(firms, LIKES)
            wishes = dict.fromkeys(chosen, WishKind.OK) | {chosen[0]: WishKind.MUST}
            set_wishes(participation_id=row.pk, wishes=wishes, actor=organizer, at=at)
