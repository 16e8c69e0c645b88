"""The sheet of a new agreement: two to six parties of fitting kinds, and nothing typed is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.agreements.models import Agreement
from portal.accounts.models import User
from portal.taxonomy.names import search_columns
from tests.events.agreements.world import World, lay_world
from tests.factories import DemandFactory, EnterpriseFactory, OrganizationFactory, SchoolFactory
from tests.factories_events import ParticipationFactory

pytestmark = pytest.mark.django_db
DATES = {"starts_on": "2024-05-17"}
NO_MONEY = {"funding-TOTAL_FORMS": "0", "funding-INITIAL_FORMS": "0"}


@pytest.fixture
def world() -> World:
    return lay_world()


def as_user(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def page(person: User, **query: str) -> str:
    return as_user(person).get(reverse("agreements:new"), query).content.decode()


def post(person: User, **data: Any) -> Any:
    return as_user(person).post(reverse("agreements:new"), data)


def sheet(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "framework",
        "fair": world.fair.slug,
        "party": [world.school.legal_name, world.enterprise.legal_name],
        "cooperation_kinds": "internship",
        "funding-TOTAL_FORMS": "2",
        "funding-INITIAL_FORMS": "0",
        "funding-0-payer": "second",
        "funding-0-payee": "first",
        "funding-0-purpose": "职业培训基金",
        "funding-0-amount": "300000",
        "funding-0-due_on": "2024-09-01",
        "funding-1-payer": "second",  # an empty row: who pays is always chosen
        "funding-1-payee": "first",
        **DATES,
        **changes,
    }


def stored() -> Agreement:
    return Agreement.objects.get()


def parties_of(agreement: Agreement) -> list[tuple[str, str]]:
    return list(agreement.parties.order_by("position").values_list("role", "organization__legal_name"))


def test_new_agreement_is_stored_and_shown(world):
    answer = post(world.organizer, **sheet(world))

    agreement = stored()
    assert answer["Location"] == agreement.get_absolute_url()
    assert (agreement.kind, agreement.ends_on, agreement.fair) == ("framework", date(2027, 5, 16), world.fair)
    assert parties_of(agreement) == [("first", world.school.legal_name), ("second", world.enterprise.legal_name)]
    funding = agreement.funding.get()
    assert (str(funding.amount), funding.payer.organization) == ("300000.00", world.enterprise)
    assert list(funding.instalments.values_list("due_on", flat=True)) == [date(2024, 9, 1)]


def test_government_and_school_agree_with_a_park_as_third(world):
    bureau = OrganizationFactory(kind="government", legal_name="宝安区教育局")
    park = OrganizationFactory(kind="park", legal_name="宝安产业园")
    names = [bureau.legal_name, world.school.legal_name, park.legal_name, ""]

    post(world.teacher, kind="gov_school", party=names, **DATES, **NO_MONEY)

    assert parties_of(stored()) == [
        ("first", "宝安区教育局"),
        ("second", world.school.legal_name),
        ("third", "宝安产业园"),
    ]


@pytest.mark.parametrize(
    ("kind", "extra", "sentence"),
    [
        ("gov_school", [], "needs a government department and a school"),
        ("intent", ["school only"], "needs a school and an enterprise"),
        ("internship", ["park"], "has at most 2 parties"),
        ("framework", ["again"], "each once"),
    ],
)
def test_parties_that_do_not_fit_the_kind_are_refused_beside_the_parties(world, kind, extra, sentence):
    park = OrganizationFactory(kind="park", legal_name="宝安产业园")
    names = [world.school.legal_name, world.enterprise.legal_name]
    names = [names[0], park.legal_name] if extra == ["school only"] else names
    names += {"park": [park.legal_name], "again": [world.school.legal_name]}.get("".join(extra), [])

    answer = post(world.teacher, kind=kind, party=names, **DATES, **NO_MONEY)

    assert Agreement.objects.count() == 0
    assert len(answer.context["sheet"].party_problems) == 1
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends_on": "2024-05-01"}, "id_ends_on_error"),
        ({"funding-0-amount": "-1"}, "id_funding-0-amount_error"),
        ({"funding-0-amount": ""}, "id_funding-0-amount_error"),
        ({"funding-0-payee": "second"}, "id_funding-0-payee_error"),
        ({"party": ["", "深圳市长盈精密技术股份有限公司"]}, "id_party_1_error"),
        ({"party": ["昭通市职业教育中心", "没有这家公司"]}, "id_party_2_error"),
        ({"fair": "elsewhere"}, "id_fair_error"),
        ({"starts_on": "明天"}, "id_starts_on_error"),
        ({"demand": "zz"}, "error-summary"),
    ],
)
def test_mistake_stores_nothing_says_so_beside_the_field_and_keeps_what_was_typed(world, changes, message):
    answer = post(world.organizer, **sheet(world, **changes))

    text = answer.content.decode()
    assert (answer.status_code, Agreement.objects.count()) == (200, 0)
    assert message in text
    assert "error-summary" in text
    assert "职业培训基金" in text
    assert "深圳市长盈精密技术股份有限公司" in text or changes.get("party") == ["昭通市职业教育中心", "没有这家公司"]


def test_person_may_not_bring_two_others_together(world):
    outsider = OrganizationFactory(kind="school", legal_name="外校")

    answer = post(world.teacher, **sheet(world, fair="", party=[outsider.legal_name, world.enterprise.legal_name]))

    assert Agreement.objects.count() == 0
    assert len(answer.context["sheet"].party_problems) == 1
    assert "You act for none of the parties, nor for the organizer of the fair." in answer.content.decode()
    post(world.hr, **sheet(world, fair="", party=[outsider.legal_name, world.enterprise.legal_name]))
    assert Agreement.objects.count() == 1


# --- without a script ---------------------------------------------------------------------------------------------


def names_shown(answer: Any) -> list[str]:
    return [line["name"] for line in answer.context["sheet"].lines]


@pytest.mark.parametrize(
    ("act", "names"),
    [
        ("add", ["甲校", "乙公司", "丙园区", ""]),
        ("remove:2", ["甲校", "丙园区"]),
        ("up:3", ["甲校", "丙园区", "乙公司"]),
        ("up:1", ["甲校", "乙公司", "丙园区"]),
        ("remove:9", ["甲校", "乙公司", "丙园区"]),
        ("nonsense", ["甲校", "乙公司", "丙园区"]),
    ],
)
def test_button_changes_the_parties_and_keeps_everything_typed(world, act, names):
    typed = sheet(world, party=["甲校", "乙公司", "丙园区"], act=act, title="我的标题", starts_on="不是日期")

    answer = post(world.organizer, **typed)

    text = answer.content.decode()
    assert (names_shown(answer), Agreement.objects.count()) == (names, 0)
    assert "error-summary" not in text
    for kept in ("我的标题", "不是日期", "职业培训基金", "300000", "2024-09-01", f'value="{world.fair.slug}" selected'):
        assert kept in text
    assert answer.context["form"]["cooperation_kinds"].value() == ["internship"]


def test_money_moves_with_its_parties(world):
    typed = sheet(world, party=["甲校", "乙公司", "丙园区"], act="up:2")

    rows = post(world.organizer, **typed).context["rows"]

    assert [(row["payer"].value(), row["payee"].value()) for row in rows.forms][:1] == [("first", "second")]


def test_seventh_party_cannot_be_added(world):
    answer = post(world.organizer, **sheet(world, party=list("甲乙丙丁戊己"), act="add"))

    assert names_shown(answer) == list("甲乙丙丁戊己")
    assert 'value="add"' not in answer.content.decode()


def test_another_promise_of_money_has_a_row(world):
    answer = post(world.organizer, **sheet(world, act="add_money"))

    assert len(answer.context["rows"].forms) == 3


# --- names --------------------------------------------------------------------------------------------------------


def test_party_is_found_by_what_people_type(world):
    name = "比亚迪股份有限公司"
    firm = EnterpriseFactory(legal_name=name, short_name="比亚迪", uscc="91440300192317458F", **search_columns([name]))

    for typed in (name, "比亚迪", "91440300192317458f", "biyadi", str(firm.public_id)):
        post(world.teacher, **sheet(world, fair="", party=[world.school.legal_name, typed]))
        assert parties_of(Agreement.objects.latest("pk"))[1] == ("second", name)
    assert Agreement.objects.count() == 5


def test_ambiguous_name_asks_for_the_full_one_and_the_fair_decides_where_it_can(world):
    there, away = (
        EnterpriseFactory(legal_name=name, **search_columns([name])) for name in ("长城汽车公司", "长城电脑公司")
    )
    ParticipationFactory(fair=world.fair, organization=there)
    parties = [world.school.legal_name, "长城"]

    answer = post(world.teacher, **sheet(world, fair="", party=parties))
    assert away.legal_name in str(answer.context["sheet"].errors[1])
    assert Agreement.objects.count() == 0

    post(world.teacher, **sheet(world, party=parties))
    assert parties_of(stored())[1] == ("second", there.legal_name)


def test_organization_that_is_not_approved_is_not_found(world):
    SchoolFactory(legal_name="待审学校", status="submitted")

    answer = post(world.hr, **sheet(world, fair="", party=["待审学校", world.enterprise.legal_name]))

    assert list(answer.context["sheet"].errors) == [0]
    assert "No approved organization is called like this." in answer.content.decode()


def test_names_are_suggested_while_one_types(world):
    EnterpriseFactory(legal_name="昭通外面的公司", **search_columns(["昭通外面的公司"]))
    type(world.school).objects.filter(pk=world.school.pk).update(**search_columns([world.school.legal_name]))
    client = as_user(world.teacher)
    address = reverse("agreements:party-names")

    own = client.get(address).content.decode()
    found = client.get(address, {"party": "昭通", "fair": world.fair.slug}).content.decode()

    assert world.school.legal_name in own
    assert "昭通外面的公司" not in own
    assert found.index(world.school.legal_name) < found.index("昭通外面的公司")


# --- where one comes from -----------------------------------------------------------------------------------------


def test_person_begins_with_the_own_organization(world):
    assert f'value="{world.school.legal_name}"' in page(world.teacher)
    assert f'value="{world.enterprise.legal_name}"' in page(world.hr)
    assert f'value="{world.school.legal_name}"' not in page(world.hr)


def test_demand_brings_its_enterprise_its_kinds_and_the_school_chosen(world, django_assert_max_num_queries):
    demand = DemandFactory(enterprise=world.enterprise, status="published", title="装配技师")
    demand.cooperation_kinds.set(["order_class"])
    client = as_user(world.hr)
    asked = {"demand": str(demand.public_id), "school": str(world.school.public_id)}

    with django_assert_max_num_queries(12):
        answer = client.get(reverse("agreements:new"), asked)

    assert names_shown(answer) == [world.school.legal_name, world.enterprise.legal_name]
    assert answer.context["form"]["cooperation_kinds"].value() == ["order_class"]
    assert "装配技师" in answer.content.decode()
    post(world.hr, **sheet(world, demand=str(demand.public_id)))
    assert stored().demand == demand


def test_demand_of_another_enterprise_is_refused(world):
    foreign = DemandFactory(status="published")

    answer = post(world.hr, **sheet(world, demand=str(foreign.public_id)))

    assert Agreement.objects.count() == 0
    assert foreign.enterprise.legal_name in str(answer.context["sheet"].party_problems[0])


def test_demand_that_the_person_may_not_see_is_not_shown(world):
    hidden = DemandFactory(status="draft", title="还没有发布的岗位")

    text = page(world.hr, demand=str(hidden.public_id))

    assert "还没有发布的岗位" not in text
    assert hidden.enterprise.legal_name not in text
