"""What the engine reads, as arrays: schools, their offers, demands. A million demands are some fifty megabytes.

Names and codes are numbers here: see `Vocabulary` for majors, wants and skills; places are any integers, −1 unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from matching.engine.bundle import Bundle

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
UInt32s = npt.NDArray[np.uint32]
UInt8s = npt.NDArray[np.uint8]
Float32s = npt.NDArray[np.float32]

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Schools(Bundle):
    """ids (S,) ascending; province, city (S,): any numbers, −1 unknown; modes (S,): bit set of cooperation offered."""

    ids: Int64s
    province: Int32s
    city: Int32s
    modes: UInt32s


@dataclass(frozen=True, slots=True)
class Offers(Bundle):
    """school (n,): position in Schools; code (n,): number of the major; graduates (n,): persons.

    The skills of offer i are `skills[skill_starts[i]:skill_starts[i + 1]]`.
    """

    school: Int32s
    code: Int32s
    graduates: Float32s
    skill_starts: Int64s
    skills: Int32s


@dataclass(frozen=True, slots=True)
class Demands(Bundle):
    """Demands by ascending (enterprise, id).

    headcount (D,): persons, ≥ 1; levels (D,): bit set of accepted rungs, 0 = any; province, city (D,): of the work;
    modes (D,): bit set of cooperation wanted, 0 = any; wants and skills of demand i: as in Offers. A skill of −1 is one
    that the vocabulary does not hold.
    """

    ids: Int64s
    enterprise: Int64s
    headcount: Int32s
    levels: UInt8s
    province: Int32s
    city: Int32s
    modes: UInt32s
    want_starts: Int64s
    wants: Int32s
    skill_starts: Int64s
    skills: Int32s

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def enterprises(self) -> Int64s:
        """The distinct enterprises, ascending."""
        return np.unique(self.enterprise)

    @classmethod
    def sorted_of(cls, **arrays: Any) -> Self:
        """From the same arrays in any order of demands."""
        return cls(**arrays)._picked(np.lexsort((arrays["ids"], arrays["enterprise"])))

    def of_enterprises(self, lo: int, hi: int) -> Self:
        """The demands of the enterprises at positions lo … hi − 1 of `enterprises`."""
        chosen = self.enterprises[lo:hi]
        if not len(chosen):
            return self._picked(np.empty(0, np.int64))
        first = np.searchsorted(self.enterprise, chosen[0])
        last = np.searchsorted(self.enterprise, chosen[-1], side="right")
        return self._picked(np.arange(first, last))

    def where(self, mask: npt.NDArray[np.bool_]) -> Self:
        """The demands for which the mask is true."""
        return self._picked(np.flatnonzero(mask))

    def _picked(self, order: Int64s) -> Self:
        want_starts, wants = picked(self.want_starts, self.wants, order)
        skill_starts, skills = picked(self.skill_starts, self.skills, order)
        return type(self)(
            ids=self.ids[order],
            enterprise=self.enterprise[order],
            headcount=self.headcount[order],
            levels=self.levels[order],
            province=self.province[order],
            city=self.city[order],
            modes=self.modes[order],
            want_starts=want_starts,
            wants=wants,
            skill_starts=skill_starts,
            skills=skills,
        )


def ranges(starts: Int64s, lengths: Int64s) -> Int64s:
    """The integers start … start + length − 1 of every pair, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)


def picked(starts: Int64s, values: Int32s, order: Int64s) -> tuple[Int64s, Int32s]:
    """The lists of some rows: (starts, values) of rows `order` of the lists given in the same form."""
    lengths = starts[order + 1] - starts[order]
    return starts_of(lengths), values[ranges(starts[order], lengths)]


def starts_of(lengths: npt.NDArray[Any]) -> Int64s:
    """Lengths → starts, with the end of the last list: one more than there are lists."""
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
