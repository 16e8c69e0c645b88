"""What happens in the sessions of a fair, as the papers tell it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from events.fairs.models import Fair, FairSession, Presentation, SessionKind, SigningItem, TourGroup, TourSeat
from events.printing import fair_pack as pack

Keys = dict[int, str]  # participation that comes → its key on paper


def sessions_of(fair: Fair, keys: Keys) -> tuple[pack.Session, ...]:
    """The programme in the order of time; who does not come any more is not on stage either. Five queries."""
    seats = TourSeat.objects.order_by("participation__organization__pinyin", "pk")
    groups = TourGroup.objects.order_by("number").prefetch_related(Prefetch("riders", seats))
    sessions = fair.sessions.order_by("starts_at", "pk").prefetch_related(
        Prefetch("presentations", Presentation.objects.order_by("position")),
        Prefetch("tour_groups", groups),
        Prefetch("signings", SigningItem.objects.order_by("position")),
    )
    return tuple(_session(session, keys) for session in sessions)


def _session(session: FairSession, keys: Keys) -> pack.Session:
    turns = [turn for turn in session.presentations.all() if turn.participation_id in keys]
    return pack.Session(
        title=session.title,
        kind=session.get_kind_display(),
        place=session.place,
        starts_at=timezone.localtime(session.starts_at).replace(tzinfo=None),
        ends_at=timezone.localtime(session.ends_at).replace(tzinfo=None),
        is_talks=session.kind == SessionKind.NEGOTIATION,
        turns=tuple(_turn(turn, keys) for turn in turns),
        groups=tuple(_group(group, keys) for group in session.tour_groups.all()),
        signings=tuple(_signing(item, keys) for item in session.signings.all()),
    )


def _turn(turn: Any, keys: Keys) -> pack.Turn:
    return pack.Turn(party=keys[turn.participation_id], topic=turn.topic, speaker=turn.speaker, minutes=turn.minutes)


def _group(group: Any, keys: Keys) -> pack.Group:
    riders = [
        (keys[seat.participation_id], seat.people) for seat in group.riders.all() if seat.participation_id in keys
    ]
    return pack.Group(
        number=group.number, vehicle=group.vehicle, guide=group.guide, seats=group.seats, riders=tuple(riders)
    )


def _signing(item: Any, keys: Keys) -> pack.Signing:
    return pack.Signing(
        title=item.title,
        school=keys.get(item.school_id, ""),
        enterprise=keys.get(item.enterprise_id, ""),
        school_signatory=item.school_signatory,
        enterprise_signatory=item.enterprise_signatory,
        witnesses=item.witnesses,
    )
