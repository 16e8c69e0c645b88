"""Profiles to packed arrays: for the few schools and demands of a test, a file or a question, not for a nation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np

from matching.engine.catalogue import RUNGS
from matching.engine.packed import UNKNOWN, Demands, Offers, Schools, starts_of
from matching.engine.profiles import DemandProfile, SchoolProfile, Skill
from matching.engine.vocabulary import Vocabulary


class Numbering(Protocol):
    """Numbers for places and kinds of cooperation, the same for schools and demands."""

    def place(self, *parts: str) -> int:
        """The number of a province, or of a city within one; −1 for one without a name."""

    def modes(self, modes: Iterable[str]) -> int:
        """Kinds of cooperation as a bit set."""


class Numbers:
    """Numbers for places and kinds of cooperation, in the order in which they are met."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, ...], int] = {}
        self._modes: dict[str, int] = {}

    def place(self, *parts: str) -> int:
        """The number of a province, or of a city within one; −1 for one without a name."""
        return self._places.setdefault(parts, len(self._places)) if parts[-1] else UNKNOWN

    def modes(self, modes: Iterable[str]) -> int:
        """Kinds as a bit set; at most 32 in all."""
        return sum(1 << self._modes.setdefault(mode, len(self._modes)) for mode in sorted(modes))


def skills_of(schools: Iterable[SchoolProfile]) -> list[Skill]:
    """Every skill that is taught, ascending."""
    return sorted({skill for school in schools for offer in school.offers for skill in offer.skills}, key=str)


def pack_schools(
    schools: Sequence[SchoolProfile], vocabulary: Vocabulary, numbers: Numbering
) -> tuple[Schools, Offers]:
    """Raises UnknownMajor for an offer, ValueError for a school given twice."""
    ordered = sorted(schools, key=lambda school: school.id)
    flat = [(position, offer) for position, school in enumerate(ordered) for offer in school.offers]
    taught = [[vocabulary.skill_number(skill) for skill in sorted(offer.skills)] for _, offer in flat]
    packed = Schools(
        ids=np.array([school.id for school in ordered], np.int64),
        province=np.array([numbers.place(school.province) for school in ordered], np.int32),
        city=np.array([numbers.place(school.province, school.city) for school in ordered], np.int32),
        modes=np.array([numbers.modes(school.modes) for school in ordered], np.uint32),
    )
    offers = Offers(
        school=np.array([position for position, _ in flat], np.int32),
        code=np.array([vocabulary.code_number(offer.major) for _, offer in flat], np.int32),
        graduates=np.array([offer.graduates for _, offer in flat], np.float32),
        skill_starts=starts_of(np.array([len(skills) for skills in taught], np.int64)),
        skills=np.array([skill for skills in taught for skill in skills], np.int32),
    )
    return packed, offers


def pack_demands(demands: Iterable[DemandProfile], vocabulary: Vocabulary, numbers: Numbering) -> Demands:
    """Raises UnknownMajor."""
    listed = list(demands)
    wants = [[vocabulary.want_number(code) for code in sorted(set(demand.majors))] for demand in listed]
    skills = [[vocabulary.skill_number(skill) for skill in sorted(set(demand.skills))] for demand in listed]
    return Demands.sorted_of(
        ids=np.array([demand.id for demand in listed], np.int64),
        enterprise=np.array([demand.enterprise for demand in listed], np.int64),
        headcount=np.array([demand.headcount for demand in listed], np.int32),
        levels=np.array([_rungs(demand.levels) for demand in listed], np.uint8),
        province=np.array([numbers.place(demand.province) for demand in listed], np.int32),
        city=np.array([numbers.place(demand.province, demand.city) for demand in listed], np.int32),
        modes=np.array([numbers.modes(demand.modes) for demand in listed], np.uint32),
        want_starts=starts_of(np.array([len(found) for found in wants], np.int64)),
        wants=np.array([want for found in wants for want in found], np.int32),
        skill_starts=starts_of(np.array([len(found) for found in skills], np.int64)),
        skills=np.array([skill for found in skills for skill in found], np.int32),
    )


def _rungs(levels: Iterable[str], rungs: Mapping[str, int] = RUNGS) -> int:
    bits = 0
    for level in levels:
        bits |= 1 << rungs[level]
    return bits
