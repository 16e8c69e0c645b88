"""What desks tell: each event once, in whatever order it comes, the latest wins."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from events.door.models import DoorEvent
from events.door.services import DoorClosed, Report, TooMuchAtOnce, make_pass, revoke_pass, tell
from events.fairs.models import Delegate, Fair, Participation
from events.fairs.services import NotTheirs, Person, check_in, set_delegation
from events.fairs.signals import participation_changed
from portal.audit.models import AuditEvent
from tests.events.door.conftest import Tell, event
from tests.factories import EnterpriseFactory, OrganizationFactory
from tests.factories_events import MORNING, FairFactory, ParticipationFactory, organizer_person, people_of

pytestmark = pytest.mark.django_db
TEN = MORNING + timedelta(hours=1)


def at_minute(minute: int):
    return MORNING + timedelta(minutes=minute)


def delegates_of(party: Participation, *names: str) -> list[Delegate]:
    return [
        Delegate.objects.create(participation=party, rank=rank, name=name, is_leader=rank == 1)
        for rank, name in enumerate(names, 1)
    ]


def here(party: Participation) -> dict[str, int]:
    """The minute after nine at which each came who is here."""
    rows = Delegate.objects.filter(participation=party, checked_in_at__isnull=False)
    return {row.name: (row.checked_in_at - MORNING).seconds // 60 for row in rows if row.checked_in_at}


def test_tell_checks_a_whole_delegation_in(firm: Participation, told: Tell) -> None:
    delegates_of(firm, "䶮喆", "王堃")
    assert told("arrived", firm, minute=5).stored
    firm.refresh_from_db()
    assert (firm.status, firm.checked_in_at) == ("attended", at_minute(5))
    assert here(firm) == {"䶮喆": 5, "王堃": 5}
    assert AuditEvent.objects.filter(verb="door.settled").count() == 1


def test_tell_forgets_what_was_told_of_a_person_taken_off_the_list(fair: Fair, firm: Participation, told: Tell) -> None:
    """Events that had lost their person spoke of the whole delegation: the others were sent away."""
    wrong, right, _late = delegates_of(firm, "张三", "李四", "王五")
    told("arrived", firm, minute=1, person=wrong.public_id)
    told("arrived", firm, minute=2, person=right.public_id)
    told("undone", firm, minute=3, person=wrong.public_id)
    people = [Person("李四", public_id=right.public_id), Person("王五")]
    set_delegation(participation_id=firm.pk, people=people, actor=organizer_person(fair), at=at_minute(4))
    told("substitute", firm, minute=5, name="赵六")
    assert here(firm) == {"李四": 2, "赵六": 5}


@pytest.mark.parametrize("status", ["invited", "waitlisted", "declined", "confirmed"])
def test_tell_marks_absent_only_who_was_to_come(fair: Fair, told: Tell, status: str) -> None:
    row = ParticipationFactory(fair=fair, status=status)
    assert told("absent", row).stored
    row.refresh_from_db()
    assert row.status == ("absent" if status == "confirmed" else status)


def test_tell_takes_an_event_sent_twice_once(fair: Fair, firm: Participation) -> None:
    person, sent = organizer_person(fair), [event("arrived", firm)]
    first = tell(fair_id=fair.pk, told=sent, actor=person, at=TEN)
    firm.refresh_from_db()
    before = firm.updated_at
    assert tell(fair_id=fair.pk, told=sent * 2, actor=person, at=TEN + timedelta(hours=1)) == first * 2
    firm.refresh_from_db()
    assert (DoorEvent.objects.count(), firm.updated_at) == (1, before)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_tell_ends_the_same_in_whatever_order_events_come(
    firm: Participation, told: Tell, order: tuple[int, ...]
) -> None:
    story = [("arrived", 1, 3), ("undone", 2, None), ("arrived", 3, 5)]
    for place in order:
        kind, minute, people = story[place]
        told(kind, firm, minute=minute, people=people)
    firm.refresh_from_db()
    assert (firm.status, firm.checked_in_at, firm.delegates) == ("attended", at_minute(3), 5)


@pytest.mark.parametrize("status", ["invited", "confirmed", "declined", "waitlisted"])
def test_tell_takes_an_arrival_back_to_what_it_was(fair: Fair, told: Tell, status: str) -> None:
    row = ParticipationFactory(fair=fair, status=status)
    told("arrived", row, minute=1)
    row.refresh_from_db()
    assert row.status == "attended"
    told("undone", row, minute=2)
    row.refresh_from_db()
    assert (row.status, row.checked_in_at) == (status, None)


def test_tell_knows_each_person_of_a_delegation(firm: Participation, told: Tell) -> None:
    leader, second = delegates_of(firm, "周一", "吴二")
    told("arrived", firm, person=leader.public_id, minute=1)
    assert here(firm) == {"周一": 1}
    told("arrived", firm, person=second.public_id, minute=2)
    told("undone", firm, person=leader.public_id, minute=3)
    firm.refresh_from_db()
    assert (firm.status, here(firm)) == ("attended", {"吴二": 2})
    told("undone", firm, person=second.public_id, minute=4)
    firm.refresh_from_db()
    assert (firm.status, firm.checked_in_at, here(firm)) == ("confirmed", None, {})


def test_tell_puts_somebody_in_for_another(firm: Participation, told: Tell) -> None:
    leader, _second = delegates_of(firm, "周一", "吴二")
    stand_in = {"person": uuid4(), "name": " 郑三 ", "post": "副校长", "stands_in_for": leader.public_id}
    told("substitute", firm, minute=2, **stand_in)
    told("arrived", firm, minute=3)
    assert here(firm) == {"郑三": 2, "吴二": 3}
    added = Delegate.objects.get(name="郑三")
    assert (added.public_id, added.rank, added.post, added.stands_in_for) == (stand_in["person"], 3, "副校长", leader)
    told("undone", firm, person=added.public_id, minute=4)
    told("arrived", firm, minute=5)
    assert here(firm) == {"吴二": 3, "周一": 5}


def test_tell_puts_a_walk_in_on_the_list_and_takes_it_off(fair: Fair, told: Tell) -> None:
    organization = EnterpriseFactory()
    told("walk_in", organization=organization.public_id, name="钱四", post="经理", people=1)
    row = Participation.objects.get(fair=fair, organization=organization)
    assert (row.status, row.origin, row.delegates, list(here(row))) == ("attended", "walk_in", 1, ["钱四"])
    told("undone", row, minute=9)
    row.refresh_from_db()
    assert row.status == "cancelled"


def test_tell_keeps_a_walk_in_nobody_knows_in_words(told: Tell) -> None:
    assert told("walk_in", note="某某公司", name="孙五", post="总监").stored
    kept = DoorEvent.objects.get()
    assert (kept.participation, kept.note) == (None, "某某公司 · 孙五 · 总监")


def test_tell_refuses_what_cannot_be_and_takes_the_rest(fair: Fair, firm: Participation) -> None:
    elsewhere = ParticipationFactory()
    (stranger,) = delegates_of(elsewhere, "路人")
    draft = OrganizationFactory(kind="enterprise", status="draft")
    sent = [
        event("arrived", elsewhere),
        event("arrived", firm, person=stranger.public_id),
        event("arrived", firm, people=51),
        event("substitute", firm, name=" "),
        event("substitute", firm, name="路人", person=stranger.public_id),
        event("walk_in", organization=draft.public_id),
        event("walk_in"),
        event("arrived", firm),
    ]
    reports = tell(fair_id=fair.pk, told=sent, actor=organizer_person(fair), at=TEN)
    assert [report.stored for report in reports] == [False] * 7 + [True]
    assert all(report.reason for report in reports[:7])
    assert DoorEvent.objects.get().participation == firm
    elsewhere.refresh_from_db()
    assert elsewhere.status == "confirmed"


def test_tell_does_not_hear_the_nonce_of_another_fair(firm: Participation, told: Tell) -> None:
    other = ParticipationFactory(fair__status="live")
    sent = event("arrived", other)
    tell(fair_id=other.fair_id, told=[sent], actor=organizer_person(other.fair), at=TEN)
    report = told("arrived", firm, nonce=sent.nonce)
    assert (report.stored, DoorEvent.objects.count()) == (False, 1)


def test_tell_counts_what_came_to_be_known_beside_the_door(fair: Fair, firm: Participation, told: Tell) -> None:
    check_in(participation_id=firm.pk, actor=organizer_person(fair), at=at_minute(30))
    told("absent", firm, minute=10)  # sent late by a phone that had no network
    firm.refresh_from_db()
    assert (firm.status, firm.checked_in_at) == ("attended", at_minute(30))
    told("undone", firm, minute=40)
    firm.refresh_from_db()
    assert firm.status == "confirmed"


def test_tell_marks_absent(firm: Participation, told: Tell) -> None:
    told("absent", firm, minute=1)
    firm.refresh_from_db()
    assert firm.status == "absent"
    told("arrived", firm, minute=2)
    firm.refresh_from_db()
    assert firm.status == "attended"


def test_tell_never_believes_in_the_future(firm: Participation, told: Tell) -> None:
    told("arrived", firm, minute=600)
    assert DoorEvent.objects.get().happened_at == TEN


def test_tell_is_for_the_organizer_and_passes_of_the_fair(fair: Fair, firm: Participation) -> None:
    person = organizer_person(fair)
    desk_pass, _secret = make_pass(fair_id=fair.pk, name="一号台", expires_at=TEN, actor=person, at=MORNING)
    stranger = organizer_person(FairFactory())
    for given in ({"actor": people_of(firm)}, {"actor": stranger}, {}, {"actor": person, "desk_pass": desk_pass}):
        with pytest.raises(NotTheirs):
            tell(fair_id=fair.pk, told=[event("arrived", firm)], at=TEN, **given)
    with pytest.raises(NotTheirs):
        tell(fair_id=FairFactory(status="live").pk, told=[], at=TEN, desk_pass=desk_pass)
    report = tell(fair_id=fair.pk, told=[event("arrived", firm)], at=TEN, desk_pass=desk_pass)
    assert isinstance(report[0], Report)
    assert DoorEvent.objects.get().desk_pass == desk_pass
    gone = revoke_pass(pass_id=desk_pass.pk, actor=person, at=TEN)
    with pytest.raises(NotTheirs):
        tell(fair_id=fair.pk, told=[event("undone", firm)], at=TEN, desk_pass=gone)


def test_tell_waits_for_the_timetable_and_goes_on_after_the_closing(
    fair: Fair, firm: Participation, told: Tell
) -> None:
    Fair.objects.filter(pk=fair.pk).update(status="matching")
    with pytest.raises(DoorClosed):
        told("arrived", firm)
    Fair.objects.filter(pk=fair.pk).update(status="closed")
    assert told("arrived", firm).stored


def test_tell_takes_no_endless_batch(fair: Fair, firm: Participation) -> None:
    with pytest.raises(TooMuchAtOnce):
        tell(fair_id=fair.pk, told=[event("arrived", firm)] * 201, actor=organizer_person(fair), at=TEN)


def test_tell_says_after_commit_what_has_changed(
    firm: Participation, told: Tell, django_capture_on_commit_callbacks
) -> None:
    heard: list[int] = []

    def hear(participation_id: int, **_: object) -> None:
        heard.append(participation_id)

    participation_changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            told("arrived", firm)
            told("arrived", firm, minute=5)
    finally:
        participation_changed.disconnect(hear)
    assert heard == [firm.pk]
