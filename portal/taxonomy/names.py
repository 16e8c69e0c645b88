"""Names as people look for them: pinyin, initials, and bigrams that an index can serve.

PostgreSQL's trigrams cannot help a search for two Chinese characters, and most such searches are for two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from portal.taxonomy.naming import normal_form

_letters: Callable[[str], Any] = list  # what pypinyin is to do with a text that is not Chinese
LONGEST_QUERY = 60  # characters of a search that are read


def spelling(text: str) -> tuple[str, str]:
    """Pinyin without tones and blanks, and its initials: 数控技术 → ("shukongjishu", "skjs")."""
    from pypinyin import lazy_pinyin  # its dictionaries take memory that most processes never need

    syllables = [part for part in lazy_pinyin(normal_form(text), errors=_letters) if part.isalnum()]
    return "".join(syllables), "".join(part[0] for part in syllables)


def grams(names: Iterable[str]) -> list[str]:
    """Every character and every pair of neighbours of the names in normal form, sorted."""
    found: set[str] = set()
    for name in map(normal_form, names):
        found.update(name)
        found.update(one + other for one, other in pairwise(name))
    return sorted(found)


def initial_grams(text: str) -> set[str]:
    """The grams of a name's pinyin initials, with every reading of a character that has several (长: c and z)."""
    known = [letters for letters in map(_initials_of, normal_form(text)) if letters]
    found = {one + other for pair in pairwise(known) for one in pair[0] for other in pair[1]}
    return found.union(*known)


@lru_cache(maxsize=20_000)  # there are not many more characters; loading the lists meets the same ones again and again
def _initials_of(character: str) -> frozenset[str]:
    from pypinyin import Style, pinyin

    [readings] = pinyin(character, style=Style.NORMAL, heteronym=True, errors=_letters)
    return frozenset(reading[0] for reading in readings if reading.isalnum())


def search_columns(names: Sequence[str]) -> dict[str, str | list[str]]:
    """The values of the columns of `Searchable` for a row with these names; the first is spelt in pinyin."""
    pinyin, initials = spelling(names[0])
    known = dict.fromkeys(normal_form(name) for name in names if name)
    spelt: set[str] = set().union(*map(initial_grams, known))
    return {
        "pinyin": pinyin[:400],
        "initials": initials[:120],
        "search_text": "".join(f"{name}\n" for name in known),
        "grams": sorted(spelt.union(grams(known))),
    }


def matches(text: str, *, code: str = "") -> Q:
    """The condition that a row of `Searchable` fits what a person typed; several words must all fit.

    Characters anywhere in a name, pinyin initials anywhere, the beginning of the pinyin or (with the field `code`)
    of the code. Every arm is served by an index. A text without anything to search for matches nothing.
    """
    words = [word for word in map(normal_form, text[:LONGEST_QUERY].split()) if word]
    if not words:
        return Q(pk__in=[])
    condition = Q()
    for word in words:
        condition &= _matches_word(word, code)
    return condition


def _matches_word(word: str, code: str) -> Q:
    wanted = Q(grams__contains=[word] if len(word) == 1 else [one + other for one, other in pairwise(word)])
    if not word.isascii():
        return wanted & Q(search_text__contains=word)
    # Initials may be read in several ways, so that no single string could be compared: their pairs have to do.
    condition = wanted | Q(pinyin__startswith=word)
    if code:
        condition |= Q(**{f"{code}__startswith": word.upper()})
    return condition


def closeness(text: str, *, code: str = "") -> Case:
    """An order for rows that match: the very name or code, then names that begin so, then by initials, then others."""
    word = normal_form(text[:LONGEST_QUERY])
    exact, begins = Q(search_text__startswith=f"{word}\n"), Q(search_text__startswith=word)
    if code:
        exact |= Q(**{code: word.upper()})
        begins |= Q(**{f"{code}__startswith": word.upper()})
    return Case(
        When(exact, then=Value(0)),
        When(begins, then=Value(1)),
        When(Q(initials__startswith=word) | Q(pinyin__startswith=word), then=Value(2)),
        When(search_text__contains=word, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
