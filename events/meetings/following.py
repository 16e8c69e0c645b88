"""Who has seen how its meetings stand: a change made since, also by hand in the published version, opens it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from events.fairs.models import Participation
from events.meetings.models import Acknowledgement, Meeting, MeetingState, Timetable


def stands(timetable: Timetable, party: int | None = None) -> Counter[int]:
    """By participation how far its meetings of a version have changed, see `Acknowledgement.stand`; one query.

    Of one participant if `party` names it. Who has no row there has no entry.
    """
    rows = Meeting.objects.filter(timetable=timetable).order_by()
    if party is not None:
        rows = rows.filter(Q(school=party) | Q(enterprise=party))
    found: Counter[int] = Counter()
    for school, enterprise, sequence in rows.values_list("school", "enterprise", "sequence"):
        found[school] += sequence + 1
        found[enterprise] += sequence + 1
    return found


def seen_now(timetable: Timetable) -> list[Acknowledgement]:
    """What was said by those whose meetings stand as they saw them, the latest first; two queries."""
    now = stands(timetable)
    said = Acknowledgement.objects.filter(timetable=timetable).select_related("participation__organization", "by")
    return [row for row in said.order_by("-at", "-pk") if row.stand >= now[row.participation_id]]


def not_acknowledged(
    timetable: Timetable, *, seen_by: Iterable[Acknowledgement] | None = None
) -> QuerySet[Participation]:
    """The participants that have a meeting in a version, or had one until a change, and have not seen how it stands.

    `seen_by` is what `seen_now` says, if it was asked already.
    """
    seen = {row.participation_id for row in (seen_now(timetable) if seen_by is None else seen_by)}
    told = Acknowledgement.objects.filter(timetable=timetable).values_list("participation", flat=True)
    rows = Meeting.objects.filter(timetable=timetable).exclude(state=MeetingState.CANCELLED).order_by()
    meets = {party for pair in rows.values_list("school", "enterprise") for party in pair}
    missing = (meets | set(told)) - seen
    return Participation.objects.filter(pk__in=missing).select_related("organization")
