"""Invitations, answers, check-in."""

from __future__ import annotations

from typing import Any

import pytest

from events.fairs.models import FairStatus, Participation, ParticipationStatus
from events.fairs.selectors import found_to_invite, participation_counts, suggest_partners
from events.fairs.services import (
    AnswerConflict,
    FairStateConflict,
    InvitationRefused,
    NotTheirs,
    answer_invitation,
    check_in,
    invite_partners,
    mark_absent,
    withdraw_participation,
)
from events.fairs.signals import participation_changed
from portal.audit.models import AuditEvent
from portal.notifications.models import Notification
from portal.organizations.models import OrganizationKind
from tests.conftest import NOON
from tests.factories import EnterpriseFactory, RegionFactory, SchoolFactory, StaffFactory, UserFactory, member_of
from tests.factories_events import (
    FairFactory,
    MatchFactory,
    OrganizerFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    WishFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


def test_invite_partners_invites_and_tells_each_once() -> None:
    fair, school, firm = FairFactory(), SchoolFactory(), EnterpriseFactory()
    teacher = member_of(school)
    given: dict[str, Any] = {"fair_id": fair.pk, "actor": UserFactory(), "at": NOON}
    invited = invite_partners(organization_ids=[school.pk, firm.pk], **given)
    assert [(row.organization, row.status) for row in invited] == [(school, "invited"), (firm, "invited")]
    assert invite_partners(organization_ids=[school.pk], **given) == []
    told = Notification.objects.get(recipient=teacher)
    assert (told.event, told.url) == ("fair_invitation", invited[0].get_absolute_url())
    assert AuditEvent.objects.get().data == {"organizations": [school.pk, firm.pk]}


def test_invite_partners_refuses_all_if_one_cannot_be_asked() -> None:
    fair, school = FairFactory(), SchoolFactory()
    for other in (SchoolFactory(status="suspended"), OrganizerFactory()):
        with pytest.raises(InvitationRefused):
            invite_partners(fair_id=fair.pk, organization_ids=[school.pk, other.pk], actor=UserFactory(), at=NOON)
    with pytest.raises(InvitationRefused):
        invite_partners(fair_id=fair.pk, organization_ids=[], actor=UserFactory(), at=NOON)
    assert not Participation.objects.exists()


@pytest.mark.parametrize("status", [FairStatus.PLANNING, FairStatus.CLOSED, FairStatus.CANCELLED])
def test_invite_partners_needs_an_announced_fair(status: str) -> None:
    with pytest.raises(FairStateConflict):
        invite_partners(
            fair_id=FairFactory(status=status).pk, organization_ids=[SchoolFactory().pk], actor=UserFactory(), at=NOON
        )


def test_invite_partners_asks_again_whoever_was_taken_off() -> None:
    row = ParticipationFactory(status="cancelled")
    invited = invite_partners(fair_id=row.fair_id, organization_ids=[row.organization_id], actor=UserFactory(), at=NOON)
    assert [(again.pk, again.status, again.answered_at) for again in invited] == [(row.pk, "invited", None)]


def test_suggest_partners_ranks_those_who_fit_most_of_the_other_side() -> None:
    fair = FairFactory()
    firms = [ParticipationFactory(fair=fair).organization for _ in range(2)]
    broad, narrow, invited = SchoolFactory(), SchoolFactory(), SchoolParticipationFactory(fair=fair).organization
    for firm in firms:
        MatchFactory(school=broad, enterprise=firm, mutual=0.25)
        MatchFactory(school=invited, enterprise=firm, mutual=0.9)
    MatchFactory(school=narrow, enterprise=firms[0], mutual=0.375)
    MatchFactory(school=narrow, enterprise=EnterpriseFactory(), mutual=0.9)  # not at this fair
    MatchFactory(school=SchoolFactory(status="suspended"), enterprise=firms[0], mutual=0.9)
    found = suggest_partners(fair, side=OrganizationKind.SCHOOL)
    assert [(line.organization, line.partners, line.best) for line in found] == [(broad, 2, 0.25), (narrow, 1, 0.375)]


def test_suggest_partners_counts_a_pair_once_that_both_list() -> None:
    fair = FairFactory()
    firms = [ParticipationFactory(fair=fair).organization for _ in range(2)]
    both, listing, listed = (SchoolFactory() for _ in range(3))
    for side in ("E", "S"):
        MatchFactory(side=side, school=both, enterprise=firms[0], mutual=0.25)
    MatchFactory(side="S", school=listing, enterprise=firms[1], mutual=0.375)
    MatchFactory(side="E", school=listed, enterprise=firms[1], mutual=0.5)
    found = suggest_partners(fair, side=OrganizationKind.SCHOOL)
    assert [(line.organization, line.partners, line.mean) for line in found] == [
        (listed, 1, 0.5),
        (listing, 1, 0.375),
        (both, 1, 0.25),
    ]


def test_suggest_partners_passes_over_whoever_seeks_nobody_any_more() -> None:
    pair = MatchFactory()
    fair = FairFactory()
    assert [line.organization for line in suggest_partners(fair, side=OrganizationKind.ENTERPRISE)] == [pair.enterprise]
    pair.enterprise.demands.update(status="closed")
    assert suggest_partners(fair, side=OrganizationKind.ENTERPRISE) == []


def test_suggest_partners_looks_at_all_while_nobody_is_asked() -> None:
    pair = MatchFactory()
    fair = FairFactory()
    assert [line.organization for line in suggest_partners(fair, side=OrganizationKind.SCHOOL)] == [pair.school]
    assert [line.organization for line in suggest_partners(fair, side=OrganizationKind.ENTERPRISE)] == [pair.enterprise]


def test_suggest_partners_takes_three_queries(django_assert_num_queries: Any) -> None:
    fair = FairFactory()
    for _ in range(3):
        MatchFactory()
    with django_assert_num_queries(3):
        assert [line.organization.region.name for line in suggest_partners(fair, side=OrganizationKind.SCHOOL)] == [
            "宝安区"
        ] * 3


def test_found_to_invite_finds_by_name_and_sound_who_is_not_asked() -> None:
    fair, school = FairFactory(), SchoolFactory(legal_name="昭通市职业教育中心")
    SchoolParticipationFactory(fair=fair, organization__legal_name="昭通市技工学校")
    for words in ("昭通", "zhaotong", "ztszy"):
        assert found_to_invite(fair, side=OrganizationKind.SCHOOL, words=words) == [school]
    assert found_to_invite(fair, side=OrganizationKind.ENTERPRISE, words="昭通") == []


@pytest.mark.parametrize("accept", [True, False])
def test_answer_invitation_can_be_changed_while_registration_is_open(accept: bool) -> None:
    row = ParticipationFactory(status="invited")
    person = people_of(row)
    given: dict[str, Any] = {"participation_id": row.pk, "actor": person, "at": NOON}
    first = answer_invitation(accept=accept, delegates=3, note="两辆车", **given)
    assert (first.status, first.answered_at, first.note) == ("confirmed" if accept else "declined", NOON, "两辆车")
    assert first.delegates == (3 if accept else 2)
    assert answer_invitation(accept=not accept, **given).status == ("declined" if accept else "confirmed")


def test_answer_invitation_is_for_its_people_the_organizer_and_the_staff() -> None:
    row = ParticipationFactory(status="invited")
    reader = member_of(row.organization, role="reader")
    for stranger in (UserFactory(), people_of(ParticipationFactory(fair=row.fair)), reader):
        with pytest.raises(NotTheirs):
            answer_invitation(participation_id=row.pk, accept=True, actor=stranger, at=NOON)
    assert Participation.objects.get(pk=row.pk).status == "invited"
    for person in (people_of(row), organizer_person(row.fair), StaffFactory()):
        answered = answer_invitation(participation_id=row.pk, accept=True, actor=person, at=NOON)
        assert answered.status == "confirmed"
    by_whom = AuditEvent.objects.filter(verb="participation.answered").order_by("pk")
    assert [event.data["on_behalf"] for event in by_whom] == [False, True, True]


def test_answer_invitation_after_the_closing_is_for_the_organizer() -> None:
    row = ParticipationFactory(status="invited", fair__status=FairStatus.MATCHING)
    with pytest.raises(AnswerConflict):
        answer_invitation(participation_id=row.pk, accept=True, actor=people_of(row), at=NOON)
    answered = answer_invitation(participation_id=row.pk, accept=True, actor=organizer_person(row.fair), at=NOON)
    assert answered.status == "confirmed"


@pytest.mark.parametrize("delegates", [0, 51])
def test_answer_invitation_refuses_impossible_delegations(delegates: int) -> None:
    row = ParticipationFactory(status="invited")
    with pytest.raises(InvitationRefused) as refused:
        answer_invitation(participation_id=row.pk, accept=True, delegates=delegates, actor=people_of(row), at=NOON)
    assert refused.value.field == "delegates"
    assert Participation.objects.get().status == "invited"


def test_answer_invitation_tells_the_organizer_who_does_not_come() -> None:
    row = ParticipationFactory(status="invited")
    organizer = organizer_person(row.fair)
    answer_invitation(participation_id=row.pk, accept=True, actor=people_of(row), at=NOON)
    assert not Notification.objects.filter(recipient=organizer).exists()
    answer_invitation(participation_id=row.pk, accept=False, note="撞期", actor=member_of(row.organization), at=NOON)
    told = Notification.objects.get(recipient=organizer)
    assert (told.event, told.context["note"]) == ("fair_declined", "撞期")


def test_answer_invitation_sends_its_fact_after_commit(django_capture_on_commit_callbacks: Any) -> None:
    row, heard = ParticipationFactory(status="invited"), []
    participation_changed.connect(
        lambda participation_id, **_: heard.append(participation_id), weak=False, dispatch_uid="t"
    )
    try:
        with django_capture_on_commit_callbacks(execute=True):
            answer_invitation(participation_id=row.pk, accept=True, actor=people_of(row), at=NOON)
    finally:
        participation_changed.disconnect(dispatch_uid="t")
    assert heard == [row.pk]


def test_withdraw_participation_until_the_fair_begins() -> None:
    row = ParticipationFactory(fair__status=FairStatus.SCHEDULED)
    withdrawn = withdraw_participation(participation_id=row.pk, note="停工", actor=people_of(row), at=NOON)
    assert (withdrawn.status, withdrawn.note) == ("cancelled", "停工")
    with pytest.raises(AnswerConflict):
        withdraw_participation(participation_id=row.pk, actor=organizer_person(row.fair), at=NOON)
    late = ParticipationFactory(fair__status=FairStatus.LIVE)
    with pytest.raises(AnswerConflict):
        withdraw_participation(participation_id=late.pk, actor=people_of(late), at=NOON)


def test_withdraw_participation_tells_the_other_side() -> None:
    row = ParticipationFactory()
    firm, organizer = people_of(row), organizer_person(row.fair)
    withdraw_participation(participation_id=row.pk, note="展位调整", actor=organizer, at=NOON)
    told = Notification.objects.get()
    assert (told.recipient, told.event, told.context["note"]) == (firm, "fair_taken_off", "展位调整")
    other = ParticipationFactory(fair=row.fair)
    withdraw_participation(participation_id=other.pk, actor=people_of(other), at=NOON)
    assert list(Notification.objects.exclude(pk=told.pk).values_list("recipient", "event")) == [
        (organizer.pk, "fair_declined")
    ]


@pytest.mark.parametrize("status", ["invited", "declined", "confirmed", "absent", "cancelled"])
def test_check_in_takes_whoever_stands_at_the_door(status: str) -> None:
    row = ParticipationFactory(status=status, fair__status=FairStatus.LIVE)
    here = check_in(participation_id=row.pk, actor=organizer_person(row.fair), at=NOON, delegates=4)
    assert (here.status, here.checked_in_at, here.delegates) == ("attended", NOON, 4)
    assert here.answered_at is not None


def test_check_in_happens_once_and_can_be_taken_back() -> None:
    row = ParticipationFactory(fair__status=FairStatus.LIVE)
    given: dict[str, Any] = {"participation_id": row.pk, "actor": organizer_person(row.fair), "at": NOON}
    check_in(**given)
    with pytest.raises(AnswerConflict):
        check_in(**given)
    absent = mark_absent(**given)
    assert (absent.status, absent.checked_in_at) == ("absent", None)
    assert check_in(**given).status == "attended"


def test_check_in_is_for_the_organizer_while_the_doors_are_open() -> None:
    row = ParticipationFactory(fair__status=FairStatus.LIVE)
    with pytest.raises(NotTheirs):
        check_in(participation_id=row.pk, actor=people_of(row), at=NOON)
    early = ParticipationFactory(fair__status=FairStatus.MATCHING)
    with pytest.raises(AnswerConflict):
        check_in(participation_id=early.pk, actor=organizer_person(early.fair), at=NOON)


def test_mark_absent_needs_somebody_who_was_to_come() -> None:
    row = ParticipationFactory(status="declined", fair__status=FairStatus.LIVE)
    with pytest.raises(AnswerConflict):
        mark_absent(participation_id=row.pk, actor=organizer_person(row.fair), at=NOON)
    assert Participation.objects.get().status == ParticipationStatus.DECLINED


def test_participation_counts_by_side_and_province(django_assert_num_queries: Any) -> None:
    fair = FairFactory()
    yunnan = RegionFactory(code="530602", name="昭阳区")
    wish = WishFactory(wisher__fair=fair)
    SchoolParticipationFactory(fair=fair, organization__region=yunnan, status="attended")
    for status in ("invited", "declined", "absent", "cancelled"):
        ParticipationFactory(fair=fair, status=status)
    with django_assert_num_queries(1):
        counts = participation_counts(fair)
    assert (counts.schools_coming, counts.enterprises_coming, counts.coming) == (2, 1, 3)
    assert (counts.schools_here, counts.enterprises_here, counts.here) == (1, 0, 1)
    assert (counts.unanswered, counts.declined, counts.absent, counts.provinces) == (1, 2, 1, 2)
    assert counts.without_wish == 2  # the partner of the wish has none itself
    assert wish.wisher.status == ParticipationStatus.CONFIRMED


def test_check_in_that_was_missed_is_made_up_for_after_the_closing() -> None:
    row = ParticipationFactory(fair__status=FairStatus.CLOSED)
    given: dict[str, Any] = {"participation_id": row.pk, "at": NOON}
    with pytest.raises(NotTheirs):
        check_in(actor=people_of(row), **given)
    assert check_in(actor=organizer_person(row.fair), **given).status == "attended"
    assert mark_absent(actor=organizer_person(row.fair), **given).status == "absent"
