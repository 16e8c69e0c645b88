"""The run sheet of a signing ceremony, filled from the fair's agreements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.agreements.models import Agreement, AgreementParty, CeremonyTurn
from events.agreements.refusals import AgreementRefused
from events.agreements.services import fill_ceremony
from events.fairs.models import FairSession, SigningItem
from events.fairs.services import NotTheirs
from portal.audit.models import AuditEvent
from tests.conftest import NOON
from tests.events.agreements.world import World, lay_world
from tests.factories import OrganizationFactory, StaffFactory
from tests.factories_agreements import AgreementFactory
from tests.factories_events import FairFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return lay_world()


@pytest.fixture
def session(world) -> FairSession:
    return FairSession.objects.create(
        fair=world.fair, kind="signing", title="签约仪式", starts_at=NOON, ends_at=NOON + timedelta(hours=1)
    )


def approved(world: World, **values: Any) -> Agreement:
    given = {"fair": world.fair, "school": world.school, "enterprise": world.enterprise, "status": "approved"}
    return AgreementFactory(**given | values)


def fill(world: World, session: FairSession, *agreements: Agreement) -> list[CeremonyTurn]:
    return fill_ceremony(fair=world.fair, session=session, agreements=agreements, actor=world.organizer, at=NOON)


def sheet(session: FairSession) -> list[tuple[int, str]]:
    return list(session.signings.order_by("position").values_list("position", "title"))


def as_organizer(world: World) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.organizer)
    return client


def page(world: World, **query: Any) -> str:
    answer = as_organizer(world).get(reverse("agreements:ceremony", args=[world.fair.slug]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(world: World, name: str, *arguments: Any, **data: Any) -> Any:
    return as_organizer(world).post(reverse(f"agreements:{name}", args=[world.fair.slug, *arguments]), data)


def test_agreement_gets_a_turn_with_its_sides_and_signatories(world, session):
    row = approved(world, title="战略合作协议")
    row.parties.filter(role="first").update(signatory="李堃", signatory_post="校长")

    [turn] = fill(world, session, row)

    item = turn.signing
    assert (item.session, item.title, item.position) == (session, "战略合作协议", 1)
    assert (item.school.organization, item.enterprise.organization) == (world.school, world.enterprise)
    assert (item.school_signatory, item.enterprise_signatory) == ("李堃 校长", "")


def test_filling_again_adds_nobody_twice_and_names_who_was_missing(world, session):
    one, two = approved(world, title="一"), approved(world, title="二", status="signed")
    fill(world, session, one)
    typed = SigningItem.objects.get()
    SigningItem.objects.filter(pk=typed.pk).update(school_signatory="王老师", witnesses="局长")
    one.parties.all().update(signatory="陈喆", signatory_post="总经理")

    made = fill(world, session, two, one, two)

    assert [turn.agreement for turn in made] == [two]
    assert sheet(session) == [(1, "一"), (2, "二")]
    typed.refresh_from_db()
    assert (typed.school_signatory, typed.enterprise_signatory, typed.witnesses) == ("王老师", "陈喆 总经理", "局长")
    verbs = AuditEvent.objects.filter(verb__in=("fair.ceremony_filled", "fair.signing_added")).values_list("verb")
    assert sorted(verb for (verb,) in verbs) == ["fair.ceremony_filled"] * 2 + ["fair.signing_added"] * 2


def test_paper_that_was_typed_before_becomes_the_turn_of_its_agreement(world, session):
    row = approved(world, title="框架协议")
    typed = SigningItem.objects.create(
        session=session,
        position=1,
        title="框架协议",
        school=world.outcome.school,
        enterprise=world.outcome.enterprise,
        witnesses="区领导",
    )

    [turn] = fill(world, session, row)

    assert (turn.signing, sheet(session)) == (typed, [(1, "框架协议")])


def test_parties_that_the_programme_has_no_place_for_are_named(world, session):
    bureau = OrganizationFactory(kind="government", legal_name="宝安区教育局", short_name="区教育局")
    park = OrganizationFactory(kind="park", legal_name="宝安产业园", short_name="")
    row = approved(world, kind="gov_school", enterprise=bureau, title="政校合作协议")
    AgreementParty.objects.create(agreement=row, organization=park, role="third", position=3)
    row.parties.filter(role="second").update(signatory="赵局长")

    item = fill(world, session, row)[0].signing

    assert item.title == "政校合作协议 (宝安产业园)"
    assert (item.school.organization, item.enterprise) == (world.school, None)
    assert item.enterprise_signatory == "区教育局 赵局长"


def test_only_agreements_of_the_fair_that_are_agreed_go_on_stage(world, session):
    draft = approved(world, status="draft")
    foreign = approved(world, fair=FairFactory(slug="other"))

    for rows in ([draft], [foreign], []):
        with pytest.raises(AgreementRefused) as refused:
            fill(world, session, *rows)
        assert refused.value.field == "agreements"

    assert sheet(session) == []


def test_ceremony_is_the_organizers_alone(world, session):
    row = approved(world)
    address = reverse("agreements:ceremony", args=[world.fair.slug])
    with pytest.raises(NotTheirs):
        fill_ceremony(fair=world.fair, session=session, agreements=[row], actor=world.teacher, at=NOON)
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.teacher)

    assert client.get(address).status_code == 404
    assert client.post(address, {"agreements": row.pk}).status_code == 404
    assert sheet(session) == []
    client.force_login(StaffFactory())
    assert client.get(address).status_code == 200


def test_session_of_another_kind_or_fair_is_refused(world, session):
    row = approved(world)
    talks = FairSession.objects.create(
        fair=world.fair, kind="opening", title="开幕", starts_at=NOON, ends_at=NOON + timedelta(hours=1)
    )

    with pytest.raises(AgreementRefused) as refused:
        fill(world, talks, row)

    assert refused.value.field == "session"


# --- pages --------------------------------------------------------------------------------------------------------


def test_page_puts_the_chosen_ones_on_the_sheet(world, session):
    one, two = approved(world, title="一号协议"), approved(world, title="二号协议")
    assert "Nothing is on the run sheet yet" in page(world)

    answer = post(world, "ceremony", session=session.pk, agreements=[two.pk])

    assert (answer.status_code, sheet(session)) == (302, [(1, "二号协议")])
    text = page(world)
    assert f'name="agreements" value="{one.pk}"' in text
    assert f'name="agreements" value="{two.pk}"' not in text
    assert reverse("prints:pdf", args=[world.fair.slug, "signings"]) in text


def test_page_without_a_choice_says_so(world, session):
    approved(world)

    answer = post(world, "ceremony", session=session.pk)

    assert (answer.status_code, sheet(session)) == (200, [])
    assert "Choose at least one agreement." in answer.content.decode()


def test_page_of_a_fair_without_a_ceremony_leads_to_the_programme(world):
    assert reverse("fairs:session_add", args=[world.fair.slug]) in page(world)
    assert post(world, "ceremony", agreements=[1]).status_code == 200


def test_turns_are_moved_named_and_taken_off(world, session):
    rows = [approved(world, title=title) for title in ("一", "二", "三")]
    items = [turn.signing for turn in fill(world, session, *rows)]

    post(world, "ceremony-change", items[2].pk, "up")
    assert [title for _turn, title in sheet(session)] == ["一", "三", "二"]
    named = {"school_signatory": "李堃 校长", "enterprise_signatory": "", "witnesses": "区长、局长"}
    post(world, "ceremony-turn", items[0].pk, **named)
    assert "区长、局长" in page(world)
    post(world, "ceremony-change", items[0].pk, "remove")

    assert sheet(session) == [(1, "三"), (2, "二")]
    assert Agreement.objects.filter(pk=rows[0].pk).exists()
    assert f'name="agreements" value="{rows[0].pk}"' in page(world)
    assert post(world, "ceremony-change", items[1].pk, "sideways").status_code == 404


def test_name_that_is_too_long_is_refused_beside_its_field(world, session):
    item = fill(world, session, approved(world))[0].signing

    answer = post(world, "ceremony-turn", item.pk, school_signatory="长" * 81)

    assert answer.status_code == 200
    assert 'id="id_school_signatory_error"' in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_page_asks_at_most_twelve_questions(world, session, count, django_assert_max_num_queries):
    fill(world, session, *(approved(world, title=f"甲{n}") for n in range(count)))
    for n in range(count):
        approved(world, title=f"乙{n}")
    client = as_organizer(world)

    with django_assert_max_num_queries(12):
        client.get(reverse("agreements:ceremony", args=[world.fair.slug]))
