"""Names as people look for them: one normal form, pinyin, initials, and bigrams that an index can serve.

PostgreSQL's trigrams cannot help a search for two Chinese characters, and most such searches are for two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence, Set

from django.db.models import Case, IntegerField, Q, Value, When

_BLANK = re.compile(r"\s+")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_ENDINGS = ("专业", "方向")
LONGEST_QUERY = 60  # characters of a search that are read


def normal_form(text: str) -> str:
    """Compatibility form (NFKC: full width becomes half width), case-folded, without blanks. Idempotent."""
    folded = unicodedata.normalize("NFKC", _BLANK.sub("", unicodedata.normalize("NFKC", text)).casefold())
    # A letter that lost the blank before its accent, say, becomes another one: again until nothing changes.
    return folded if folded == text else normal_form(folded)


def bare_form(text: str) -> str:
    """The normal form without bracketed parts and the endings 专业 and 方向, if anything is left."""
    name = normal_form(text)
    bare = _BRACKETED.sub("", name)
    for ending in _ENDINGS:
        bare = bare.removesuffix(ending)
    return bare or name


def spelling(text: str) -> tuple[str, str]:
    """Pinyin without tones and blanks, and its initials: 数控技术 → ("shukongjishu", "skjs")."""
    from pypinyin import lazy_pinyin  # its dictionaries take memory that most processes never need

    syllables = [part for part in lazy_pinyin(normal_form(text), errors=list) if part.isalnum()]
    return "".join(syllables), "".join(part[0] for part in syllables)


def grams(names: Iterable[str]) -> list[str]:
    """Every character and every pair of neighbours of the names in normal form, sorted."""
    found: set[str] = set()
    for name in map(normal_form, names):
        found.update(name)
        found.update(name[start : start + 2] for start in range(len(name) - 1))
    return sorted(found)


def search_columns(names: Sequence[str]) -> dict[str, str | list[str]]:
    """The values of the columns of `Searchable` for a row with these names; the first is spelt in pinyin."""
    pinyin, initials = spelling(names[0])
    known = dict.fromkeys(normal_form(name) for name in names if name)
    return {
        "pinyin": pinyin[:400],
        "initials": initials[:120],
        "search_text": "\n".join(known),
        "grams": grams(known),
    }


def matches(text: str, *, code: str = "") -> Q:
    """The condition that a row of `Searchable` fits what a person typed; several words must all fit.

    Characters anywhere in a name, or the beginning of its pinyin, its initials or (with the field `code`) its code.
    Every arm is served by an index. A text without anything to search for matches nothing.
    """
    words = [normal_form(word) for word in text[:LONGEST_QUERY].split()]
    if not words:
        return Q(pk__in=[])
    condition = Q()
    for word in words:
        condition &= _matches_word(word, code)
    return condition


def _matches_word(word: str, code: str) -> Q:
    wanted = [word] if len(word) == 1 else [word[start : start + 2] for start in range(len(word) - 1)]
    condition = Q(grams__contains=wanted, search_text__contains=word)
    if word.isascii():
        condition |= Q(initials__startswith=word) | Q(pinyin__startswith=word)
        if code:
            condition |= Q(**{f"{code}__startswith": word.upper()})
    return condition


def closeness(text: str, *, code: str = "") -> Case:
    """An order for rows that match: the very name or code, then names that begin so, then all others."""
    word = normal_form(text[:LONGEST_QUERY])
    exact, begins = Q(search_text=word), Q(search_text__startswith=word)
    if code:
        exact |= Q(**{code: word.upper()})
    return Case(
        When(exact, then=Value(0)),
        When(begins, then=Value(1)),
        When(Q(initials__startswith=word), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def likeness(asked: Set[str], name: str) -> float:
    """Dice coefficient of some grams and those of a name, in [0, 1]; an order, not a probability."""
    known = set(grams([name]))
    return 2 * len(asked & known) / (len(asked) + len(known)) if known else 0.0
