"""What a typed name of a major or a skill stands for: one rule for forms, workbooks and the API.

The vocabularies are made from the tables and kept in this process under a fingerprint of the rows they were made
from: one query says whether they are still those, so that a decision counts everywhere from its commit on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import connection

from portal.taxonomy.models import EducationLevel, Major, MajorAlias, Skill, SkillAlias
from portal.taxonomy.naming import Entry, Group, Resolution, Vocabulary, major_readings, skill_readings

LONGEST_NAME = 120  # characters; no name is longer, and no longer text is read
Question = tuple[str, str | None]  # a text and the level of schooling it is about, if that is known

_FINGERPRINT = """
    SELECT (SELECT concat(count(*), ':', sum(hashtextextended(concat_ws(chr(31), {columns}), 0))) FROM {rows}),
           (SELECT concat(count(*), ':', sum(hashtextextended(concat_ws(chr(31), {alias_columns}), 0))) FROM {aliases})
"""
_MAJORS = _FINGERPRINT.format(
    columns="code, name, level, class_code, class_name, retired_on",
    rows=Major._meta.db_table,
    alias_columns="text, major_id, edition, decided_at",
    aliases=MajorAlias._meta.db_table,
)
_SKILLS = _FINGERPRINT.format(
    columns="name, retired_on",
    rows=Skill._meta.db_table,
    alias_columns="text, skill_id",
    aliases=SkillAlias._meta.db_table,
)
_kept: dict[str, tuple[object, Vocabulary]] = {}  # query of the fingerprint → what it was, and what was made then


def listed_level(level: str | None) -> str | None:
    """The level whose catalogue lists a level's majors: technician schools use the secondary codes here."""
    return EducationLevel.SECONDARY.value if level == EducationLevel.TECHNICIAN else level or None


def resolve_majors(questions: Sequence[Question]) -> list[Resolution]:
    """`resolve_major` for many, in their order, with one query however many (three when the names have changed)."""
    vocabulary = majors_vocabulary()
    return [vocabulary.resolve(text[:LONGEST_NAME], listed_level(level)) for text, level in questions]


def resolve_major(text: str, level: str | None = None) -> Resolution:
    """The code of the major that a code, a present name or another name stands for, else suggestions.

    With `level` only majors of that level are considered. A name that stands for several majors (at several levels,
    or one that was split) decides nothing: they are the suggestions. Nor does text that only resembles a name.
    """
    [found] = resolve_majors([(text, level)])
    return found


def resolve_skills(texts: Sequence[str]) -> list[Resolution]:
    """The names of the skills that texts stand for, by name or synonym, in their order, with one query (or three)."""
    vocabulary = skills_vocabulary()
    return [vocabulary.resolve(text[:LONGEST_NAME]) for text in texts]


def resolve_skill(text: str) -> Resolution:
    """`resolve_skills` for one."""
    [found] = resolve_skills([text])
    return found


def majors_vocabulary() -> Vocabulary:
    """The names of the majors of today, present and other, with their classes."""
    return _current(_MAJORS, _make_majors)


def skills_vocabulary() -> Vocabulary:
    """The names of the skills that can be chosen, and their synonyms."""
    return _current(_SKILLS, _make_skills)


def _current(fingerprint: str, make: Callable[[], Vocabulary]) -> Vocabulary:
    with connection.cursor() as cursor:
        cursor.execute(fingerprint)
        found: object = cursor.fetchone()
    known = _kept.get(fingerprint)
    if known is not None and known[0] == found:
        return known[1]
    made = make()
    _kept[fingerprint] = (found, made)
    return made


def _make_majors() -> Vocabulary:
    rows = list(
        Major.objects.filter(retired_on=None)
        .order_by("code")
        .values_list("code", "name", "level", "class_code", "class_name")
    )
    present = [Entry(code, name, level) for code, name, level, _, _ in rows]
    groups = [Group(code, class_code, class_name) for code, _, _, class_code, class_name in rows]
    return Vocabulary([*present, *_other_names()], readings=major_readings, groups=groups)


def _other_names() -> Iterator[Entry]:
    aliases = MajorAlias.objects.order_by("pk").values_list("major_id", "text", "level", "edition", "decided_at")
    for code, text, level, edition, decided_at in aliases.iterator():
        yield Entry(code, text, level, True, edition, decided=decided_at is not None or not edition)


def _make_skills() -> Vocabulary:
    names = Skill.objects.listed().order_by("pk").values_list("name", flat=True)
    synonyms = SkillAlias.objects.order_by("pk").values_list("skill__name", "text")
    entries: Iterable[Entry] = (
        *(Entry(name, name) for name in names),
        *(Entry(name, text, is_alias=True) for name, text in synonyms),
    )
    return Vocabulary(entries, readings=skill_readings)
