from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from events.agreements.models import Agreement
from events.fairs.models import FairStatus, Participation
from events.meetings.models import Outcome
from events.statistics.brief import Brief, LevelRow, ProvinceRow, SoughtMajor, brief
from events.statistics.figures import figure_named, rows_of
from events.statistics.summary import paragraphs
from portal.majors.models import SupplyLine
from portal.organizations.models import Organization, SchoolProfile
from tests.events.statistics.scene import FIGURES_OF_SCENE, Scene, lay_scene
from tests.factories import RegionFactory
from tests.factories_agreements import FundingFactory
from tests.factories_events import (
    FairFactory,
    MeetingFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    WishFactory,
)

pytestmark = pytest.mark.django_db
Change = Callable[[Scene], object]


@pytest.fixture
def scene() -> Scene:
    return lay_scene()


def figures(scene: Scene) -> dict[str, object]:
    counted = brief(scene.fair).as_dict()
    return {key: counted[key] for key in FIGURES_OF_SCENE}


def test_brief_counts_what_belongs_to_the_fair_and_nothing_else(scene):
    assert figures(scene) == FIGURES_OF_SCENE


def test_brief_has_its_keys_in_a_stable_order():
    keys = list(brief(FairFactory()).as_dict())

    assert keys[:10] == [
        "schools",
        "provinces",
        "enterprises",
        "share_secondary_and_technician",
        "graduates",
        "framework_agreements",
        "funding_yuan",
        "schools_with_intent",
        "enterprises_with_consensus",
        "intent_agreements",
    ]


def set_status(row: Participation, status: str) -> None:
    Participation.objects.filter(pk=row.pk).update(status=status)


def set_region(row: Participation, code: str) -> None:
    Organization.objects.filter(pk=row.organization_id).update(region=RegionFactory(code=code, name=code))


def set_school_level(row: Participation, level: str) -> None:
    SchoolProfile.objects.filter(pk=row.organization_id).update(level=level)


def sign_all_drafts(scene: Scene) -> None:
    drafts = Agreement.objects.filter(fair=scene.fair, status="draft")
    drafts.update(status="signed", signed_on=scene.fair.starts_on)


CHANGES: list[tuple[str, Change, object]] = [
    ("schools", lambda s: set_status(s.schools[0], "absent"), 2),
    ("provinces", lambda s: set_region(s.schools[2], "620103"), 3),
    ("enterprises", lambda s: ParticipationFactory(fair=s.fair), 3),
    ("share_secondary_and_technician", lambda s: set_school_level(s.schools[2], "technician"), 1.0),
    ("secondary_and_technician_schools", lambda s: set_school_level(s.schools[0], "bachelor"), 1),
    ("graduates", lambda s: SupplyLine.objects.filter(pk=s.supply[0].pk).update(graduating=101), 351),
    ("graduates", lambda s: SupplyLine.objects.filter(pk=s.supply[0].pk).update(state="locked"), 350),
    ("graduates", lambda s: SupplyLine.objects.filter(pk=s.supply[0].pk).update(state="draft"), 250),
    ("framework_agreements", sign_all_drafts, 2),
    ("framework_agreements", lambda s: Agreement.objects.filter(pk=s.framework.pk).update(kind="strategic"), 0),
    ("funding_yuan", lambda s: FundingFactory(agreement=s.intent, amount=600_000), 1_100_000),
    ("funding_yuan", sign_all_drafts, 1_400_000),
    ("schools_with_intent", lambda s: Outcome.objects.filter(pk=s.intention.pk).update(level=1), 1),
    ("enterprises_with_consensus", lambda s: Outcome.objects.filter(pk=s.intention.pk).update(level=3), 2),
    ("intent_agreements", lambda s: Agreement.objects.filter(pk=s.framework.pk).update(kind="intent"), 2),
    ("meetings_planned", lambda s: type(s.held).objects.filter(pk=s.held.pk).update(state="cancelled"), 1),
    ("meetings_held", lambda s: s.held.timetable.meetings.update(state="held"), 2),
    ("wishes", lambda s: WishFactory(wisher=s.schools[1], partner=s.enterprises[0]), 3),
    ("wishes", lambda s: set_status(s.schools[2], "absent"), 1),
    (
        "wishes_met",
        lambda s: MeetingFactory(timetable=s.held.timetable, school=s.schools[2], enterprise=s.enterprises[1]),
        2,
    ),
    ("people_promised", lambda s: Outcome.objects.filter(pk=s.intention.pk).update(headcount=5), 45),
    ("demands", lambda s: type(s.demand).objects.filter(pk=s.demand.pk).update(status="withdrawn"), 1),
    ("people_sought", lambda s: type(s.demand).objects.filter(pk=s.demand.pk).update(headcount=31), 51),
]


@pytest.mark.parametrize(("figure", "change", "after"), CHANGES)
def test_a_figure_changes_when_its_rows_change(scene, figure, change, after):
    before = figures(scene)

    change(scene)

    assert (before[figure], figures(scene)[figure]) == (FIGURES_OF_SCENE[figure], after)


def test_every_figure_has_a_change_that_is_tested():
    assert {figure for figure, _change, _after in CHANGES} == set(FIGURES_OF_SCENE)


@pytest.mark.parametrize("key", sorted(FIGURES_OF_SCENE))
def test_rows_of_a_figure_add_up_to_it(scene, key):
    rows = list(rows_of(key, scene.fair))
    figure = figure_named(key)
    total = sum(getattr(row, figure.adds) for row in rows) if figure.adds else len(rows)

    assert total == figures(scene)[figure.key]


def test_rows_of_an_unknown_figure_are_refused(scene):
    with pytest.raises(KeyError):
        rows_of("happiness", scene.fair)


def test_brief_of_an_empty_fair_is_all_zero():
    counted = brief(FairFactory())

    assert (counted.schools, counted.share_secondary_and_technician, counted.funding_yuan) == (0, 0.0, 0)
    assert (counted.top_majors, counted.graduates_by_level, counted.schools_by_province) == ((), (), ())


def test_brief_tables_by_level_province_and_major(scene):
    counted = brief(scene.fair)

    assert counted.graduates_by_level == (
        LevelRow("secondary", 1, 100),
        LevelRow("technician", 1, 200),
        LevelRow("junior_college", 1, 50),
    )
    assert counted.schools_by_province == (
        ProvinceRow("530000", "云南省", 2, 250),
        ProvinceRow("440000", "广东省", 1, 100),
    )
    # The first demand accepts the major at two levels, and is counted once.
    assert counted.top_majors == (SoughtMajor("510205", "大数据技术", 30, 1), SoughtMajor("520201", "护理", 20, 1))


# --- who takes part -----------------------------------------------------------------------------------------------


def test_taking_part_in_a_closed_fair_is_having_been_checked_in(scene):
    for row in (*scene.schools[:2], scene.enterprises[0]):
        Participation.objects.filter(pk=row.pk).update(status="attended", checked_in_at=timezone.now())
    assert (figures(scene)["schools"], figures(scene)["enterprises"]) == (3, 2)  # the others may still come

    scene.fair.status = FairStatus.CLOSED

    assert (figures(scene)["schools"], figures(scene)["enterprises"]) == (2, 1)


def test_taking_part_in_a_closed_fair_without_a_desk_is_having_said_so(scene):
    scene.fair.status = FairStatus.CLOSED

    assert (figures(scene)["schools"], figures(scene)["enterprises"]) == (3, 2)


# --- cost and words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [0, 5])
def test_brief_asks_the_same_number_of_questions_whatever_the_size(scene, more, django_assert_num_queries):
    for _ in range(more):
        SchoolParticipationFactory(fair=scene.fair)

    with django_assert_num_queries(6):
        brief(scene.fair)


def words(counted: Brief, scene: Scene) -> str:
    return "\n".join(paragraphs(scene.fair, counted))


def test_paragraphs_say_the_figures(scene):
    from django.utils import translation

    with translation.override("en"):
        text = words(brief(scene.fair), scene)

    assert "3 schools from 2 provinces together with 2 enterprises" in text
    assert "67 % of the schools" in text
    assert "50 people in 2 talent demands; the majors asked for most are 大数据技术 and 护理" in text
    assert "signed 1 framework agreement." in text
    assert "500,000 yuan" in text


def test_paragraphs_do_not_mention_what_did_not_happen():
    fair = FairFactory()

    assert len(paragraphs(fair, brief(fair))) == 1


def test_people_are_promised_from_an_intent_on(scene):
    rows = Outcome.objects.filter(pk=scene.intention.pk)
    for level, promised in ((0, 40), (1, 40), (2, 47), (4, 47)):
        rows.update(level=level, headcount=7)
        assert figures(scene)["people_promised"] == promised


def test_funding_keeps_its_fen(scene):
    FundingFactory(agreement=scene.framework, amount=Decimal("0.50"))

    counted = brief(scene.fair)

    assert (counted.funding_yuan, counted.as_dict()["funding_yuan"]) == (Decimal("500000.50"), 500_000.5)
    FundingFactory(agreement=scene.framework, amount=Decimal("0.50"))
    whole = brief(scene.fair).as_dict()["funding_yuan"]
    assert (whole, type(whole)) == (500_001, int)


def test_demands_are_those_for_the_class_of_the_fair_or_for_none(scene):
    for year, sought in ((2025, 20), (2024, 50), (None, 50)):
        type(scene.demand).objects.filter(pk=scene.demand.pk).update(graduating_year=year)
        assert figures(scene)["people_sought"] == sought
