"""What a wording stands for: decided by the very name or a known other name, never by likeness.

Likeness only orders the suggestions: of old names of majors it has the right one at the first place in half of the
cases, among five in three quarters (measured: tests/benchmarks/test_normalisation.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from heapq import nsmallest

from portal.taxonomy.naming.forms import bare_form, normal_form
from portal.taxonomy.naming.ngrams import NgramIndex

SUGGESTIONS = 5
FAR = 0.2  # cosine below which a name is not worth a look: the right one of an old name is so far in 1 case of 100
Readings = Callable[[str], tuple[str, ...]]  # the forms of a text to look up, the most exact first
_CODE = re.compile(r"(?<![0-9A-Z])[0-9]{2}[0-9J][0-9]{3,4}T?K?(?![0-9A-Z])")


class How(StrEnum):
    """Why a text stands for a key, or does not."""

    CODE = "code"
    EXACT = "exact"  # the present name
    ALIAS = "alias"  # an old name, a synonym, a wording that a person decided
    CLASS = "class"  # the name of a whole class of majors: no key, but its class
    AMBIGUOUS = "ambiguous"  # stands for several keys: they are the suggestions
    NEAR = "near"  # resembles some names
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """A name that stands for a key. The first entry of a key holds its present name.

    `decided`: a person said so, which goes before other names that are not the present one of any key.
    """

    key: str
    name: str
    level: str = ""
    is_alias: bool = False
    edition: str = ""
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The class that a key belongs to."""

    key: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A key with its present name and the name that is near; score: cosine in (0, 1], an order, no probability."""

    key: str
    name: str
    level: str
    matched: str
    score: float


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text stands for: `key` where it is decided, else None and at most five suggestions, best first.

    `edition`: of the list that knows the other name; `group`: the code of the class, for How.CLASS.
    """

    text: str
    key: str | None
    how: How
    edition: str = ""
    group: str = ""
    suggestions: tuple[Suggestion, ...] = ()


def major_readings(text: str) -> tuple[str, ...]:
    """As written (some names have brackets of their own), then without what qualifies it."""
    return tuple(dict.fromkeys((normal_form(text), bare_form(text))))


def skill_readings(text: str) -> tuple[str, ...]:
    """As written: what a bracket adds to a skill, a grade or a product, makes another one of it."""
    return (normal_form(text),)


class Vocabulary:
    """Names with the keys that they stand for; build once, ask often. Safe for several threads."""

    def __init__(self, entries: Iterable[Entry], *, readings: Readings, groups: Iterable[Group] = ()) -> None:
        """`entries`: present names first; an alias of a key without a present name is left out."""
        self._readings = readings
        self._entries: list[Entry] = []
        self._present: dict[str, Entry] = {}
        self._names: defaultdict[str, list[Entry]] = defaultdict(list)
        self._aliases: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._know(entry)
        self._group_of = {group.key: group.code for group in groups if group.key in self._present}
        self._groups = self._named_groups(groups)

    def _know(self, entry: Entry) -> None:
        if entry.is_alias and entry.key not in self._present:
            return
        if not entry.is_alias:
            self._present[entry.key] = entry
        self._entries.append(entry)
        for form in self._readings(entry.name):
            (self._aliases if entry.is_alias else self._names)[form].append(entry)

    def _named_groups(self, groups: Iterable[Group]) -> dict[tuple[str, str], str]:
        """(name, level) → code of the class; of several codes the one that most keys bear (a misprint bears few)."""
        sizes: defaultdict[tuple[str, str], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for group in groups:
            if group.key in self._present:
                sizes[normal_form(group.name), self._present[group.key].level][group.code] += 1
        return {name: max(sorted(codes), key=codes.__getitem__) for name, codes in sizes.items()}

    def __contains__(self, key: str) -> bool:
        return key in self._present

    def resolve(self, text: str, level: str | None = None) -> Resolution:
        """The key that a text stands for; with `level` only keys of that level are considered.

        Decides: a key itself, a present name, an other name; each only if it stands for one key alone, and if a
        code written beside the name does not contradict it.
        """
        code = text.strip().upper()
        if self._at(code, level) and self._present[code].name != code:
            return Resolution(text, code, How.CODE)
        for form in self._readings(text):
            found = self._named(form, level)
            if found:
                return self._settled(text, found, level)
        return self._of_group(text, level) or self._near(text, level)

    def _at(self, key: str, level: str | None) -> bool:
        return key in self._present and level in (None, self._present[key].level)

    def _named(self, form: str, level: str | None) -> list[Entry]:
        """What bears this form of a name: present names before decided ones before other names."""
        for table, only_decided in ((self._names, False), (self._aliases, True), (self._aliases, False)):
            found = [entry for entry in table.get(form, ()) if self._at(entry.key, level)]
            found = [entry for entry in found if entry.decided] if only_decided else found
            if found:
                return found
        return []

    def _settled(self, text: str, found: list[Entry], level: str | None) -> Resolution:
        keys = {entry.key for entry in found}
        beside = {code for code in _CODE.findall(normal_form(text).upper()) if self._at(code, level)}
        if len(beside) == 1 and beside <= keys:
            return Resolution(text, min(beside), How.CODE)
        if len(keys) == 1 and not beside:
            [entry, *_] = found
            how = How.ALIAS if entry.is_alias else How.EXACT
            return Resolution(text, entry.key, how, entry.edition if entry.is_alias else "")
        shown = sorted(keys | beside)[:SUGGESTIONS]
        return Resolution(text, None, How.AMBIGUOUS, suggestions=tuple(self._suggestion(key) for key in shown))

    def _of_group(self, text: str, level: str | None) -> Resolution | None:
        for form in self._readings(text):
            codes = {code for (name, at), code in self._groups_named(form) if level in (None, at)}
            if len(codes) == 1:
                [code] = codes
                # The brackets, which name no major, often tell which majors of the class are meant.
                near = self._nearest(self._readings(text)[0], level, group=code)
                return Resolution(text, None, How.CLASS, group=code, suggestions=tuple(near))
        return None

    def _groups_named(self, form: str) -> Iterator[tuple[tuple[str, str], str]]:
        return ((key, code) for key, code in self._groups.items() if key[0] == form)

    def _near(self, text: str, level: str | None) -> Resolution:
        found = tuple(self.nearest(text, level))
        return Resolution(text, None, How.NEAR if found else How.UNKNOWN, suggestions=found)

    def meanings(self, text: str, level: str | None = None) -> tuple[Suggestion, ...]:
        """What a text may mean, for a person to choose from: the key that it stands for, else the suggestions."""
        found = self.resolve(text, level)
        return found.suggestions if found.key is None else (self._suggestion(found.key),)

    def nearest(self, text: str, level: str | None = None) -> list[Suggestion]:
        """The keys whose names are nearest, each by its nearest name, best first, ties by key; five at most."""
        return self._nearest(self._readings(text)[-1], level)

    def _nearest(self, form: str, level: str | None, *, group: str = "") -> list[Suggestion]:
        best: dict[str, tuple[float, str]] = {}
        for position, score in self._index.cosines(form).items():
            entry = self._entries[position]
            if not self._at(entry.key, level) or (group and self._group_of.get(entry.key) != group):
                continue
            if score >= FAR and (-score, entry.name) < best.get(entry.key, (0.0, "")):
                best[entry.key] = (-score, entry.name)
        first = nsmallest(SUGGESTIONS, best.items(), key=lambda found: (found[1][0], found[0]))
        return [self._suggestion(key, matched, -score) for key, (score, matched) in first]

    def _suggestion(self, key: str, matched: str = "", score: float = 1.0) -> Suggestion:
        present = self._present[key]
        return Suggestion(key, present.name, present.level, matched or present.name, score)

    @cached_property
    def _index(self) -> NgramIndex:
        return NgramIndex(self._readings(entry.name)[-1] for entry in self._entries)
