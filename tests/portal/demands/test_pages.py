"""Pages of demands: who sees what, forms that explain, moves, and what a page costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.demands.models import DemandStatus, TalentDemand
from portal.organizations.models import Organization
from tests.factories import (
    DemandFactory,
    EnterpriseFactory,
    MajorFactory,
    RegionFactory,
    SkillFactory,
    StaffFactory,
    member_of,
)

pytestmark = pytest.mark.django_db
LIST = reverse("demands:list")
CANARY = "金丝雀7731"


@pytest.fixture
def desk(client: Client, hr: User) -> Client:
    """The browser of the enterprise's HR, in English."""
    client.force_login(hr)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def posted(enterprise: Organization) -> dict[str, object]:
    """A demand as the form sends it."""
    return {
        "enterprise": enterprise.pk,
        "title": "数控机床操作工",
        "headcount": "20",
        "majors": [MajorFactory(code="460103", name="数控技术", level="junior_college").pk],
        "skills": [SkillFactory(name="数控编程").name],
        "levels": ["secondary", "junior_college"],
        "salary_min": "5000",
        "salary_max": "8000",
        "workplace": "440306",
        "cooperation_kinds": ["order_class"],
        "description": "两班倒",
        "valid_until": (timezone.localdate() + timedelta(days=30)).isoformat(),
    }


def rows_of(client: Client, **query: str) -> list[str]:
    return [row.title for row in client.get(LIST, query).context["page"].rows]


def test_list_shows_own_in_every_status_and_open_ones_of_others(desk: Client, enterprise: Organization) -> None:
    for status in DemandStatus.values:
        filled = {"partially_filled": 1, "filled": 20}.get(status, 0)
        DemandFactory(enterprise=enterprise, title=f"own {status}", status=status, filled=filled)
        DemandFactory(title=f"foreign {status}", status=status, filled=filled)
    assert sorted(rows_of(desk)) == sorted(f"own {status}" for status in DemandStatus.values)
    open_ones = ["foreign partially_filled", "foreign published", "own partially_filled", "own published"]
    assert sorted(rows_of(desk, scope="open")) == open_ones
    assert rows_of(desk, status="draft") == ["own draft"]


@pytest.mark.parametrize("status", ["draft", "filled", "expired", "withdrawn"])
def test_foreign_demand_that_is_not_open_shows_nowhere(client: Client, onlooker: User, status: str) -> None:
    filled = 20 if status == "filled" else 0
    hidden = DemandFactory(title=CANARY, description=CANARY, status=status, filled=filled)
    shown = DemandFactory(title="公开", status="published")
    suspended = DemandFactory(title=CANARY, status="published", enterprise__status="suspended")
    client.force_login(onlooker)
    pages = [LIST, f"{LIST}?scope=own", f"{LIST}?text={CANARY}", shown.get_absolute_url()]
    pages += [reverse("demands:of_enterprise", args=[demand.enterprise_id]) for demand in (hidden, shown)]
    bodies = [client.get(page) for page in pages]
    assert {answer.status_code for answer in bodies} == {200}
    assert [answer for answer in bodies if f">{CANARY}" in answer.content.decode()] == []
    assert "公开" in bodies[0].content.decode()
    for demand in (hidden, suspended):
        assert client.get(demand.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"text": "skjc"}, ["数控机床操作工"]),
        ({"text": "长盈"}, ["数控机床操作工"]),
        ({"major": "460103"}, ["数控机床操作工"]),
        ({"level": "secondary"}, ["会计", "数控机床操作工"]),
        ({"level": "bachelor"}, ["会计"]),
        ({"province": "440000"}, ["数控机床操作工"]),
        ({"province": "110000"}, ["会计"]),
        ({"text": "没有"}, []),
    ],
)
def test_list_is_narrowed(
    client: Client, onlooker: User, enterprise: Organization, query: dict[str, str], titles: list[str]
) -> None:
    RegionFactory(code="440000", name="广东省", level=1)
    beijing = RegionFactory(code="110000", name="北京市", level=1)
    lathe = MajorFactory(code="460103", name="数控技术")
    DemandFactory(
        enterprise=enterprise, title="数控机床操作工", status="published", majors=[lathe], levels=["secondary"]
    )
    DemandFactory(title="会计", status="published", workplace=beijing, majors=[MajorFactory(code="730301")])
    client.force_login(onlooker)
    assert sorted(rows_of(client, **query)) == titles


def test_list_pages_on_without_gap_or_double(client: Client, onlooker: User) -> None:
    at = timezone.now().replace(microsecond=123_457)
    DemandFactory.create_batch(30, status="published", published_at=at)
    client.force_login(onlooker)
    first = client.get(LIST).context["page"]
    second = client.get(LIST, {"after": first.next}).context["page"]
    assert len({row.pk for row in first.rows + second.rows}) == 30


def test_new_publishes_and_leads_to_the_ranked_schools(desk: Client, posted: dict[str, object]) -> None:
    answer = desk.post(reverse("demands:new"), posted | {"publish": "1"})
    demand = TalentDemand.objects.get()
    assert answer.headers["Location"] == demand.get_absolute_url()
    assert (demand.status, demand.headcount, demand.workplace_id) == ("published", 20, "440306")
    assert demand.levels == ["secondary", "junior_college"]
    assert [skill.name for skill in demand.skills.all()] == ["数控编程"]
    page = desk.get(demand.get_absolute_url()).content.decode()
    assert f'hx-get="{reverse("matching:for_demand", args=[demand.pk])}" hx-trigger="load"' in page


def test_new_stores_a_draft_that_may_lack_majors(desk: Client, posted: dict[str, object]) -> None:
    desk.post(reverse("demands:new"), posted | {"majors": [], "skills": []})
    assert TalentDemand.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("changes", "field", "errors"),
    [
        ({"title": ""}, "title", {"en": "This field is required.", "zh-hans": "该字段是必填项。"}),
        (
            {"headcount": "0"},
            "headcount",
            {"en": "Ensure this value is greater than or equal to 1.", "zh-hans": "确保该值大于或等于1。"},
        ),
        ({"headcount": "many"}, "headcount", {"en": "Enter a whole number.", "zh-hans": "输入整数。"}),
        ({"salary_max": "4000"}, "salary_max", {"en": "The upper salary is below the lower one."}),
        ({"valid_until": "2020-01-01"}, "valid_until", {"en": "This day is over. Choose a later one."}),
        ({"valid_until": "soon"}, "valid_until", {"en": "Enter a valid date.", "zh-hans": "输入一个有效的日期。"}),
        (
            {"majors": ["999999"]},
            "majors",
            {"en": "No major of the catalogue has the name or code “999999”."},
        ),
        ({"skills": ["长" * 120]}, "skills", {"en": "A name has fewer than 120 characters."}),
        (
            {"majors": [], "skills": []},
            "majors",
            {"en": "Name at least one major or one skill: schools are found by them."},
        ),
    ],
)
def test_new_explains_beside_the_field_and_stores_nothing(
    desk: Client, posted: dict[str, object], changes: dict[str, object], field: str, errors: dict[str, str]
) -> None:
    for language, error in errors.items():
        desk.cookies["django_language"] = language
        answer = desk.post(reverse("demands:new"), posted | {"publish": "1"} | changes)
        page = answer.content.decode()
        assert (answer.status_code, answer.context["form"].errors[field]) == (200, [error])
        assert error in page
        assert "两班倒" in page
        assert ('<option value="460103" selected>' in page) == (field != "majors")
    assert TalentDemand.objects.count() == 0


def test_new_of_an_enterprise_under_review_says_why_not(client: Client, posted: dict[str, object]) -> None:
    waiting = EnterpriseFactory(status="submitted")
    client.force_login(member_of(waiting))
    answer = client.post(reverse("demands:new"), posted | {"enterprise": waiting.pk, "publish": "1"})
    assert len(answer.context["form"].non_field_errors()) == 1
    assert TalentDemand.objects.count() == 0
    assert client.post(reverse("demands:new"), posted | {"enterprise": waiting.pk}).status_code == 302


def test_new_is_for_people_of_enterprises(client: Client, onlooker: User, posted: dict[str, object]) -> None:
    client.force_login(onlooker)
    assert client.post(reverse("demands:new"), posted).status_code == 404
    staff = StaffFactory()
    client.force_login(staff)
    assert client.get(reverse("demands:new")).status_code == 404
    address = reverse("demands:new") + f"?enterprise={posted['enterprise']}"
    assert client.post(address, posted).status_code == 302


def test_new_for_another_enterprise_is_refused(desk: Client, posted: dict[str, object]) -> None:
    foreign = EnterpriseFactory()
    answer = desk.post(reverse("demands:new"), posted | {"enterprise": foreign.pk})
    assert "enterprise" in answer.context["form"].errors
    assert desk.get(reverse("demands:new") + f"?enterprise={foreign.pk}").status_code == 404
    assert TalentDemand.objects.count() == 0


def test_edit_changes_and_refuses_an_old_page(
    desk: Client, hr: User, posted: dict[str, object], enterprise: Organization
) -> None:
    demand = DemandFactory(enterprise=enterprise, status="published")
    address = reverse("demands:edit", args=[demand.pk])
    assert desk.post(address, posted | {"version": "1"}).status_code == 302
    demand.refresh_from_db()
    assert (demand.title, demand.version, demand.salary_max) == ("数控机床操作工", 2, 8000)
    late = desk.post(address, posted | {"version": "1", "title": "铣工"})
    assert late.context["form"].non_field_errors() == [
        "Somebody changed this demand meanwhile. Please look at it again."
    ]
    assert 'value="铣工"' in late.content.decode()
    demand.refresh_from_db()
    assert demand.title == "数控机床操作工"


def test_moves_by_the_buttons(desk: Client, enterprise: Organization) -> None:
    demand = DemandFactory(enterprise=enterprise)

    def press(name: str, **posted: object) -> str:
        desk.post(reverse(f"demands:{name}", args=[demand.pk]), posted)
        demand.refresh_from_db()
        return demand.status

    assert press("publish") == "published"
    assert press("publish") == "published"
    assert press("filled", filled=4) == "partially_filled"
    assert press("filled", filled=21) == "partially_filled"
    later = timezone.localdate() + timedelta(days=80)
    assert press("refresh", valid_until=later.isoformat()) == "partially_filled"
    assert demand.valid_until == later
    assert press("refresh", valid_until="2020-01-01") == "partially_filled"
    assert demand.valid_until == later
    assert press("withdraw") == "withdrawn"
    assert desk.get(reverse("demands:edit", args=[demand.pk])).headers["Location"] == demand.get_absolute_url()
    copied = desk.post(reverse("demands:copy", args=[demand.pk]))
    copy = TalentDemand.objects.exclude(pk=demand.pk).get()
    assert (copy.status, copied.headers["Location"]) == ("draft", reverse("demands:edit", args=[copy.pk]))


def test_small_forms_explain_beside_the_field(desk: Client, enterprise: Organization) -> None:
    demand = DemandFactory(enterprise=enterprise, status="published")
    many = desk.post(reverse("demands:filled", args=[demand.pk]), {"filled": 21})
    assert many.context["form"].errors["filled"] == ["Between 0 and 20 people can be found."]
    past = desk.post(reverse("demands:refresh", args=[demand.pk]), {"valid_until": "2020-01-01"})
    assert past.context["form"].errors["valid_until"] == ["This day is over. Choose a later one."]


@pytest.mark.parametrize("name", ["edit", "publish", "withdraw", "copy", "refresh", "filled"])
def test_writing_pages_of_a_foreign_demand_are_not_found(desk: Client, enterprise: Organization, name: str) -> None:
    own = DemandFactory(enterprise=enterprise)
    foreign = DemandFactory(status="published" if name != "publish" else "draft")
    before = TalentDemand.objects.values().get(pk=foreign.pk)
    assert desk.post(reverse(f"demands:{name}", args=[foreign.pk])).status_code == 404
    assert TalentDemand.objects.values().get(pk=foreign.pk) == before
    assert TalentDemand.objects.count() == 2
    assert desk.post(reverse(f"demands:{name}", args=[own.pk])).status_code in (200, 302)


def test_detail_shows_ranked_schools_and_buttons_to_its_people_only(
    desk: Client, enterprise: Organization, onlooker: User
) -> None:
    demand = DemandFactory(enterprise=enterprise, status="published")
    marks = (reverse("matching:for_demand", args=[demand.pk]), reverse("demands:edit", args=[demand.pk]))
    own = desk.get(demand.get_absolute_url()).content.decode()
    assert [mark in own for mark in marks] == [True, True]
    desk.force_login(member_of(enterprise, role="reader"))
    read = desk.get(demand.get_absolute_url()).content.decode()
    assert [mark in read for mark in marks] == [True, False]
    desk.force_login(onlooker)
    foreign = desk.get(demand.get_absolute_url()).content.decode()
    assert [mark in foreign for mark in marks] == [False, False]


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_one_and_three(
    desk: Client, enterprise: Organization, count: int, django_assert_max_num_queries: Callable
) -> None:
    for _ in range(count):
        demand = DemandFactory(
            enterprise=enterprise,
            status="published",
            majors=MajorFactory.create_batch(2),
            skills=SkillFactory.create_batch(2),
            workplace=RegionFactory(),
        )
    with django_assert_max_num_queries(9):
        assert len(rows_of(desk)) == count
    with django_assert_max_num_queries(9):
        assert len(rows_of(desk, scope="open")) == count
    with django_assert_max_num_queries(12):
        desk.get(demand.get_absolute_url())
    with django_assert_max_num_queries(5):
        part = desk.get(reverse("demands:of_enterprise", args=[enterprise.pk]))
    assert part.content.decode().count("<li") == count
    with django_assert_max_num_queries(12):
        desk.get(reverse("demands:edit", args=[demand.pk]))
