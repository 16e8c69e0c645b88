"""Families of majors (专业族): what is nearly the same major at another level.

Every secondary and vocational-bachelor code joins the junior-college code of its level-free class whose name
is nearest, if near enough; all others are their own family. The result is meant to be stored and reviewed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from matching.engine.catalogue import Major, level_free
from portal.taxonomy.naming import NgramSpace, Vector, bare_form

# Cosine from which names count as one family (matching design, 2.1).
NEAR_ENOUGH = 0.3
_JOINING = frozenset({"secondary", "technician", "vocational_bachelor"})


def major_families(majors: Iterable[Major]) -> dict[str, str]:
    """Code → family code for every major given; ties go to the smaller code; `Major.family` is not read."""
    listed = sorted(majors, key=lambda major: major.code)
    space = NgramSpace(bare_form(major.name) for major in listed)
    vectors = {major.code: space.vector(bare_form(major.name)) for major in listed}
    heads: defaultdict[str, list[str]] = defaultdict(list)
    for major in listed:
        if major.level == "junior_college":
            heads[major.class_code].append(major.code)
    families = {}
    for major in listed:
        near = heads[level_free(major.class_code, major.level)] if major.level in _JOINING else []
        scored = [(-_cosine(vectors[major.code], vectors[head]), head) for head in near]
        closest = min(scored, default=(0.0, major.code))
        families[major.code] = closest[1] if -closest[0] >= NEAR_ENOUGH else major.code
    return families


def _cosine(one: Vector, other: Vector) -> float:
    return sum(weight * other[gram] for gram, weight in one.items() if gram in other)
