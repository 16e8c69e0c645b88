"""What the papers of a fair are made of. Times are local to the fair; keys name a party or a table and never change.

Lists come in the order in which they are printed: parties by pinyin, tables by number, slots and sessions by time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from events.printing.formatting import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A delegate; `code` is what the QR code of the badge says."""

    key: str
    code: str
    name: str
    post: str = ""
    phone: str = ""
    arrives: datetime | None = None
    lodging: str = ""
    diet: str = ""
    vehicle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organization that comes, with the people named so far, the one highest in rank first."""

    key: str
    code: str
    name: str
    short: str
    is_school: bool
    region: str
    initial: str  # A … Z of its pinyin, or #
    delegates: int
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `owner` is the key of the party that keeps it, `sign` the words of its sign where they are given."""

    key: str
    label: str
    room: str = ""
    owner: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A meeting of the published timetable: keys of both parties and the table, the place of the slot in `slots`."""

    school: str
    enterprise: str
    slot: int
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Somebody on stage."""

    party: str
    topic: str
    speaker: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A bus of a tour; riders are (key of a party, people)."""

    number: int
    vehicle: str
    guide: str
    seats: int
    riders: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """A paper signed on stage; a key is empty where somebody else signs."""

    title: str
    school: str
    enterprise: str
    school_signatory: str
    enterprise_signatory: str
    witnesses: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A part of the programme. `is_talks`: the time in which the meetings take place."""

    title: str
    kind: str
    place: str
    starts_at: datetime
    ends_at: datetime
    is_talks: bool = False
    turns: tuple[Turn, ...] = ()
    groups: tuple[Group, ...] = ()
    signings: tuple[Signing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """People of a major who graduate in the year of the fair."""

    school: str
    region: str
    major_code: str
    major: str
    level: str
    graduating: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A post that a firm of the fair seeks to fill."""

    enterprise: str
    title: str
    majors: tuple[str, ...]
    levels: tuple[str, ...]
    people: int
    pay: str
    workplace: str
    cooperation: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The fair itself."""

    name: str
    theme: str
    hosts: str
    organizer: str
    region: str
    venue: str
    starts_on: date
    ends_on: date
    registration_at: datetime | None
    registration_place: str
    contact: str
    graduating_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFacts:
    """Everything that the papers say. `version` is that of the published timetable, 0 where there is none."""

    language: Language
    event: Event
    version: int
    parties: tuple[Party, ...] = ()
    tables: tuple[Table, ...] = ()
    slots: tuple[Slot, ...] = ()
    talks: tuple[Talk, ...] = ()
    sessions: tuple[Session, ...] = ()
    supply: tuple[Supply, ...] = ()
    demands: tuple[Demand, ...] = ()
    cooperation: tuple[str, ...] = ()
    sample: bool = False

    @property
    def schools(self) -> list[Party]:
        return [party for party in self.parties if party.is_school]

    @property
    def enterprises(self) -> list[Party]:
        return [party for party in self.parties if not party.is_school]
