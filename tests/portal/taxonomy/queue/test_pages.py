"""The staff's page of names that nobody knows, and the forms in which such names are typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.majors.models import Programme
from portal.organizations.models import Organization
from portal.taxonomy.models import Skill
from portal.taxonomy.queue.models import UnresolvedName
from portal.taxonomy.queue.services import decide_as_major, queue_names
from portal.taxonomy.resolving import resolve_skill
from portal.taxonomy.services import decide_synonym
from tests.factories import (
    EnterpriseFactory,
    MajorFactory,
    SchoolFactory,
    SkillFactory,
    UnresolvedNameFactory,
    member_of,
)
from tests.portal.taxonomy.queue.conftest import demand_with, major, skill

pytestmark = pytest.mark.django_db
QUEUE = "/taxonomy/names/"


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return english(client)


def queued(*typed: object, at: datetime) -> UnresolvedName:
    [name] = queue_names(typed=list(typed), at=at)  # type: ignore[arg-type]
    return name


def press(desk: Client, move: str, name: UnresolvedName, **data: str) -> str:
    return desk.post(reverse(f"taxonomy:{move}", args=[name.pk]), data, follow=True).content.decode()


def test_queue_shows_what_waits_where_it_was_typed_and_what_it_may_mean(desk: Client, noon: datetime) -> None:
    SkillFactory(name="Python程序设计")
    demand = demand_with(skill("Python程序"), at=noon)
    demand_with(skill("Python程序"), at=noon)
    page = desk.get(QUEUE).content.decode()
    assert "Python程序" in page
    assert "2 rows wait" in page
    assert demand.enterprise.legal_name in page
    assert '<button class="btn" name="target" value="Python程序设计">' in page


def test_queue_is_narrowed_to_a_kind_and_a_state(desk: Client, noon: datetime) -> None:
    queue_names(typed=[skill("派森"), major("动画绘制")], at=noon)
    UnresolvedNameFactory(text="吃苦耐劳", state="rejected", reason="不是技能", decided_at=noon)

    def shown(query: str) -> list[str]:
        return [line.name.text for line in desk.get(f"{QUEUE}?{query}").context["lines"]]

    assert sorted(shown("")) == sorted(shown("kind=nonsense")) == ["动画绘制", "派森"]
    assert shown("kind=major") == ["动画绘制"]
    assert shown("state=rejected") == ["吃苦耐劳"]
    assert shown("state=decided") == []


@pytest.mark.parametrize("count", [1, 26])
def test_queue_takes_few_queries_however_many_wait(
    desk: Client, noon: datetime, count: int, django_assert_max_num_queries: Callable
) -> None:
    demand_with(*(skill(f"未知技能{number}") for number in range(count)), at=noon)
    queue_names(typed=[major("动画绘制")], at=noon)
    desk.get(QUEUE)
    with django_assert_max_num_queries(12):
        page = desk.get(QUEUE)
    assert len(page.context["lines"]) == min(count + 1, 10)


def test_suggestion_is_one_press_and_can_be_undone(desk: Client, noon: datetime) -> None:
    SkillFactory(name="Python程序设计")
    name = queued(skill("派森"), at=noon)
    page = press(desk, "decide", name, target="Python程序设计")
    assert "“派森” now stands for Python程序设计." in page
    assert "Last decision:" in page
    assert resolve_skill("派森").key == "Python程序设计"
    assert "“派森” waits for a decision again." in press(desk, "undo", name)
    assert resolve_skill("派森").key is None
    assert "has been taken back already" in press(desk, "undo", name)


def test_major_new_skill_and_rejection_by_page(desk: Client, noon: datetime) -> None:
    MajorFactory(code="510215", name="动漫制作技术", level="junior_college")
    assert "now stands for 动漫制作技术." in press(desk, "decide", queued(major("动画绘制"), at=noon), target="510215")
    new = queued(skill("鸿蒙"), at=noon)
    assert "is a skill of the list now" in press(desk, "new-skill", new, text="鸿蒙应用开发", kind="course")
    assert Skill.objects.get().name == "鸿蒙应用开发"
    rejected = queued(skill("吃苦耐劳"), at=noon)
    assert "is not accepted" in press(desk, "reject", rejected, reason="不是技能")
    assert UnresolvedName.objects.get(pk=rejected.pk).reason == "不是技能"


@pytest.mark.parametrize(
    ("move", "data"), [("decide", {"target": "无"}), ("decide", {}), ("new-skill", {"text": ""}), ("reject", {})]
)
def test_unusable_decision_changes_nothing(desk: Client, noon: datetime, move: str, data: dict[str, str]) -> None:
    name = queued(skill("派森"), at=noon)
    assert "notice-error" in press(desk, move, name, **data)
    assert UnresolvedName.objects.get().state == "open"
    assert Skill.objects.count() == 0


def test_queue_is_for_the_staff(client: Client, noon: datetime) -> None:
    name = queued(skill("派森"), at=noon)
    client.force_login(member_of(EnterpriseFactory()))
    assert client.get(QUEUE).status_code == 404
    assert client.post(reverse("taxonomy:reject", args=[name.pk]), {"reason": "x"}).status_code == 404
    assert UnresolvedName.objects.get().state == "open"


# --- where names are typed -------------------------------------------------------------------------------------------


@pytest.fixture
def enterprise(db: None) -> Organization:
    made: Organization = EnterpriseFactory()
    return made


@pytest.fixture
def hr(client: Client, enterprise: Organization) -> Client:
    client.force_login(member_of(enterprise))
    return english(client)


def filled(enterprise: Organization, **fields: object) -> dict[str, object]:
    last_day = timezone.localdate() + timedelta(days=30)
    return {"enterprise": enterprise.pk, "title": "程序员", "headcount": 3, "valid_until": str(last_day)} | fields


def test_typed_skill_is_known_or_kept_to_be_checked(hr: Client, enterprise: Organization, noon: datetime) -> None:
    python = SkillFactory(name="Python程序设计")
    decide_synonym(text="派森", skill=python, source="test", actor=None, at=noon)
    data = filled(enterprise, skills=["PYTHON程序设计", "派森", "鸿蒙应用开发"])
    page = hr.post(reverse("demands:new"), data, follow=True).content.decode()
    demand = TalentDemand.objects.get()
    assert list(demand.skills.all()) == [python]
    assert [wording.name.text for wording in demand.wordings.all()] == ["鸿蒙应用开发"]
    assert "鸿蒙应用开发</span> · To be checked" in page
    form = hr.get(reverse("demands:edit", args=[demand.pk])).content.decode()
    assert '<option value="鸿蒙应用开发" selected>' in form
    assert 'data-create="Take as typed:"' in form


def test_rejected_name_is_shown_with_its_reason(
    hr: Client, enterprise: Organization, noon: datetime, staff: User
) -> None:
    from portal.taxonomy.queue.services import reject_name

    hr.post(reverse("demands:new"), filled(enterprise, skills=["吃苦耐劳"]))
    reject_name(name_id=UnresolvedName.objects.get().pk, reason="不是技能", actor=staff, at=noon)
    page = hr.get(TalentDemand.objects.get().get_absolute_url()).content.decode()
    assert "吃苦耐劳</span> · Not accepted: 不是技能" in page


def test_typed_major_is_asked_about_before_it_is_left_to_the_staff(hr: Client, enterprise: Organization) -> None:
    MajorFactory(code="510215", name="动漫制作技术", level="junior_college")
    data = filled(enterprise, majors=["动漫制作", "动漫制作技术专业"], levels=["junior_college"])
    page = hr.post(reverse("demands:new"), data).content.decode()
    assert "“动漫制作” does not name one major. Did you mean: 动漫制作技术 · 510215" in page
    assert '<input type="checkbox" name="leave_to_staff"' in page
    assert '<option value="动漫制作" selected>' in page
    assert (TalentDemand.objects.count(), UnresolvedName.objects.count()) == (0, 0)
    hr.post(reverse("demands:new"), data | {"leave_to_staff": "on"})
    demand = TalentDemand.objects.get()
    assert [row.code for row in demand.majors.all()] == ["510215"]
    assert UnresolvedName.objects.values_list("kind", "text", "level").get() == ("major", "动漫制作", "junior_college")
    assert "leave_to_staff" in hr.get(reverse("demands:edit", args=[demand.pk])).content.decode()


@pytest.mark.parametrize("texts", [["长" * 120], [f"技能{number}" for number in range(21)]])
def test_too_much_text_is_refused_and_kept_in_the_form(hr: Client, enterprise: Organization, texts: list[str]) -> None:
    answer = hr.post(reverse("demands:new"), filled(enterprise, skills=texts))
    assert list(answer.context["form"].errors) == ["skills"]
    assert f'<option value="{texts[0]}" selected>' in answer.content.decode()
    assert UnresolvedName.objects.count() == 0


def test_school_types_a_skill_too(client: Client) -> None:
    school = SchoolFactory()
    MajorFactory(code="510215", name="动漫制作技术", level="junior_college")
    client.force_login(member_of(school))
    client.post(reverse("majors:add", args=[school.pk]), {"major": "510215", "skills": ["原画设计"]})
    programme = Programme.objects.get()
    assert [wording.name.text for wording in programme.wordings.all()] == ["原画设计"]
    form = client.get(reverse("majors:edit", args=[programme.pk])).content.decode()
    assert '<option value="原画设计" selected>' in form
    client.post(reverse("majors:edit", args=[programme.pk]), {"is_active": "on"})
    assert programme.wordings.count() == 0


def test_name_that_the_lists_know_by_now_is_offered_as_what_it_is(desk: Client, staff: User, noon: datetime) -> None:
    target = MajorFactory(code="510215", name="动漫制作技术", level="junior_college")
    one, _other = queue_names(typed=[major("动画绘制"), major("动画绘制", "junior_college")], at=noon)
    decide_as_major(name_id=one.pk, major=target, actor=staff, at=noon)
    [line] = desk.get(QUEUE).context["lines"]
    assert line.choices == [("510215", "动漫制作技术 · 510215 · Junior college")]


def test_decision_leads_back_to_the_list_as_it_was_narrowed(desk: Client, noon: datetime) -> None:
    name = queued(skill("派森"), at=noon)
    page = desk.get(f"{QUEUE}?kind=skill").content.decode()
    address = f"{reverse('taxonomy:reject', args=[name.pk])}?kind=skill"
    assert f'action="{address}"' in page
    assert desk.post(address, {"reason": "不是技能"}).headers["Location"] == f"{QUEUE}?kind=skill"
    assert desk.post(address, {"reason": ""}).headers["Location"] == f"{QUEUE}?kind=skill"


def test_major_that_several_levels_know_is_read_by_the_level_of_the_demand(
    hr: Client, enterprise: Organization
) -> None:
    MajorFactory(code="460103", name="数控技术", level="junior_college")
    MajorFactory(code="260103", name="数控技术", level="vocational_bachelor")
    data = filled(enterprise, majors=["数控技术", "460103"])
    both = hr.post(reverse("demands:new"), data | {"levels": ["junior_college", "vocational_bachelor"]})
    assert "does not name one major" in both.content.decode()
    hr.post(reverse("demands:new"), data | {"levels": ["vocational_bachelor"]})
    assert sorted(row.code for row in TalentDemand.objects.get().majors.all()) == ["260103", "460103"]
    assert UnresolvedName.objects.count() == 0
