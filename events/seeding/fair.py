"""The fair of the scene: invitations, answers, wishes, the timetable, the two days, the agreements."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction
from django.utils import timezone

from events.fairs.fitting import fits_between
from events.fairs.models import Fair, SessionKind, WishKind
from events.fairs.services import (
    FairFacts,
    SessionFacts,
    add_session,
    answer_invitation,
    check_in,
    close_answers,
    close_fair,
    create_fair,
    invite_partners,
    lay_out_slots,
    lay_out_tables,
    open_registration,
    set_absences,
    set_wishes,
    start_fair,
)
from events.meetings.models import Meeting, OutcomeLevel
from events.meetings.services import OutcomeFacts, record_outcome
from events.seeding.choices import OutcomePlan, choose_outcomes, choose_wishes
from events.seeding.guests import lay_out_programme, name_guests
from portal.accounts.models import User
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind

SLUG = "baoan"
NEXT_SLUG = "baoan-next"
ASKED_AGAIN = ("长盈精密", "银宝山新", "昭通职教中心", "江门职院")
SHENZHEN = ZoneInfo("Asia/Shanghai")
FIRST_DAY, SECOND_DAY = date(2024, 5, 17), date(2024, 5, 18)
TABLES = 40
# What the news of the fair reports is what the people of the scene strive for; the brief counts what came of it.
REPORTED = OutcomePlan(schools=36, enterprises=27, signings=12)
Say = Callable[[str], None]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of day at the place of the fair."""
    return datetime.combine(day, time(hour, minute), SHENZHEN)


@transaction.atomic
def prepare_fair(*, organizer: User, dice: random.Random, papers: random.Random, say: Say) -> Fair:
    """From the plan to the closing of the answers, in the weeks before the fair; all or nothing."""
    planned, asked, closed = (moment(FIRST_DAY - timedelta(days=days), 10) for days in (60, 45, 7))
    fair = _planned(organizer, planned)
    open_registration(fair_id=fair.pk, actor=organizer, at=asked)
    guests = Organization.objects.approved().filter(kind__in=("school", "enterprise")).values_list("pk", flat=True)
    invited = invite_partners(fair_id=fair.pk, organization_ids=list(guests), actor=organizer, at=asked)
    for guest in invited:
        answer_invitation(
            participation_id=guest.pk,
            accept=True,
            delegates=dice.choice((1, 2, 2, 3)),
            actor=organizer,
            at=asked + timedelta(days=dice.randrange(1, 30)),
        )
    say(f"{len(invited)} answers")
    _make_wishes(fair, organizer, closed - timedelta(days=3), dice)
    named = closed - timedelta(days=4)
    name_guests(fair=fair, organizer=organizer, dice=dice, at=named)
    lay_out_programme(fair=fair, organizer=organizer, papers=papers, at=named)
    return close_answers(fair_id=fair.pk, actor=organizer, at=closed)


def _planned(organizer: User, at: datetime) -> Fair:
    centre = Organization.objects.get(memberships__user=organizer)
    facts = FairFacts(
        slug=SLUG,
        name="百校千企·职爱宝安 产教服对接洽谈会",
        theme="产教融合 校企合作",
        hosts="主办：深圳市宝安区人力资源局；承办：深圳市宝安区职业训练中心",
        region_id="440306",
        venue="深圳市宝安区职业训练中心（宝安城市学院）",
        starts_on=FIRST_DAY,
        ends_on=SECOND_DAY,
        registration_at=moment(FIRST_DAY - timedelta(days=1), 15),
        registration_place="宝安城市学院一楼大厅报到处（样例）",
        duty_contact="会务组（样例）0755-00000000",
        answers_due=FIRST_DAY - timedelta(days=20),
        names_due=FIRST_DAY - timedelta(days=10),
        timetable_due=FIRST_DAY - timedelta(days=4),
        graduating_year=2024,
        min_meetings=3,
        max_meetings=14,
    )
    fair = create_fair(organizer_id=centre.pk, facts=facts, actor=organizer, at=at, is_sample=True)
    for day, start, end in (
        (FIRST_DAY, time(14), time(17, 30)),
        (SECOND_DAY, time(9), time(12)),
        (SECOND_DAY, time(14), time(16, 30)),
    ):
        lay_out_slots(fair_id=fair.pk, day=day, start=start, end=end, minutes=20, buffer=5, actor=organizer, at=at)
    lay_out_tables(fair_id=fair.pk, count=TABLES, zones=("A", "B"), actor=organizer, at=at)
    for facts_of_session in _programme():
        add_session(fair_id=fair.pk, facts=facts_of_session, actor=organizer, at=at)
    return fair


def _programme() -> list[SessionFacts]:
    parts = [
        (SessionKind.OPENING, "开幕式", FIRST_DAY, (9, 0), (9, 40)),
        (SessionKind.SIGNING, "校企合作框架协议签约、职业培训资助", FIRST_DAY, (9, 40), (10, 30)),
        (SessionKind.PRESENTATION, "院校人才培养与企业用人需求推介", FIRST_DAY, (10, 30), (12, 0)),
        (SessionKind.NEGOTIATION, "校企一对一洽谈", FIRST_DAY, (14, 0), (17, 30)),
        (SessionKind.NEGOTIATION, "校企一对一洽谈", SECOND_DAY, (9, 0), (12, 0)),
        (SessionKind.NEGOTIATION, "校企一对一洽谈", SECOND_DAY, (14, 0), (16, 30)),
        (SessionKind.TOUR, "参观城市规划展览馆和灯光企业", SECOND_DAY, (16, 40), (18, 0)),
    ]
    return [
        SessionFacts(kind=kind, title=title, starts_at=moment(day, *start), ends_at=moment(day, *end))
        for kind, title, day, start, end in parts
    ]


def _make_wishes(fair: Fair, organizer: User, at: datetime, dice: random.Random) -> None:
    schools, enterprises = _ranked_partners(fair)
    chosen = choose_wishes(schools, likes=7, dice=dice) | choose_wishes(enterprises, likes=5, dice=dice)
    slots = list(fair.slots.order_by("starts_at").values_list("pk", flat=True))
    for party, wishes in chosen.items():
        kinds = {partner: WishKind(kind) for partner, kind in wishes.items()}
        set_wishes(participation_id=party, wishes=kinds, actor=organizer, at=at)
        if dice.random() < 0.25:  # a quarter comes late or leaves early
            away = slots[:3] if dice.random() < 0.5 else slots[-4:]
            set_absences(participation_id=party, slot_ids=away, actor=organizer, at=at)


def _ranked_partners(fair: Fair) -> tuple[Mapping[int, Sequence[int]], Mapping[int, Sequence[int]]]:
    """For each side: participation → partners' participations, best for itself first."""
    party_of = dict(fair.participations.values_list("organization_id", "pk"))
    schools: dict[int, list[int]] = defaultdict(list)
    enterprises: dict[int, list[int]] = defaultdict(list)
    here = Organization.objects.filter(pk__in=party_of)
    fits = fits_between(
        schools=list(here.schools().values_list("pk", flat=True)),
        enterprises=list(here.enterprises().values_list("pk", flat=True)),
    )
    pairs = [(party_of[school], party_of[firm]) for school, firm in zip(fits.school, fits.enterprise, strict=True)]
    for place in np.lexsort((fits.enterprise, fits.school, -fits.school_score)):
        school, firm = pairs[place]
        schools[school].append(firm)
    for place in np.lexsort((fits.enterprise, fits.school, -fits.enterprise_score)):
        school, firm = pairs[place]
        enterprises[firm].append(school)
    return schools, enterprises


@transaction.atomic
def announce_next_fair(*, organizer: User, at: datetime) -> None:
    """A fair to come, whose invitations wait for answers, so that whoever tries the portal has something to do."""
    if Fair.objects.filter(slug=NEXT_SLUG).exists():
        return
    centre = Organization.objects.get(memberships__user=organizer)
    first = timezone.localdate(at) + timedelta(days=45)
    facts = FairFacts(
        slug=NEXT_SLUG,
        name="职爱宝安 校企对接洽谈会（样例）",
        theme="产教融合 校企合作",
        region_id="440306",
        venue="深圳市宝安区职业训练中心（宝安城市学院）",
        starts_on=first,
        ends_on=first,
        registration_at=moment(first, 8),
        registration_place="宝安城市学院一楼大厅报到处（样例）",
        duty_contact="会务组（样例）0755-00000000",
        answers_due=first - timedelta(days=15),
        names_due=first - timedelta(days=8),
        timetable_due=first - timedelta(days=4),
        graduating_year=first.year,
        min_meetings=2,
        max_meetings=8,
    )
    fair = create_fair(organizer_id=centre.pk, facts=facts, actor=organizer, at=at, is_sample=True)
    lay_out_slots(fair_id=fair.pk, day=first, start=time(9), end=time(12), minutes=20, buffer=5, actor=organizer, at=at)
    lay_out_tables(fair_id=fair.pk, count=20, zones=("A",), actor=organizer, at=at)
    open_registration(fair_id=fair.pk, actor=organizer, at=at)
    guests = Organization.objects.approved().filter(short_name__in=ASKED_AGAIN).values_list("pk", flat=True)
    invite_partners(fair_id=fair.pk, organization_ids=list(guests), actor=organizer, at=at)


@transaction.atomic
def hold_fair(*, fair: Fair, organizer: User, dice: random.Random, say: Say) -> None:
    """The two days: everybody arrives, talks, and the desk notes what came of each talk."""
    start_fair(fair_id=fair.pk, actor=organizer, at=moment(FIRST_DAY, 8))
    for party in fair.participations.filter(status="confirmed").order_by("pk"):
        check_in(participation_id=party.pk, actor=organizer, at=moment(FIRST_DAY, 8, dice.randrange(5, 55)))
    kinds = list(CooperationKind.objects.order_by("position").values_list("code", flat=True))
    meetings = Meeting.objects.taking_place().filter(timetable__fair=fair, timetable__status="published")
    talks = list(meetings.select_related("slot").order_by("slot__starts_at", "pk"))
    levels = choose_outcomes(((talk.school_id, talk.enterprise_id) for talk in talks), REPORTED, dice)
    for talk in talks:
        level = OutcomeLevel(levels[talk.school_id, talk.enterprise_id])
        record_outcome(
            school_id=talk.school_id,
            enterprise_id=talk.enterprise_id,
            facts=_facts(level, kinds, dice),
            actor=organizer,
            at=talk.slot.ends_at,
        )
    say(f"{len(talks)} talks held")
    close_fair(fair_id=fair.pk, actor=organizer, at=moment(SECOND_DAY, 18))


def _facts(level: OutcomeLevel, kinds: list[str], dice: random.Random) -> OutcomeFacts:
    if level < OutcomeLevel.INTENT:
        return OutcomeFacts(level=level)
    people = dice.randrange(5, 40) if level >= OutcomeLevel.CONSENSUS else 0
    return OutcomeFacts(level=level, kinds=tuple(dice.sample(kinds, dice.choice((1, 2, 3)))), headcount=people)
