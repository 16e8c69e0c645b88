"""Numbers for everything that demands and offers name: majors, wants, skills; and where each lies in the tree.

Features of the index are (node, set of rungs): node × SETS + set − 1, where the nodes are those of the catalogue's tree
followed by one per skill, and a set is a bit set of rungs that is not empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from matching.engine.bundle import Bundle
from matching.engine.catalogue import RUNG_COUNT, RUNGS, Catalogue, UnknownMajor
from matching.engine.packed import UNKNOWN, Int32s, Int64s, UInt8s, starts_of
from matching.engine.profiles import Skill

SETS = (1 << RUNG_COUNT) - 1  # sets of rungs that are not empty


@dataclass(frozen=True)
class Vocabulary(Bundle):
    """Arrays over the numbers of codes, wants and skills; build it with `Vocabulary.of`.

    rung (codes,): of each code; the nodes that an offer of code i reaches: reach[reach_starts[i]:reach_starts[i+1]].
    want_nodes (wants, 4): of every want, deepest first; want_rungs (wants,): bit set of the rungs below it; the
    tree nodes that it takes in, with their index in DEPTHS, are `take_nodes` and `take_depths` by take_starts.
    """

    codes: list[str]
    want_keys: list[str]
    skills: list[Skill]
    node_count: int
    rung: UInt8s
    reach_starts: Int64s
    reach: Int32s
    want_nodes: Int32s
    want_rungs: UInt8s
    take_starts: Int64s
    take_nodes: Int32s
    take_depths: UInt8s

    @classmethod
    def of(cls, catalogue: Catalogue, skills: Iterable[Skill]) -> Self:
        """Number the codes and wants by their text, the skills in the order given."""
        codes = sorted(catalogue.majors)
        wants = sorted(catalogue.wants)
        reach = [catalogue.reach[code] for code in codes]
        takes = [catalogue.wants[key].supply for key in wants]
        return cls(
            codes=codes,
            want_keys=wants,
            skills=list(skills),
            node_count=catalogue.node_count,
            rung=np.array([RUNGS[catalogue.majors[code].level] for code in codes], np.uint8),
            reach_starts=starts_of(np.array([len(nodes) for nodes in reach], np.int64)),
            reach=np.array([node for nodes in reach for node in nodes], np.int32),
            want_nodes=np.array([catalogue.wants[key].nodes for key in wants], np.int32).reshape(-1, 4),
            want_rungs=np.array([sum(1 << r for r in catalogue.wants[key].rungs) for key in wants], np.uint8),
            take_starts=starts_of(np.array([len(take) for take in takes], np.int64)),
            take_nodes=np.array([node for take in takes for node, _ in take], np.int32),
            take_depths=np.array([depth for take in takes for _, depth in take], np.uint8),
        )

    @property
    def feature_count(self) -> int:
        """Features are 0 … feature_count − 1."""
        return (self.node_count + len(self.skills)) * SETS

    def code_number(self, code: str) -> int:
        """The number of a major; raises UnknownMajor."""
        return _number(self._code_numbers, code)

    def want_number(self, want: str) -> int:
        """The number of a code or prefix; raises UnknownMajor."""
        return _number(self._want_numbers, want)

    def has_want(self, want: str) -> bool:
        """Whether a code or prefix has a number."""
        return want in self._want_numbers

    def skill_number(self, skill: Skill) -> int:
        """The number of a skill, −1 for one that is not in the vocabulary."""
        return self._skill_numbers.get(skill, UNKNOWN)

    def reached(self, code: int) -> Int32s:
        """The nodes that an offer of this number reaches, ascending."""
        return self.reach[self.reach_starts[code] : self.reach_starts[code + 1]]

    @cached_property
    def _code_numbers(self) -> dict[str, int]:
        return _numbered(self.codes)

    @cached_property
    def _want_numbers(self) -> dict[str, int]:
        return _numbered(self.want_keys)

    @cached_property
    def _skill_numbers(self) -> dict[Skill, int]:
        return {skill: number for number, skill in enumerate(self.skills)}


def _numbered(keys: Sequence[str]) -> dict[str, int]:
    return {key: number for number, key in enumerate(keys)}


def _number(numbers: dict[str, int], key: str) -> int:
    try:
        return numbers[key]
    except KeyError:
        raise UnknownMajor(key) from None
