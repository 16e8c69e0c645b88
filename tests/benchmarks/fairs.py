"""Generated fairs that look like real ones: preset for the size, kind for how people attend; deterministic by seed.

Schools and enterprises have hidden tastes; each hands in a list of whom it would like to meet, best first, and the
score of a pair grows with its places on both lists. Kinds: uniform (all present), windows (some miss half-days or
days), scattered (single slots missing too, some tables closed, some meetings fixed), rush (half-days, the first
morning overbooked), rush_scattered (both).
"""

from dataclasses import dataclass

import numpy as np

from events.scheduling.problem import Fixed, Pair, Participant, Problem, Rules, Slot, Table

KINDS = ("uniform", "windows", "scattered", "rush", "rush_scattered")


@dataclass(frozen=True)
class Preset:
    schools: int
    enterprises: int
    days: int
    slots_a_day: int
    tables_a_school: float
    enterprise_maximum: tuple[int, int]
    school_list: int
    enterprise_list: int


PRESETS = {
    "small": Preset(12, 20, 1, 8, 0.8, (3, 6), 20, 12),
    "baoan": Preset(57, 100, 2, 10, 0.7, (4, 12), 60, 30),
    "province": Preset(200, 1000, 2, 12, 0.9, (2, 6), 140, 24),
}


def generate(preset: str = "baoan", kind: str = "windows", seed: int = 1) -> Problem:
    """The fair of that name."""
    return _Fair(PRESETS[preset], kind, seed).problem(f"{preset}-{kind}-{seed}")


class _Fair:
    """The order of the draws is part of the fair: another order is another fair."""

    def __init__(self, size: Preset, kind: str, seed: int) -> None:
        self.size, self.kind = size, kind
        self.schools, self.enterprises = size.schools, size.enterprises
        self.parties = size.schools + size.enterprises
        self.random = np.random.default_rng([seed, size.schools, size.enterprises, KINDS.index(kind)])
        self.scattered = kind in {"scattered", "rush_scattered"}
        self.tables = max(2, round(size.tables_a_school * size.schools))
        self._draw_wishes()
        self._lay_slots()
        self._draw_closures()
        self._draw_attendance()
        self._set_limits()
        self._choose_musts()
        self._fix_some()

    def problem(self, name: str) -> Problem:
        near = round(self.tables * 0.6)
        sides = [0] * self.schools + [1] * self.enterprises
        ids = [f"S{k + 1:04d}" for k in range(self.schools)] + [f"E{k + 1:05d}" for k in range(self.enterprises)]
        rows = zip(ids, sides, self.minimum.tolist(), self.maximum.tolist(), self.capacity.tolist(), strict=True)
        return Problem(
            name=name,
            slots=tuple(self.slots),
            tables=tuple(Table(f"T{k + 1:03d}", 0 if k < near else 1) for k in range(self.tables)),
            participants=tuple(Participant(*row[:4], tuple(row[4])) for row in rows),
            pairs=tuple(
                Pair(i, self.schools + j, int(self.score[i, j]))
                for i, j in np.argwhere(self.candidate & ~self.forbidden).tolist()
            ),
            closed=tuple(self.closed),
            forbidden=tuple((i, self.schools + j) for i, j in np.argwhere(self.forbidden).tolist()),
            must=tuple(self.must),
            fixed=tuple(self.fixed),
            rules=Rules(),
        )

    def _draw_wishes(self) -> None:
        shape = (self.schools, self.enterprises)
        draw = self.random
        school_taste, enterprise_taste = draw.normal(size=(self.schools, 8)), draw.normal(size=(self.enterprises, 8))
        popular_school, popular_enterprise = draw.gamma(2, 0.5, self.schools), draw.gamma(2, 0.5, self.enterprises)
        affinity = school_taste @ enterprise_taste.T / np.sqrt(8)
        school_likes = affinity + popular_enterprise[None, :] + draw.gumbel(size=shape) * 0.6
        enterprise_likes = affinity + popular_school[:, None] + draw.gumbel(size=shape) * 0.6
        self.school_rank = np.argsort(np.argsort(-school_likes, axis=1, kind="stable"), axis=1)
        self.enterprise_rank = np.argsort(np.argsort(-enterprise_likes, axis=0, kind="stable"), axis=0)
        long, short = min(self.size.school_list, self.enterprises), min(self.size.enterprise_list, self.schools)
        listed, listed_back = self.school_rank < long, self.enterprise_rank < short
        score = listed * 500 * np.clip(1 - self.school_rank / long, 0, 1) ** 1.5
        score += listed_back * 500 * np.clip(1 - self.enterprise_rank / short, 0, 1) ** 1.5
        score = np.where(listed & listed_back, score * 1.1, score)
        self.candidate = listed | listed_back
        self.forbidden = self.candidate & (draw.random(shape) < 0.02)
        self.score = np.maximum(1, np.rint(score)).astype(int)

    def _lay_slots(self) -> None:
        """Two sessions a day, 25 minutes a slot, an hour's rest at noon."""
        self.slots = []
        for day in range(self.size.days):
            for k in range(self.size.slots_a_day):
                session = k * 2 // self.size.slots_a_day
                self.slots.append(Slot(day, day * 2 + session, 540 + 25 * k + (60 if session else 0)))

    def _draw_closures(self) -> None:
        self.closed: list[tuple[int, int]] = []
        if self.scattered:
            count = len(self.slots)
            for slot in self.random.choice(count, max(1, count // 10), replace=False).tolist():
                self.closed += [(slot, table) for table in range(self.tables - self.tables // 5, self.tables)]

    def _draw_attendance(self) -> None:
        self.capacity = np.ones((self.parties, len(self.slots)), int)
        self.capacity[: self.schools][self.random.random(self.schools) < 0.12] = 2
        self.session = np.array([slot.session for slot in self.slots])
        self.day = np.array([slot.day for slot in self.slots])
        attend = {"uniform": None, "windows": self._windows, "scattered": self._windows}.get(self.kind, self._rush)
        if attend is not None:
            for party in range(self.parties):
                attend(party)
        if self.scattered:
            for party in range(self.parties):
                present = np.flatnonzero(self.capacity[party])
                missing = self.random.choice([0, 1, 2, 3], p=[0.35, 0.3, 0.2, 0.15])
                missing = min(missing, max(0, len(present) - 4))
                self.capacity[party, self.random.choice(present, missing, replace=False)] = 0

    def _windows(self, party: int) -> None:
        sessions, lot = self.session.max() + 1, self.random.random()
        if 0.70 <= lot < 0.80 and self.size.days > 1:
            self.capacity[party, self.day != self.random.integers(self.size.days)] = 0
        elif 0.70 <= lot < 0.92:
            self.capacity[party, self.session == self.random.integers(sessions)] = 0
        elif lot >= 0.92:
            kept = self.random.choice(sessions, max(1, sessions // 2), replace=False)
            self.capacity[party, ~np.isin(self.session, kept)] = 0

    def _rush(self, party: int) -> None:
        sessions, lot = self.session.max() + 1, self.random.random()
        likely = np.array([0.5] + [0.5 / (sessions - 1)] * (sessions - 1))
        if 0.35 <= lot < 0.75:
            self.capacity[party, self.session != self.random.choice(sessions, p=likely)] = 0
        elif lot >= 0.75:
            kept = self.random.choice(sessions, 2, replace=False, p=likely)
            self.capacity[party, ~np.isin(self.session, kept)] = 0

    def _set_limits(self) -> None:
        schools, presence = self.schools, self.capacity.sum(1)
        low, high = self.size.enterprise_maximum
        self.maximum = presence.copy()
        self.maximum[schools:] = np.minimum(self.random.integers(low, high + 1, self.enterprises), presence[schools:])
        self.minimum = np.minimum(self.maximum, 2)
        quarter = (0.25 * self.maximum[:schools]).astype(int)
        self.minimum[:schools] = np.minimum(self.maximum[:schools], np.maximum(2, quarter))

    def _choose_musts(self) -> None:
        """Mutual favourites who share enough slots, at most three a school and two an enterprise."""
        self.must: list[tuple[int, int]] = []
        count = np.zeros(self.parties, int)
        favourites = np.argwhere(
            (self.school_rank < 5) & (self.enterprise_rank < 5) & self.candidate & ~self.forbidden
        ).tolist()
        ranks = self.school_rank + self.enterprise_rank
        for i, j in sorted(favourites, key=lambda ij: (ranks[ij[0], ij[1]], ij)):
            k = self.schools + j
            few = count[i] < 3 and count[k] < min(2, self.maximum[k])
            if few and (np.minimum(self.capacity[i], self.capacity[k]) > 0).sum() >= 3 and self.random.random() < 0.8:
                self.must.append((i, k))
                count[[i, k]] += 1

    def _fix_some(self) -> None:
        self.fixed: list[Fixed] = []
        if not self.scattered:
            return
        busy: set[tuple[int, int]] = set()
        taken = set(self.closed)
        for i, j in self.must[: max(1, len(self.must) // 10)]:
            both = np.flatnonzero(np.minimum(self.capacity[i], self.capacity[j])).tolist()
            free = [slot for slot in both if (i, slot) not in busy and (j, slot) not in busy]
            if free:
                slot = int(self.random.choice(free))
                table = next(table for table in range(self.tables) if (slot, table) not in taken)
                self.fixed.append(Fixed(i, j, slot, table))
                busy |= {(i, slot), (j, slot)}
                taken.add((slot, table))
