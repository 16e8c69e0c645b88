"""Who comes, presents, signs and rides at the fair of the scene: invented people, whose names say so."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from events.fairs.models import Fair, Participation, SessionKind
from events.fairs.services import (
    SigningFacts,
    add_presentation,
    add_room,
    add_signing,
    add_tour_group,
    put_tables_in_room,
    share_out_seats,
)
from events.fairs.services.delegations import Person, set_delegations
from events.seeding.papers import couples
from portal.accounts.models import User
from portal.organizations.models import Organization

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
POSTS = {
    True: ("副校长", "校企合作处处长", "招生就业办公室主任"),
    False: ("人力资源总监", "招聘经理", "技术主管"),
}
PRESENTING = 5  # of each side
BUSES, SEATS = 8, 50


def name_guests(*, fair: Fair, organizer: User, dice: random.Random, at: datetime) -> None:
    """Two or three people of every organization, the one highest in rank first."""
    coming = Participation.objects.taking_part().filter(fair=fair).select_related("organization").order_by("pk")
    delegations = {
        row.pk: [
            Person(name=f"{dice.choice(SURNAMES)}样例", post=POSTS[row.is_school][rank], is_leader=rank == 0)
            for rank in range(row.delegates)
        ]
        for row in coming
    }
    set_delegations(fair_id=fair.pk, delegations=delegations, actor=organizer, at=at)


def lay_out_programme(*, fair: Fair, organizer: User, papers: random.Random, at: datetime) -> None:
    """Two rooms, the first of each side on stage, the papers to sign, and seats in the buses for everybody.

    `papers` are the dice with which the framework agreements are drawn later: the same couples stand on stage.
    """
    by: dict[str, Any] = {"actor": organizer, "at": at}
    half = fair.tables.count() // 2
    for name, first, last in (("一号洽谈厅", 1, half), ("二号洽谈厅", half + 1, 2 * half)):
        room = add_room(fair_id=fair.pk, name=name, seats=200, **by)
        put_tables_in_room(fair_id=fair.pk, room_id=room.pk, first=first, last=last, **by)
    coming = Participation.objects.taking_part().filter(fair=fair).order_by("organization__pinyin", "pk")
    schools, firms = list(coming.schools()[:PRESENTING]), list(coming.enterprises()[:PRESENTING])
    sessions = {session.kind: session.pk for session in fair.sessions.all()}
    for row in [*schools, *firms]:
        add_presentation(session_id=sessions[SessionKind.PRESENTATION], participation_id=row.pk, **by)
    party_of = dict(coming.values_list("organization", "pk"))
    guests = Organization.objects.filter(participations__fair=fair)
    for firm, school, _yuan in couples(guests.enterprises(), guests.schools(), papers):
        facts = SigningFacts("校企合作框架协议", school_id=party_of[school.pk], enterprise_id=party_of[firm.pk])
        add_signing(session_id=sessions[SessionKind.SIGNING], facts=facts, **by)
    for number in range(BUSES):
        add_tour_group(session_id=sessions[SessionKind.TOUR], seats=SEATS, vehicle=f"{number + 1}号车", **by)
    share_out_seats(session_id=sessions[SessionKind.TOUR], **by)
