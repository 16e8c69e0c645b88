"""All delegations of a fair as one Excel sheet: taken out, filled in, read back as an update."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from events.fairs.models import TAKING_PART, Delegate, Fair, Participation
from events.fairs.services import Person
from events.fairs.spreadsheets import Row, SheetRefused, columns_of
from portal.common.xlsx import Cell, Sheet

LABELS = {
    "organization": gettext_lazy("Organization"),
    "rank": pgettext_lazy("of a delegate", "Rank"),
    "leader": gettext_lazy("Leader"),
    "name": pgettext_lazy("of a person", "Name"),
    "post": pgettext_lazy("of a person", "Post"),
    "phone": gettext_lazy("Phone"),
    "arrives": gettext_lazy("Arrives"),
    "lodging": gettext_lazy("Lodging"),
    "diet": gettext_lazy("Diet"),
    "vehicle": gettext_lazy("Vehicle"),
    "key": gettext_lazy("Key (leave as it is)"),
}
WIDTHS = (36, 7, 8, 14, 20, 16, 18, 18, 14, 14, 38)
NEEDED = ("organization", "name", "key")
LENGTHS = {"name": 60, "post": 80, "phone": 30, "lodging": 80, "diet": 80, "vehicle": 40}  # as the columns hold
YES = gettext_lazy("yes")


@dataclass(slots=True)
class Reading:
    """What a sheet says: the delegations that differ from the known ones, and the rows that are wrong."""

    changed: dict[int, list[Person]] = field(default_factory=dict)  # by participation
    problems: dict[int, str] = field(default_factory=dict)  # by row, counted from 1
    parties: int = 0
    added: int = 0
    removed: int = 0


def sheet_of(fair: Fair) -> Sheet:
    """One row a delegate, one with room for a name for whoever has named nobody; in the reader's language."""
    return Sheet(_("Delegations"), [str(label) for label in LABELS.values()], _rows(fair), WIDTHS)


def _rows(fair: Fair) -> Iterator[Sequence[Cell]]:
    for row in _parties(fair):
        people = list(row.people.all())
        if not people:
            yield [row.organization.legal_name, *[""] * 9, str(row.public_id)]
        for one in people:
            yield [
                row.organization.legal_name,
                one.rank,
                str(YES) if one.is_leader else "",
                one.name,
                one.post,
                one.phone,
                one.arrives_at,
                one.lodging,
                one.diet,
                one.vehicle,
                str(row.public_id),
            ]


def _parties(fair: Fair) -> list[Participation]:
    rows = Participation.objects.filter(fair=fair, status__in=TAKING_PART).select_related("organization")
    return list(rows.prefetch_related("people").order_by("organization__kind", "organization__pinyin", "pk"))


def read_delegations(fair: Fair, rows: Sequence[Row]) -> Reading:
    """Compare the rows with what is known; two queries. SheetRefused if columns are missing.

    The rows of an organization are its whole delegation; an organization without a row is left as it is.
    """
    columns = columns_of(rows[0], LABELS)
    lacking = [str(LABELS[name]) for name in NEEDED if name not in columns]
    if lacking:
        text = _("The sheet lacks these columns: %(columns)s. Download it here and fill it in.")
        raise SheetRefused(text % {"columns": ", ".join(lacking)}, field="file")
    reader = _Reader({str(row.public_id): row for row in _parties(fair)})
    for line, cells in enumerate(rows[1:], start=2):
        typed = {name: cells[column] if column < len(cells) else "" for name, column in columns.items()}
        if any(typed.values()):
            reader.take(typed, line)
    return reader.compared()


class _Reader:
    """Collects the rows by organization; `parties` by the key of the sheet."""

    def __init__(self, parties: dict[str, Participation]) -> None:
        self._parties = parties
        self._given: dict[str, list[tuple[float, Person]]] = {}
        self._reading = Reading()

    def take(self, typed: dict[str, str], line: int) -> None:
        """One row: into its delegation, or among the problems."""
        key = typed["key"] or _key_of(typed["organization"], self._parties)
        if key not in self._parties:
            self._reading.problems[line] = _("This organization does not take part in the fair.")
            return
        people = self._given.setdefault(key, [])
        if not typed["name"]:
            if any(typed.get(name) for name in ("post", "phone", "arrives")):
                self._reading.problems[line] = _("The name is missing.")
            return
        try:
            people.append((_rank(typed.get("rank", ""), line), _person(typed)))
        except ValueError as error:
            self._reading.problems[line] = str(error)

    def compared(self) -> Reading:
        """What differs from the known delegations."""
        for key, given in sorted(self._given.items()):
            people = [person for _rank, person in sorted(given, key=lambda pair: pair[0])]
            _compare(self._parties[key], people, self._reading)
        return self._reading


def _key_of(name: str, parties: dict[str, Participation]) -> str:
    return next((key for key, row in parties.items() if row.organization.legal_name == name), "")


def _rank(text: str, line: int) -> float:
    """The order: those without a number come last, as they stand."""
    if not text:
        return 1000 + line
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise ValueError(_("The rank is a number: 1 for the highest."))
    return int(text) + line / 100_000


def _person(typed: dict[str, str]) -> Person:
    for name, longest in LENGTHS.items():
        if len(typed.get(name, "")) > longest:
            text = _("%(column)s: at most %(n)d characters.")
            raise ValueError(text % {"column": LABELS[name], "n": longest})
    return Person(
        name=typed["name"],
        post=typed.get("post", ""),
        phone=typed.get("phone", ""),
        is_leader=_is_yes(typed.get("leader", "")),
        arrives_at=_moment(typed.get("arrives", "")),
        lodging=typed.get("lodging", ""),
        diet=typed.get("diet", ""),
        vehicle=typed.get("vehicle", ""),
    )


def _is_yes(text: str) -> bool:
    """Yes in any language of the site, a tick, an x or a 1."""
    words = {"x", "1", "✓", "√"}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words.add(str(YES).casefold())
    return text.casefold() in words


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise ValueError(_("The arrival is a day and a time: 2024-05-16 15:30.")) from error
    return timezone.make_aware(at) if timezone.is_naive(at) else at


def _compare(row: Participation, people: list[Person], reading: Reading) -> None:
    """Note the delegation if it differs from the known one; names that leave and come are counted."""
    known = [_of(delegate) for delegate in row.people.all()]
    leads = next((n for n, one in enumerate(people) if one.is_leader), 0)
    now = [_facts(one, is_leader=n == leads) for n, one in enumerate(people)]
    if now == known:
        return
    before, after = {facts[0] for facts in known}, {facts[0] for facts in now}
    reading.changed[row.pk] = people
    reading.parties += 1
    reading.added += len(after - before)
    reading.removed += len(before - after)


def _facts(one: Person, *, is_leader: bool) -> tuple[object, ...]:
    return (one.name, one.post, one.phone, is_leader, _minute(one.arrives_at), one.lodging, one.diet, one.vehicle)


def _of(one: Delegate) -> tuple[object, ...]:
    return (one.name, one.post, one.phone, one.is_leader, _minute(one.arrives_at), one.lodging, one.diet, one.vehicle)


def _minute(at: datetime | None) -> datetime | None:
    """To the minute, as the sheet shows it."""
    return at.replace(second=0, microsecond=0) if at else None
