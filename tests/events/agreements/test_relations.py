"""What the ranking is told of two organizations, and what people see of what was between them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.agreements.feedback import note_missed
from events.agreements.relations import history_between
from events.agreements.tasks import note_missed_feedback
from events.meetings.models import OutcomeLevel
from events.meetings.services import OutcomeFacts, record_outcome
from matching import relations
from matching.models import Feedback
from portal.accounts.models import User
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, sign
from tests.factories import EnterpriseFactory, SchoolFactory, StaffFactory, UserFactory, member_of
from tests.factories_agreements import AgreementFactory
from tests.factories_events import (
    EARLIER,
    FairFactory,
    MeetingFactory,
    OrganizerFactory,
    OutcomeFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    organizer_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


def told() -> set[tuple[int, int, str]]:
    return set(Feedback.objects.values_list("organization", "partner", "kind"))


def both_ways(school: Any, enterprise: Any, kind: str) -> set[tuple[int, int, str]]:
    return {(school.pk, enterprise.pk, kind), (enterprise.pk, school.pk, kind)}


# --- what the ranking is told ---------------------------------------------------------------------------------------


def test_outcome_tells_the_ranking_once_that_the_two_met(django_capture_on_commit_callbacks) -> None:
    fair = FairFactory(status="live")
    school, firm = SchoolParticipationFactory(fair=fair), ParticipationFactory(fair=fair)
    facts = OutcomeFacts(level=OutcomeLevel.NONE)
    given: dict[str, Any] = {
        "school_id": school.pk,
        "enterprise_id": firm.pk,
        "actor": organizer_person(fair),
        "at": NOON,
    }
    with django_capture_on_commit_callbacks(execute=True):
        outcome = record_outcome(facts=facts, **given)
        assert told() == set()  # a fact travels after the commit
    with django_capture_on_commit_callbacks(execute=True):
        record_outcome(facts=OutcomeFacts(level=OutcomeLevel.INTENT), version=outcome.version, **given)
    assert told() == both_ways(school.organization, firm.organization, "met")
    assert Feedback.objects.count() == 2
    assert set(Feedback.objects.values_list("created_at", flat=True)) == {NOON}


def test_signature_tells_the_ranking_of_every_school_and_enterprise(world, django_capture_on_commit_callbacks) -> None:
    agreement = AgreementFactory(fair=world.fair, school=world.school, enterprise=world.enterprise)
    approve_all(agreement, world.organizer)
    assert told() == set()  # an approval is no signature
    with django_capture_on_commit_callbacks(execute=True):
        sign(agreement, world.organizer)
    assert told() == both_ways(world.school, world.enterprise, "signed")
    assert relations.partners_of(world.school.pk) == {world.enterprise.pk}
    assert relations.partners_of(world.enterprise.pk) == {world.school.pk}


def test_missed_facts_are_told_by_the_beat() -> None:
    outcome = OutcomeFactory()
    signed = AgreementFactory(status="signed")
    AgreementFactory()  # a draft
    AgreementFactory(status="signed", school=OrganizerFactory())  # of a centre and an enterprise
    note_missed_feedback()
    school, enterprise = (signed.parties.get(role=role).organization for role in ("first", "second"))
    expected = both_ways(outcome.school.organization, outcome.enterprise.organization, "met")
    assert told() == expected | both_ways(school, enterprise, "signed")
    assert note_missed() == 0


def test_partners_are_those_of_signed_agreements() -> None:
    signed = AgreementFactory(status="signed")
    school = signed.parties.get(role="first").organization
    for status in ("draft", "withdrawn"):
        AgreementFactory(status=status, school=school)
    assert relations.partners_of(school.pk) == {signed.parties.get(role="second").organization_id}
    assert relations.partners_of(SchoolFactory().pk) == set()


# --- what people see ------------------------------------------------------------------------------------------------


@pytest.fixture
def pair() -> dict[str, Any]:
    """A school and an enterprise: a meeting held with an outcome, a talk by chance, a draft, a signed agreement."""
    meeting = MeetingFactory(timetable__status="published", timetable__fair__status="closed", state="held")
    school, enterprise = meeting.school.organization, meeting.enterprise.organization
    MeetingFactory(  # a proposal shows nothing
        timetable__fair=meeting.timetable.fair, school=meeting.school, enterprise=meeting.enterprise
    )
    fair = meeting.timetable.fair
    OutcomeFactory(
        fair=fair, school=meeting.school, enterprise=meeting.enterprise, meeting=meeting, level=3, headcount=7
    )
    chance = FairFactory(status="live", name="偶遇的对接会")
    OutcomeFactory(
        fair=chance,
        school=SchoolParticipationFactory(fair=chance, organization=school),
        enterprise=ParticipationFactory(fair=chance, organization=enterprise),
        recorded_at=EARLIER,
    )
    parties = {"school": school, "enterprise": enterprise, "fair": None}
    return {
        "school": school,
        "enterprise": enterprise,
        "meeting": meeting,
        "chance": chance,
        "signed": AgreementFactory(status="signed", title="框架协议甲", **parties),
        "draft": AgreementFactory(title="意向协议乙", starts_on=date(2024, 6, 1), **parties),
        "withdrawn": AgreementFactory(status="withdrawn", title="作废的协议", **parties),
        "other": AgreementFactory(status="signed", title="与别人的协议", school=school, fair=None),
    }


def test_history_tells_each_side_what_was_between_the_two(pair) -> None:
    for own, other in (("school", "enterprise"), ("enterprise", "school")):
        found = history_between(one=pair[own].pk, other=pair[other].pk, user=member_of(pair[own]))
        assert [met.fair for met in found.encounters] == [pair["meeting"].timetable.fair, pair["chance"]]
        assert [(met.meeting, met.outcome.level) for met in found.encounters] == [(pair["meeting"], 3), (None, 2)]
        assert [met.outcome_url != "" for met in found.encounters] == [True, True]
        assert found.agreements == [pair["draft"], pair["signed"]]


def test_history_shows_each_no_more_than_it_may_see(pair) -> None:
    ids = {"one": pair["school"].pk, "other": pair["enterprise"].pk}
    organizer = history_between(user=organizer_person(pair["chance"]), **ids)
    assert [met.fair for met in organizer.encounters] == [pair["chance"]]
    assert organizer.agreements == []
    stranger = history_between(user=member_of(EnterpriseFactory()), **ids)
    assert (stranger.encounters, stranger.agreements) == ([], [])
    staff = history_between(user=StaffFactory(), **ids)
    assert (len(staff.encounters), len(staff.agreements)) == (2, 2)
    reader = history_between(user=member_of(pair["school"], role="reader"), **ids)
    assert [met.outcome_url for met in reader.encounters] == ["", ""]  # it corrects nothing


def test_history_takes_three_queries(pair, django_assert_num_queries) -> None:
    person = member_of(pair["school"])
    for other in (pair["enterprise"].pk, EnterpriseFactory().pk):
        with django_assert_num_queries(3):
            history_between(one=pair["school"].pk, other=other, user=person)


def visit(client: Client, person: User, *organizations: Any, part: bool = False) -> Any:
    client.force_login(person)
    address = relations.history_url(*(organization.pk for organization in organizations))
    return client.get(address, headers={"HX-Request": "true"} if part else {})


def test_history_page_and_part_name_fairs_and_agreements(client, pair, django_assert_max_num_queries) -> None:
    visit(client, member_of(pair["school"]), pair["school"], pair["enterprise"])
    address = relations.history_url(pair["school"].pk, pair["enterprise"].pk)
    for part in (False, True):
        with django_assert_max_num_queries(12):
            text = client.get(address, headers={"HX-Request": "true"} if part else {}).content.decode()
        assert ("<html" in text) is not part
        for shown in ("偶遇的对接会", "框架协议甲", "意向协议乙", pair["signed"].get_absolute_url()):
            assert shown in text
        for hidden in ("作废的协议", "与别人的协议"):
            assert hidden not in text


def test_history_page_says_when_there_is_nothing(client) -> None:
    school, firm = SchoolFactory(), EnterpriseFactory()
    answer = visit(client, member_of(school), school, firm, part=True)
    assert answer.status_code == 200
    assert "row-line" not in answer.content.decode()


def test_history_page_is_for_the_members_of_either_side(client, pair) -> None:
    school, firm = pair["school"], pair["enterprise"]
    for person in (member_of(school), member_of(firm), StaffFactory()):
        assert visit(client, person, school, firm).status_code == 200
        assert visit(client, person, firm, school).status_code == 200
    for person in (UserFactory(), member_of(EnterpriseFactory()), organizer_person(pair["chance"])):
        assert visit(client, person, school, firm).status_code == 404
    person = member_of(school)
    assert visit(client, person, school, school).status_code == 404
    assert visit(client, person, school, EnterpriseFactory(status="suspended")).status_code == 404
    assert client.get(reverse("agreements:history", args=[school.pk, 10**30])).status_code == 404
