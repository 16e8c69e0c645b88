"""Scene S0: 57 schools and 98 firms of Bao'an, from registration to the brief, through the real services."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F

from events.agreements.models import Agreement, FundingCommitment
from events.fairs.models import Fair, Participation, ParticipationQuerySet, Wish
from events.meetings.models import Meeting, Outcome, OutcomeLevel, Timetable, UnmetWish
from events.seeding.baoan import seed_baoan
from portal.audit.services import broken_links
from portal.majors.models import SupplyLine
from portal.organizations.models import Organization, SchoolProfile

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[Fair]:
    """The scene, seeded once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_taxonomy", verbosity=0)
        fair = seed_baoan(seed=1, say=lambda text: None)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself once rows are committed
        yield fair
        transaction.set_rollback(True)


def brief() -> dict[str, object]:
    out = StringIO()
    call_command("brief", "baoan", format="json", stdout=out)
    return json.loads(out.getvalue())


def test_the_brief_shows_what_the_news_reported(scene):
    figures = brief()

    reported = {
        "schools": 57,
        "provinces": 12,
        "framework_agreements": 4,
        "funding_yuan": 1_100_000,
        "schools_with_intent": 36,
        "enterprises_with_consensus": 27,
        "intent_agreements": 12,
    }
    assert {name: figures[name] for name in reported} == reported
    assert figures["share_secondary_and_technician"] == pytest.approx(0.65, abs=0.01)
    assert figures["graduates"] > 45_000
    assert 95 <= figures["enterprises"] < 100
    sought = {"510108", "510301", "510205", "460104", "500211"}  # the five majors of the news, as they are today
    assert {major["code"] for major in figures["top_majors"]} == sought


def _guests() -> ParticipationQuerySet:
    return Participation.objects.filter(fair__slug="baoan")


def _one_school() -> Participation:
    return _guests().schools().order_by("pk")[0]


def _leave(participation: Participation) -> None:
    Participation.objects.filter(pk=participation.pk).update(status="absent", checked_in_at=None)


def _empty_a_province() -> None:
    hainan = _guests().schools().filter(organization__region__code__startswith="46")
    hainan.update(status="absent", checked_in_at=None)


def _best_outcome(level: int, side: str) -> Outcome:
    """An outcome of that level whose school (or firm) reached it in no other talk."""
    reached = Counter(Outcome.objects.filter(level__gte=level).values_list(side, flat=True))
    return next(o for o in Outcome.objects.filter(level__gte=level).order_by("pk") if reached[getattr(o, side)] == 1)


def _lower(level: int, side: str) -> None:
    Outcome.objects.filter(pk=_best_outcome(level, side).pk).update(level=OutcomeLevel.FOLLOW_UP)


def _unsign(kind: str) -> None:
    first = Agreement.objects.filter(kind=kind).order_by("pk")[0]
    Agreement.objects.filter(pk=first.pk).update(status="withdrawn", signed_on=None)


def _graduate_a_thousand_more() -> None:
    line = SupplyLine.objects.order_by("pk")[0]
    SupplyLine.objects.filter(pk=line.pk).update(graduating=F("graduating") + 1000)


CHANGES: dict[str, tuple[Callable[[], object], object]] = {
    "schools": (lambda: _leave(_one_school()), 56),
    "provinces": (_empty_a_province, 11),
    "enterprises": (lambda: _leave(_guests().enterprises().order_by("pk")[0]), 97),
    "share_secondary_and_technician": (
        lambda: SchoolProfile.objects.filter(level="secondary").update(level="bachelor"),
        round(11 / 57, 4),
    ),
    "graduates": (
        lambda: SupplyLine.objects.filter(pk=SupplyLine.objects.first().pk).update(graduating=F("graduating") + 1000),
        None,
    ),
    "framework_agreements": (lambda: _unsign("framework"), 3),
    "funding_yuan": (lambda: FundingCommitment.objects.filter(amount=300_000).update(amount=200_000), 900_000),
    "schools_with_intent": (lambda: _lower(OutcomeLevel.INTENT, "school_id"), 35),
    "enterprises_with_consensus": (lambda: _lower(OutcomeLevel.CONSENSUS, "enterprise_id"), 26),
    "intent_agreements": (lambda: _unsign("intent"), 11),
}


@pytest.mark.parametrize("figure", CHANGES)
def test_each_figure_changes_with_a_row(scene, figure):
    before = brief()[figure]
    change, expected = CHANGES[figure]

    change()

    assert brief()[figure] == (before + 1000 if expected is None else expected)


def test_the_timetable_is_proven_best_and_everybody_has_enough_meetings(scene):
    timetable = Timetable.objects.get(fair=scene)

    assert timetable.score == timetable.upper_bound
    assert timetable.report["min_shortfall"] == 0


def test_nobody_and_no_table_is_twice_in_a_slot_or_away(scene):
    meetings = Meeting.objects.filter(timetable__fair=scene)

    for place in ("school", "enterprise", "table"):
        used = Counter(meetings.values_list("slot", place))
        assert max(used.values()) == 1
    for side in ("school", "enterprise"):
        assert not meetings.filter(**{f"{side}__absences__slot": F("slot")}).exists()


def test_every_must_is_met_or_has_its_reason(scene):
    met = set(Meeting.objects.filter(timetable__fair=scene).values_list("school", "enterprise"))
    explained = set(
        UnmetWish.objects.filter(timetable__fair=scene).exclude(reason="").values_list("school", "enterprise")
    )
    wanted = Wish.objects.filter(wisher__fair=scene).exclude(kind="no").select_related("wisher__organization")
    pairs = {
        (w.wisher_id, w.partner_id) if w.wisher.organization.kind == "school" else (w.partner_id, w.wisher_id)
        for w in wanted
    }

    assert pairs
    assert pairs - met - explained == set()


def test_nobody_meets_a_partner_refused(scene):
    refused = Wish.objects.filter(kind="no")

    assert refused.exists()
    for wish in refused:
        pair = {wish.wisher_id, wish.partner_id}
        assert not Meeting.objects.filter(school__in=pair, enterprise__in=pair).exists()


def test_real_and_sample_rows_are_told_apart(scene):
    named = dict(Organization.objects.values_list("legal_name", "is_sample"))

    assert named["昭通市职业教育中心"] is named["长盈精密"] is False
    assert all("样例" in name for name, sample in named.items() if sample)
    assert sum(named.values()) == 36 + 38


def test_a_second_seeding_finds_nothing_to_do(scene):
    before = (Organization.objects.count(), Meeting.objects.count(), Agreement.objects.count(), Outcome.objects.count())

    seed_baoan(seed=1, say=lambda text: None)

    after = (Organization.objects.count(), Meeting.objects.count(), Agreement.objects.count(), Outcome.objects.count())
    assert after == before


def test_the_audit_chain_of_all_that_is_unbroken(scene):
    assert list(broken_links()) == []


def test_the_brief_of_an_unknown_fair_is_refused_clearly(scene):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("brief", "nowhere", stdout=StringIO())
