"""Generated fairs that look like real ones: a size, how people attend, and a seed name a fair, always the same one.

Schools and enterprises have hidden tastes; each hands in a list of whom it would like to meet, best first, and the
score of a pair grows with its places on both lists. How people attend: uniform (all present), windows (some miss
half-days or days), scattered (single slots missing too, some tables closed, some meetings fixed), rush (half-days, the
first morning overbooked), rushscat (rush and scattered).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from events.scheduling.problem import Fixed, Pair, Participant, Problem, Slot, Table

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

KINDS = ("uniform", "windows", "scattered", "rush", "rushscat")
SCATTERED = ("scattered", "rushscat")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a fair is, and how long the lists that people hand in."""

    schools: int
    enterprises: int
    days: int
    slots_a_day: int
    tables_a_school: float
    enterprise_maximum: tuple[int, int]
    school_list: int
    enterprise_list: int

    @property
    def parties(self) -> int:
        """Schools and enterprises."""
        return self.schools + self.enterprises

    @property
    def tables(self) -> int:
        """Tables in the hall."""
        return max(2, round(self.tables_a_school * self.schools))


SIZES = {
    "small": Size(12, 20, 1, 8, 0.8, (3, 6), 20, 12),
    "real57": Size(57, 100, 2, 10, 0.7, (4, 12), 60, 30),
    "mid200": Size(200, 1000, 2, 12, 0.9, (2, 6), 140, 24),
    "big1000": Size(1000, 10000, 4, 10, 0.95, (2, 6), 240, 20),
}


def named(name: str) -> Problem:
    """The fair of a name like `real57-windows-11`; raises ValueError for names of no fair."""
    return generate(*check_name(name))


def check_name(name: str) -> tuple[str, str, int]:
    """Size, kind and seed of a fair's name; raises ValueError as `named` does."""
    parts = name.split("-")
    if len(parts) != 3 or parts[0] not in SIZES or parts[1] not in KINDS or not parts[2].isdecimal():
        raise ValueError(f"{name}: a fair is named SIZE-KIND-SEED, of {', '.join(SIZES)} and {', '.join(KINDS)}")
    return parts[0], parts[1], int(parts[2])


def generate(size: str = "real57", kind: str = "windows", seed: int = 1) -> Problem:
    """The fair of one of SIZES, one of KINDS and a seed; the same three, the same fair."""
    return _Fair(SIZES[size], kind, seed).problem(f"{size}-{kind}-{seed}")


class _Fair:
    """The order of the draws is part of the fair: another order is another fair."""

    def __init__(self, size: Size, kind: str, seed: int) -> None:
        self.size, self.kind = size, kind
        self.random = np.random.default_rng([seed, size.schools, size.enterprises, KINDS.index(kind)])
        self.wishes = _Wishes(size, self.random)
        self.slots = _lay_slots(size)
        self.closed = self._closures()
        self.capacity = self._attendance()
        self.maximum, self.minimum = self._limits()
        self.must = self._musts()
        self.fixed = self._fixed()

    def problem(self, name: str) -> Problem:
        """All that was drawn, in the engine's terms."""
        size, wishes = self.size, self.wishes
        near = round(size.tables * 0.6)
        sides = [0] * size.schools + [1] * size.enterprises
        ids = [f"S{k + 1:04d}" for k in range(size.schools)] + [f"E{k + 1:05d}" for k in range(size.enterprises)]
        rows = zip(ids, sides, self.minimum.tolist(), self.maximum.tolist(), self.capacity.tolist(), strict=True)
        may = np.argwhere(wishes.candidate & ~wishes.forbidden).tolist()
        return Problem(
            name=name,
            slots=self.slots,
            tables=tuple(Table(f"T{k + 1:03d}", 0 if k < near else 1) for k in range(size.tables)),
            participants=tuple(Participant(*row[:4], tuple(row[4])) for row in rows),
            pairs=tuple(Pair(i, size.schools + j, int(wishes.score[i, j])) for i, j in may),
            closed=tuple(self.closed),
            forbidden=tuple((i, size.schools + j) for i, j in np.argwhere(wishes.forbidden).tolist()),
            must=tuple(self.must),
            fixed=tuple(self.fixed),
        )

    def _closures(self) -> list[tuple[int, int]]:
        """A fifth of the tables, in a tenth of the slots."""
        if self.kind not in SCATTERED:
            return []
        count, tables = len(self.slots), self.size.tables
        chosen = self.random.choice(count, max(1, count // 10), replace=False).tolist()
        return [(slot, table) for slot in chosen for table in range(tables - tables // 5, tables)]

    def _attendance(self) -> Ints:
        """(parties, slots) how many delegates are there; every eighth school sends two."""
        capacity: Ints = np.ones((self.size.parties, len(self.slots)), np.int64)
        capacity[: self.size.schools][self.random.random(self.size.schools) < 0.12] = 2
        sessions, days = ([getattr(slot, name) for slot in self.slots] for name in ("session", "day"))
        windows = partial(self._miss_windows, np.array(sessions), np.array(days))
        rush = partial(self._come_in_a_rush, np.array(sessions))
        if self.kind != "uniform":
            attend = windows if self.kind in {"windows", "scattered"} else rush
            for row in capacity:
                attend(row)
        for party in range(self.size.parties) if self.kind in SCATTERED else ():
            present = np.flatnonzero(capacity[party])
            missing = self.random.choice([0, 1, 2, 3], p=[0.35, 0.3, 0.2, 0.15])
            missing = min(missing, max(0, len(present) - 4))
            capacity[party, self.random.choice(present, missing, replace=False)] = 0
        return capacity

    def _miss_windows(self, session: Ints, day: Ints, row: Ints) -> None:
        """Seven in ten are always there; the others miss all days but one, a half-day, or half of the half-days."""
        sessions, lot = session.max() + 1, self.random.random()
        if 0.70 <= lot < 0.80 and self.size.days > 1:
            row[day != self.random.integers(self.size.days)] = 0
        elif 0.70 <= lot < 0.92:
            row[session == self.random.integers(sessions)] = 0
        elif lot >= 0.92:
            kept = self.random.choice(sessions, max(1, sessions // 2), replace=False)
            row[~np.isin(session, kept)] = 0

    def _come_in_a_rush(self, session: Ints, row: Ints) -> None:
        """A third is always there; the others come for one or two half-days, half of them for the first morning."""
        sessions, lot = session.max() + 1, self.random.random()
        likely = np.array([0.5] + [0.5 / (sessions - 1)] * (sessions - 1))
        if 0.35 <= lot < 0.75:
            row[session != self.random.choice(sessions, p=likely)] = 0
        elif lot >= 0.75:
            kept = self.random.choice(sessions, 2, replace=False, p=likely)
            row[~np.isin(session, kept)] = 0

    def _limits(self) -> tuple[Ints, Ints]:
        """(parties,) greatest and least number of meetings."""
        schools, presence = self.size.schools, self.capacity.sum(1)
        low, high = self.size.enterprise_maximum
        maximum = presence.copy()
        drawn = self.random.integers(low, high + 1, self.size.enterprises)
        maximum[schools:] = np.minimum(drawn, presence[schools:])
        minimum = np.minimum(maximum, 2)
        quarter = (0.25 * maximum[:schools]).astype(np.int64)
        minimum[:schools] = np.minimum(maximum[:schools], np.maximum(2, quarter))
        return maximum, minimum

    def _musts(self) -> list[tuple[int, int]]:
        """Mutual favourites who share enough slots, at most three a school and two an enterprise."""
        wishes, count, must = self.wishes, [0] * self.size.parties, []
        favourite = (wishes.school_rank < 5) & (wishes.enterprise_rank < 5)
        pairs = np.argwhere(favourite & wishes.candidate & ~wishes.forbidden).tolist()
        ranks = wishes.school_rank + wishes.enterprise_rank
        for i, j in sorted(pairs, key=lambda ij: (ranks[ij[0], ij[1]], ij)):
            k = self.size.schools + j
            few = count[i] < 3 and count[k] < min(2, self.maximum[k])
            if few and (np.minimum(self.capacity[i], self.capacity[k]) > 0).sum() >= 3 and self.random.random() < 0.8:
                must.append((i, k))
                count[i] += 1
                count[k] += 1
        return must

    def _fixed(self) -> list[Fixed]:
        """A tenth of the musts, in slots and at tables that are free."""
        fixed: list[Fixed] = []
        if self.kind not in SCATTERED:
            return fixed
        busy: set[tuple[int, int]] = set()
        taken = set(self.closed)
        for i, j in self.must[: max(1, len(self.must) // 10)]:
            both = np.flatnonzero(np.minimum(self.capacity[i], self.capacity[j])).tolist()
            free = [slot for slot in both if (i, slot) not in busy and (j, slot) not in busy]
            if free:
                slot = int(self.random.choice(free))
                table = next(table for table in range(self.size.tables) if (slot, table) not in taken)
                fixed.append(Fixed(i, j, slot, table))
                busy |= {(i, slot), (j, slot)}
                taken.add((slot, table))
        return fixed


class _Wishes:
    """Who lists whom at which place, and what the pair scores; all (schools, enterprises)."""

    school_rank: Ints
    """Place of the enterprise in the school's order, from 0."""
    enterprise_rank: Ints
    candidate: Bools
    """Listed by one of the two."""
    forbidden: Bools
    """One in fifty candidates."""
    score: Ints

    def __init__(self, size: Size, random: np.random.Generator) -> None:
        shape = (size.schools, size.enterprises)
        school_taste, enterprise_taste = random.normal(size=(shape[0], 8)), random.normal(size=(shape[1], 8))
        popular_school, popular_enterprise = random.gamma(2, 0.5, shape[0]), random.gamma(2, 0.5, shape[1])
        affinity = school_taste @ enterprise_taste.T / np.sqrt(8)
        school_likes = affinity + popular_enterprise[None, :] + random.gumbel(size=shape) * 0.6
        enterprise_likes = affinity + popular_school[:, None] + random.gumbel(size=shape) * 0.6
        self.school_rank = np.argsort(np.argsort(-school_likes, axis=1, kind="stable"), axis=1)
        self.enterprise_rank = np.argsort(np.argsort(-enterprise_likes, axis=0, kind="stable"), axis=0)
        long, short = min(size.school_list, shape[1]), min(size.enterprise_list, shape[0])
        listed, listed_back = self.school_rank < long, self.enterprise_rank < short
        score = listed * 500 * np.clip(1 - self.school_rank / long, 0, 1) ** 1.5
        score += listed_back * 500 * np.clip(1 - self.enterprise_rank / short, 0, 1) ** 1.5
        score = np.where(listed & listed_back, score * 1.1, score)
        self.candidate = listed | listed_back
        self.forbidden = self.candidate & (random.random(shape) < 0.02)
        self.score = np.maximum(1, np.rint(score)).astype(np.int64)


def _lay_slots(size: Size) -> tuple[Slot, ...]:
    """Two sessions a day, 25 minutes a slot, an hour's rest at noon."""
    slots = []
    for day in range(size.days):
        for k in range(size.slots_a_day):
            session = k * 2 // size.slots_a_day
            slots.append(Slot(day, day * 2 + session, 540 + 25 * k + (60 if session else 0)))
    return tuple(slots)
