"""From the rows of a fair to the facts of its papers, as one person may see them, in one language."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone, translation

from events.door.codes import code_of
from events.fairs.models import Delegate, Fair, Participation
from events.meetings.models import Meeting
from events.meetings.selectors import published_timetable
from events.printing import fair_pack as pack
from events.prints.programme import Keys, sessions_of
from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.majors.models import SupplyLine, SupplyState
from portal.taxonomy.models import CooperationKind, EducationLevel, Major

SIDES = ("school", "enterprise")
PRINTED_IN: dict[str, Any] = {"zh-hans": "zh", "en": "en"}  # language of the site → of the printing


def facts_of(fair: Fair, *, language: str, viewer: User, documents: Collection[str]) -> pack.PackFacts:
    """What the papers say; only what these documents need of the schools' supply and the firms' demands is read.

    `organizer` and `region` of the fair loaded. At most 16 queries, whatever the size of the fair.
    """
    with translation.override(language):
        rows = _participations(fair, viewer)
        tables = list(fair.tables.select_related("room").order_by("number", "pk"))
        slots = list(fair.slots.order_by("starts_at"))
        timetable = published_timetable(fair)
        keys: Keys = {row.pk: str(row.public_id) for row in rows}
        return pack.PackFacts(
            language=PRINTED_IN[language],
            event=_event(fair, language),
            version=timetable.number if timetable else 0,
            parties=tuple(_party(row, language) for row in rows),
            tables=tuple(_table(table, keys) for table in tables),
            slots=tuple(pack.Slot(starts_at=_local(slot.starts_at), ends_at=_local(slot.ends_at)) for slot in slots),
            talks=_talks(timetable, keys, {slot.pk: place for place, slot in enumerate(slots)}),
            sessions=sessions_of(fair, keys),
            supply=_supply(fair, rows, viewer, language) if "supply" in documents else (),
            demands=_demands(rows, viewer, language) if "demands" in documents else (),
            cooperation=_cooperation(language) if "intent_form" in documents else (),
            sample=fair.is_sample,
        )


def _participations(fair: Fair, viewer: User) -> list[Participation]:
    """Who comes, by pinyin, each with its people; those for whom somebody stands in stay at home."""
    replaced = Delegate.objects.filter(participation__fair=fair, stands_in_for__isnull=False).values("stands_in_for")
    people = Delegate.objects.visible_to(viewer).exclude(pk__in=replaced).order_by("rank", "pk")
    rows = Participation.objects.visible_to(viewer).taking_part().filter(fair=fair, organization__kind__in=SIDES)
    loaded = rows.select_related("organization__region").prefetch_related(Prefetch("people", people, to_attr="coming"))
    return list(loaded.order_by("organization__pinyin", "pk"))


def _local(moment: Any) -> Any:
    return timezone.localtime(moment).replace(tzinfo=None) if moment else None


def _named(row: Any, language: str) -> str:
    """The name of a code in the language, if it has one there."""
    if row is None:
        return ""
    english = getattr(row, "name_en", "")  # regions have none
    return english if english and language == "en" else row.name


def _event(fair: Fair, language: str) -> pack.Event:
    return pack.Event(
        name=fair.name,
        theme=fair.theme,
        hosts=fair.hosts,
        organizer=fair.organizer.legal_name,
        region=_named(fair.region, language),
        venue=fair.venue,
        starts_on=fair.starts_on,
        ends_on=fair.ends_on,
        registration_at=_local(fair.registration_at),
        registration_place=fair.registration_place,
        contact=fair.duty_contact,
        graduating_year=fair.graduating_year,
    )


def _party(row: Any, language: str) -> pack.Party:
    organization = row.organization
    letter = organization.pinyin[:1].upper()
    return pack.Party(
        key=str(row.public_id),
        code=code_of(row.public_id),
        name=organization.legal_name,
        short=organization.display_name,
        is_school=row.is_school,
        region=_named(organization.region, language),
        initial=letter if letter.isascii() and letter.isalpha() else "#",
        delegates=row.delegates,
        people=tuple(_person(person) for person in row.coming),
    )


def _person(person: Delegate) -> pack.Person:
    return pack.Person(
        key=str(person.public_id),
        code=code_of(person.public_id),
        name=person.name,
        post=person.post,
        phone=person.phone,
        arrives=_local(person.arrives_at),
        lodging=person.lodging,
        diet=person.diet,
        vehicle=person.vehicle,
    )


def _table(table: Any, keys: Keys) -> pack.Table:
    room = table.room.name if table.room else ""
    owner = keys.get(table.owner_id, "")
    return pack.Table(key=str(table.pk), label=str(table), room=room, owner=owner, sign=table.header)


def _talks(timetable: Any, keys: Keys, places: dict[int, int]) -> tuple[pack.Talk, ...]:
    """The meetings of the published version in the order of time, those of both of whom are coming."""
    if timetable is None:
        return ()
    meetings = Meeting.objects.taking_place().filter(timetable=timetable, school__in=keys, enterprise__in=keys)
    rows = meetings.order_by("slot__starts_at", "table__number", "pk").values_list(
        "school", "enterprise", "slot", "table"
    )
    return tuple(
        pack.Talk(school=keys[school], enterprise=keys[enterprise], slot=places[slot], table=str(table))
        for school, enterprise, slot, table in rows
    )


def _supply(fair: Fair, rows: list[Participation], viewer: User, language: str) -> tuple[pack.Supply, ...]:
    """What the schools that come have confirmed for the class of the fair; drafts are theirs alone."""
    schools = [row.organization_id for row in rows if row.is_school]
    lines = SupplyLine.objects.visible_to(viewer).exclude(state=SupplyState.DRAFT)
    lines = lines.filter(programme__school__in=schools, programme__is_active=True, graduating_year=fair.graduating_year)
    loaded = lines.select_related("programme__major", "programme__school__region")
    return tuple(
        pack.Supply(
            school=line.programme.school.legal_name,
            region=_named(line.programme.school.region, language),
            major_code=line.programme.major.code,
            major=_major(line.programme, language),
            level=line.programme.major.get_level_display(),
            graduating=line.graduating,
            available=line.available,
        )
        for line in loaded.order_by("programme__school__pinyin", "programme__school", "programme__major__code", "pk")
    )


def _major(programme: Any, language: str) -> str:
    name = _named(programme.major, language)
    return f"{name}（{programme.direction}）" if programme.direction else name


def _demands(rows: list[Participation], viewer: User, language: str) -> tuple[pack.Demand, ...]:
    """What the firms that come seek openly."""
    firms = [row.organization_id for row in rows if not row.is_school]
    demands = TalentDemand.objects.visible_to(viewer).open().filter(enterprise__in=firms)
    loaded = demands.select_related("enterprise", "workplace").prefetch_related(
        Prefetch("majors", Major.objects.order_by("code")), "cooperation_kinds"
    )
    return tuple(
        pack.Demand(
            enterprise=demand.enterprise.legal_name,
            title=demand.title,
            majors=tuple(_named(major, language) for major in demand.majors.all()),
            levels=tuple(str(EducationLevel(level).label) for level in demand.levels),
            people=max(0, demand.headcount - demand.filled),
            pay=_pay(demand),
            workplace=_named(demand.workplace, language),
            cooperation=tuple(_named(kind, language) for kind in demand.cooperation_kinds.all()),
        )
        for demand in loaded.order_by("enterprise__pinyin", "enterprise", "pk")
    )


def _pay(demand: TalentDemand) -> str:
    """5000–8000; one end alone if only that is known."""
    return "–".join(str(bound) for bound in (demand.salary_min, demand.salary_max) if bound is not None)


def _cooperation(language: str) -> tuple[str, ...]:
    return tuple(_named(kind, language) for kind in CooperationKind.objects.order_by("position"))
