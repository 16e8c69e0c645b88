"""Which pairs to release next: parts of a layout small enough to be solved at once, where something can be gained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from events.scheduling.instance import Ints
from events.scheduling.ruled.frame import UNPLACED, Frame
from events.scheduling.ruled.ledger import holding

Released = dict[int, list[int]]
"""The cells that each released pair may take."""

SHAPES = ((2, 0, 1500), (3, 0, 2500), (2, 0, 1500), (0, 2, 1000))
"""In turn: slots and parties that a neighbourhood takes whole, and pairs times cells that it is filled up to.
Measured: slots gain most a second, and more of them take more time than they gain."""
PATIENT = 4
"""Parties that wait together for fewer breaks."""


def everything(frame: Frame) -> Released:
    """All pairs in all their cells."""
    return dict(enumerate(frame.cells))


@dataclass
class Search:
    """Draws neighbourhoods, the same ones for the same seed."""

    frame: Frame
    seed: int
    random: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    def for_score(self, layout: Ints, step: int) -> Released:
        """Pairs that meet in a few slots, or with a few parties, and the most promising of those that could."""
        slots, parties, size = SHAPES[step % len(SHAPES)]
        gain = self._promise(layout)
        return self._slots(layout, gain, slots, size) if slots else self._parties(layout, gain, parties, size)

    def for_breaks(self, layout: Ints, breaks: Sequence[int]) -> Released:
        """All meetings of a few parties that have many breaks."""
        order = np.argsort(-np.array(breaks) - self.random.random(len(breaks)), kind="stable")
        waiting = max(PATIENT, sum(map(bool, breaks)))
        chosen = order[:waiting][self.random.permutation(min(waiting, len(order)))[:PATIENT]]
        return self._of_parties(layout, chosen.tolist())[0]

    def _promise(self, layout: Ints) -> Ints:
        """(M,) what each unplaced pair would gain if it took the place of the least of both parties, blurred by chance.

        A meeting that serves a minimum counts as much as the best pair.
        """
        instance = self.frame.instance
        placed = np.flatnonzero(layout != UNPLACED)
        degrees, best = instance.degrees(placed), int(instance.score.max(initial=1))
        least = np.full(instance.parties, best, np.int64)
        for ends in (instance.school[placed], instance.enterprise[placed]):
            np.minimum.at(least, ends, instance.score[placed])
        least = np.where(degrees >= instance.ceiling, least, least // 2)
        least = np.where(degrees < instance.minimum, -best, np.where(degrees == 0, 0, least))
        blur = self.random.integers(0, max(1, best // 2), len(layout))
        gain: Ints = instance.score - (least[instance.school] + least[instance.enterprise]) // 2 + blur
        return gain

    def _slots(self, layout: Ints, gain: Ints, count: int, size: int) -> Released:
        """All meetings of a few slots, every other time neighbours, which the rules couple most."""
        frame, slots = self.frame, self.frame.instance.slots
        first = int(self.random.integers(slots))
        others = self.random.permutation(slots).tolist()
        near = self.random.random() < 0.5
        chosen = sorted(range(first, min(slots, first + count)) if near else others[:count])
        slot_of = np.where(layout == UNPLACED, UNPLACED, layout // frame.zones)
        here = np.flatnonzero(np.isin(slot_of, chosen))
        held = holding(frame, np.where(np.isin(slot_of, chosen), UNPLACED, layout), None)

        def cells(pair: int) -> list[int]:
            return [cell for cell in held.open_cells(pair) if frame.slot(cell) in chosen]

        released = {pair: cells(pair) for pair in here.tolist()}
        open_pairs = np.flatnonzero((layout == UNPLACED) & frame.instance.allowed[:, chosen].any(1))
        return _filled(released, self._promising(open_pairs, gain), cells, size)

    def _parties(self, layout: Ints, gain: Ints, count: int, size: int) -> Released:
        """All meetings of a few parties that a promising pair would join."""
        frame = self.frame
        unplaced = self._promising(np.flatnonzero((layout == UNPLACED) & frame.instance.allowed.any(1)), gain)
        if not unplaced:
            return {}
        chosen: list[int] = []
        for place in self.random.integers(0, min(len(unplaced), 40), count).tolist():
            chosen += frame.ends[unplaced[place]]
        released, cells = self._of_parties(layout, chosen)
        touched = np.isin(frame.instance.school, chosen) | np.isin(frame.instance.enterprise, chosen)
        open_pairs = np.flatnonzero(touched & (layout == UNPLACED))
        return _filled(released, self._promising(open_pairs, gain), cells, size)

    def _of_parties(self, layout: Ints, parties: Sequence[int]) -> tuple[Released, Callable[[int], list[int]]]:
        """Their meetings, and what tells the cells with room for a pair if these are released."""
        instance = self.frame.instance
        touched = np.isin(instance.school, parties) | np.isin(instance.enterprise, parties)
        here = np.flatnonzero(touched & (layout != UNPLACED)).tolist()
        held = holding(self.frame, np.where(touched, UNPLACED, layout), None)
        return {pair: held.open_cells(pair) for pair in here}, held.open_cells

    def _promising(self, pairs: Ints, gain: Ints) -> list[int]:
        """The most promising first."""
        ordered: list[int] = pairs[np.argsort(-gain[pairs], kind="stable")].tolist()
        return ordered


def _filled(released: Released, others: Iterable[int], cells_of: Callable[[int], list[int]], most: int) -> Released:
    """With as many of the others as the size allows."""
    size = sum(map(len, released.values()))
    for pair in others:
        if size >= most:
            break
        cells = cells_of(pair)
        if cells:
            released[pair] = cells
            size += len(cells)
    return released
