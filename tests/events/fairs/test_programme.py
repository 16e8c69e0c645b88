"""Who presents in which turn, what is signed, who rides where."""

from __future__ import annotations

import pytest
from django.urls import reverse

from events.fairs.models import Participation, TourSeat
from events.fairs.services import (
    GroundsRefused,
    SigningFacts,
    add_presentation,
    add_signing,
    add_tour_group,
    fill_presentations,
    move_presentation,
    remove_item,
    share_out_seats,
)
from tests.conftest import NOON
from tests.factories import UserFactory, member_of
from tests.factories_events import (
    FairFactory,
    ParticipationFactory,
    PresentationFactory,
    SchoolParticipationFactory,
    SessionFactory,
    TableFactory,
    organizer_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    return FairFactory()


@pytest.fixture
def act():
    return {"actor": UserFactory(), "at": NOON}


def turns(session):
    return [(row.position, row.participation_id) for row in session.presentations.order_by("position")]


def test_fill_presentations_adds_a_side_behind_those_on_the_list(fair, act):
    session = SessionFactory(fair=fair, kind="presentation")
    firm, school = ParticipationFactory(fair=fair), SchoolParticipationFactory(fair=fair)
    SchoolParticipationFactory(fair=fair, status="declined")
    add_presentation(session_id=session.pk, participation_id=firm.pk, **act)
    assert fill_presentations(session_id=session.pk, kind="school", minutes=8, **act) == 1
    assert turns(session) == [(1, firm.pk), (2, school.pk)]
    assert fill_presentations(session_id=session.pk, kind="school", minutes=8, **act) == 0


def test_presentations_move_and_close_up(fair, act):
    session = SessionFactory(fair=fair, kind="presentation")
    rows = [
        add_presentation(session_id=session.pk, participation_id=ParticipationFactory(fair=fair).pk, **act)
        for _ in range(3)
    ]
    parties = [row.participation_id for row in rows]
    move_presentation(presentation_id=rows[2].pk, by=-1, **act)
    assert turns(session) == [(1, parties[0]), (2, parties[2]), (3, parties[1])]
    move_presentation(presentation_id=rows[0].pk, by=-1, **act)  # first already
    assert turns(session)[0] == (1, parties[0])
    remove_item(item=rows[0], **act)
    assert turns(session) == [(1, parties[2]), (2, parties[1])]


def test_add_presentation_refuses_a_second_turn_and_a_session_of_another_kind(fair, act):
    session, opening = SessionFactory(fair=fair, kind="presentation"), SessionFactory(fair=fair)
    firm = ParticipationFactory(fair=fair)
    add_presentation(session_id=session.pk, participation_id=firm.pk, **act)
    for wrong in (session, opening):
        with pytest.raises(GroundsRefused):
            add_presentation(session_id=wrong.pk, participation_id=firm.pk, **act)
    assert len(turns(session)) == 1


def test_add_signing_refuses_a_school_in_the_place_of_an_enterprise(fair, act):
    session = SessionFactory(fair=fair, kind="signing")
    school, firm = SchoolParticipationFactory(fair=fair), ParticipationFactory(fair=fair)
    item = add_signing(session_id=session.pk, facts=SigningFacts("框架协议", school.pk, firm.pk), **act)
    assert (item.position, item.title) == (1, "框架协议")
    with pytest.raises(GroundsRefused) as refusal:
        add_signing(session_id=session.pk, facts=SigningFacts("协议", school.pk, school.pk), **act)
    assert refusal.value.field == "enterprise"


def test_share_out_seats_keeps_delegations_together(fair, act):
    session = SessionFactory(fair=fair, kind="tour")
    first, second = (add_tour_group(session_id=session.pk, seats=5, **act) for _ in range(2))
    parties = [SchoolParticipationFactory(fair=fair, delegates=3) for _ in range(2)]
    firm = ParticipationFactory(fair=fair, delegates=2)
    assert share_out_seats(session_id=session.pk, **act) == 8
    seats = set(TourSeat.objects.values_list("group", "participation", "people"))
    schools = {(group, people) for group, party, people in seats if party != firm.pk}
    assert schools == {(first.pk, 3), (second.pk, 3)}
    assert {party for _group, party, _people in seats} == {*(row.pk for row in parties), firm.pk}


def test_share_out_seats_without_room_changes_nothing(fair, act):
    session = SessionFactory(fair=fair, kind="tour")
    add_tour_group(session_id=session.pk, seats=2, **act)
    party = ParticipationFactory(fair=fair, delegates=2)
    share_out_seats(session_id=session.pk, **act)
    ParticipationFactory(fair=fair, delegates=1)
    with pytest.raises(GroundsRefused):
        share_out_seats(session_id=session.pk, **act)
    assert list(TourSeat.objects.values_list("participation", flat=True)) == [party.pk]


@pytest.mark.parametrize("kind", ["presentation", "signing", "tour"])
def test_items_page_adds_and_takes_off_a_line(client, fair, kind):
    client.force_login(member_of(fair.organizer, role="organizer"))
    session = SessionFactory(fair=fair, kind=kind)
    firm = ParticipationFactory(fair=fair)
    typed = {
        "presentation": {"participation": firm.pk, "minutes": "8"},
        "signing": {"title": "意向书", "enterprise": firm.pk},
        "tour": {"seats": "45"},
    }[kind]
    rows = {"presentation": session.presentations, "signing": session.signings, "tour": session.tour_groups}[kind]
    assert client.post(reverse("fairs:item_add", args=[session.pk]), {}).status_code == 200
    assert rows.count() == 0
    assert client.post(reverse("fairs:item_add", args=[session.pk]), typed).status_code == 302
    page = client.get(reverse("fairs:items", args=[session.pk]))
    assert (firm.organization.legal_name in page.content.decode()) == (kind != "tour")
    remove = reverse("fairs:item_change", args=[session.pk, rows.get().pk, "remove"])
    assert client.post(remove).status_code == 302
    assert rows.count() == 0


def test_lists_say_who_does_not_come_any_more(client, fair):
    """Whoever withdrew stood unmarked on the list of those who present, and kept its table."""
    row = PresentationFactory(session__fair=fair)
    pages = [reverse("fairs:items", args=[row.session_id]), reverse("fairs:tables", args=[fair.slug])]
    TableFactory(fair=fair, owner=row.participation)
    client.force_login(organizer_person(fair))
    marked = [client.get(page).content.decode().count("text-danger") for page in pages]
    Participation.objects.filter(pk=row.participation_id).update(status="cancelled")
    assert [client.get(page).content.decode().count("text-danger") for page in pages] == [n + 1 for n in marked]
