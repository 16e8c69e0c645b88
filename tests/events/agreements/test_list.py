"""The pipeline: who sees which agreements, in which state, narrowed by what."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.agreements.models import Agreement, AgreementParty, AgreementText, Instalment, Milestone, Payment
from portal.accounts.models import User
from portal.taxonomy.names import search_columns
from tests.conftest import NOON
from tests.events.agreements.world import World, lay_world
from tests.factories import CooperationKindFactory, EnterpriseFactory, OrganizationFactory, StaffFactory, member_of
from tests.factories_agreements import AgreementFactory, FundingFactory
from tests.factories_events import FairFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def world() -> World:
    return lay_world()


def page(person: User, **query: str) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    answer = client.get(reverse("agreements:list"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers_in(text: str) -> list[str]:
    return re.findall(r">(ZQ-\d{4}-\d{4})<", text)


def listed(person: User, **query: str) -> list[str]:
    return numbers_in(page(person, **query))


def counts(person: User, **query: str) -> dict[str, int]:
    """State → number, as the tiles on top of the page say."""
    tiles = re.findall(r'stat-label">([^<]+)</span><span class="stat-value">(\d+)<', page(person, **query))
    return {label: int(number) for label, number in tiles}


def of_school(world: World, **values: Any) -> Agreement:
    return AgreementFactory(fair=world.fair, school=world.school, **values)


def handed_to(agreement: Agreement, role: str) -> Agreement:
    AgreementText.objects.filter(agreement=agreement).update(with_party=agreement.parties.get(role=role))
    return agreement


def one_in_every_state(world: World) -> dict[str, str]:
    """State of the pipeline → the number of the agreement that stands there for the school."""
    span = {"starts_on": TODAY - timedelta(days=200), "ends_on": TODAY + timedelta(days=900)}
    soon = span | {"ends_on": TODAY + timedelta(days=90)}
    rows = {
        "with_us": handed_to(of_school(world), "first"),
        "with_others": handed_to(of_school(world), "second"),
        "to_sign": of_school(world, status="approved"),
        "in_force": of_school(world, status="in_force", **span),
        "ending": of_school(world, status="in_force", **soon),
        "dormant": of_school(world, status="in_force", dormant_since=TODAY, **span),
        "ended": of_school(world, status="expired"),
        "given_up": of_school(world, status="withdrawn"),
    }
    return {state: row.number for state, row in rows.items()}


def test_every_state_is_counted_and_leads_to_its_agreements(world):
    rows = one_in_every_state(world)
    in_force = sorted((rows["in_force"], rows["ending"], rows["dormant"]), reverse=True)

    assert counts(world.teacher) == {
        "Draft with us": 1,
        "Draft with the others": 1,
        "Approved, to be signed": 1,
        "In force": 3,
        "Ending within 90 days": 1,
        "Dormant": 1,
        "Ended": 1,
    }
    for state, number in rows.items():
        assert listed(world.teacher, state=state) == (in_force if state == "in_force" else [number])
    assert listed(world.teacher, ending="on") == [rows["ending"]]
    assert listed(world.teacher, dormant="on") == [rows["dormant"]]


def test_whose_turn_it_is_depends_on_who_looks(world):
    ours = handed_to(AgreementFactory(fair=world.fair, school=world.school, enterprise=world.enterprise), "first")

    assert (counts(world.teacher)["Draft with us"], counts(world.teacher)["Draft with the others"]) == (1, 0)
    assert (counts(world.hr)["Draft with us"], counts(world.hr)["Draft with the others"]) == (0, 1)
    assert (listed(world.teacher, waiting="on"), listed(world.hr, waiting="on")) == ([ours.number], [])
    assert "with us" in page(world.teacher)
    assert f"with {world.school.display_name}" in page(world.hr)


def test_amendment_of_an_agreement_in_force_waits_for_whoever_holds_it(world):
    row = of_school(world, status="in_force")
    text = row.texts.get()
    AgreementText.objects.create(
        agreement=row,
        number=2,
        change="amendment",
        content=text.content,
        terms_hash="1" * 64,
        with_party=row.parties.get(role="first"),
    )

    assert listed(world.teacher, waiting="on") == [row.number]
    assert counts(world.teacher)["Draft with us"] == 0


def test_counts_follow_the_other_filters_and_not_the_state(world):
    one_in_every_state(world)
    AgreementFactory(fair=FairFactory(slug="other"), school=world.school)

    assert counts(world.teacher, fair="other")["Draft with us"] == 1
    assert counts(world.teacher, fair="other")["In force"] == 0
    assert counts(world.teacher, state="ended")["In force"] == 3


def test_list_is_narrowed_by_kind_status_fair_and_text(world):
    staff = StaffFactory()
    one = of_school(world, kind="framework", status="signed")
    two = AgreementFactory(fair=FairFactory(slug="other"), kind="intent")
    AgreementParty.objects.filter(agreement=two, role="first").update(own_number="校合〔2024〕7号")

    assert listed(staff) == [two.number, one.number]
    assert listed(staff, kind="framework") == [one.number]
    assert listed(staff, status="draft") == [two.number]
    assert listed(staff, fair="other") == [two.number]
    assert listed(staff, text="昭通") == [one.number]
    assert listed(staff, text=two.number) == [two.number]
    assert listed(staff, text="校合〔2024〕7号") == [two.number]
    assert listed(staff, text="没有这样的") == []


def test_list_is_narrowed_by_party_cooperation_and_year(world):
    firm = EnterpriseFactory(legal_name="比亚迪股份有限公司", **search_columns(["比亚迪股份有限公司"]))
    kind = CooperationKindFactory(code="real_project")
    signed = of_school(
        world, enterprise=firm, status="signed", signed_on=date(2022, 12, 31), terms=[{"cooperation_kind": kind}]
    )
    draft = of_school(world, starts_on=date(2023, 1, 1))
    person = world.teacher

    for typed in ("比亚迪", "byd", str(firm.public_id)):
        assert listed(person, party=typed) == [signed.number]
    assert listed(person, cooperation_kind="real_project") == [signed.number]
    assert (listed(person, year="2022"), listed(person, year="2023")) == ([signed.number], [draft.number])
    assert listed(person, year="2024") == []


@pytest.mark.parametrize("query", [{"year": "99999999"}, {"state": "zz"}, {"party": "\x00"}, {"waiting": "1"}])
def test_nonsense_narrows_nothing_and_breaks_nothing(world, query):
    row = of_school(world)

    assert listed(world.teacher, **query) == [row.number]


def test_strangers_see_none_and_an_empty_list_says_how_to_begin(world):
    row = of_school(world)

    text = page(member_of(EnterpriseFactory()))

    assert row.number not in text
    assert "No agreement yet" in text
    assert "Nothing found" in page(world.teacher, text="没有这样的")


def test_rows_tell_money_and_what_is_due_next(world):
    row = of_school(world, status="in_force", amount=Decimal(100_000))
    funding = FundingFactory(agreement=row, amount=Decimal(100_000))
    for number, day in enumerate((date(2024, 6, 1), date(2031, 6, 1)), 1):
        Instalment.objects.create(funding=funding, number=number, due_on=day, amount=50_000)
    assert "2024-06-01" in page(world.teacher)
    assert "overdue" in page(world.teacher)
    payment = Payment.objects.create(funding=funding, paid_on=TODAY, amount=50_000, recorded_by=world.hr)

    text = page(world.teacher)

    assert "100,000" in text
    assert "50,000 paid" in text
    assert "2031-06-01" in text
    assert "overdue" not in text
    Milestone.objects.create(agreement=row, title="挂牌", due_on=date(2030, 9, 1))
    assert "2030-09-01" in page(world.teacher)
    Payment.objects.filter(pk=payment.pk).update(cancelled_at=NOON)
    assert "2024-06-01" in page(world.teacher)


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions_for_one_and_three(world, count, django_assert_max_num_queries):
    for _ in range(count):
        funding = FundingFactory(agreement=of_school(world, status="in_force"))
        Instalment.objects.create(funding=funding, number=1, due_on=TODAY, amount=funding.amount)
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.teacher)

    with django_assert_max_num_queries(11):
        client.get(reverse("agreements:list"), {"text": "协议", "state": "in_force"})


def test_list_pages_reach_every_row_once(world):
    rows = [of_school(world).number for _ in range(26)]
    first = page(world.teacher)
    after = re.search(r"after=([\w%.:-]+)", first)

    second = listed(world.teacher, after=unquote(after[1]))

    assert numbers_in(first) + second == list(reversed(rows))


def test_three_parties_stand_in_the_order_of_their_roles(world):
    row = of_school(world)
    third = OrganizationFactory(kind="government", legal_name="宝安区教育局")
    AgreementParty.objects.create(agreement=row, organization=third, role="third", position=3)

    text = page(world.teacher)

    assert text.index(world.school.display_name) < text.index("宝安区教育局")
    assert "Party C" in text
