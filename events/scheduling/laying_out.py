"""Who meets whom in which slot: the pairs that are best if all find a slot, else the best found in their stead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from events.scheduling.bounds import Bounds
from events.scheduling.control import Control
from events.scheduling.incumbent import Incumbent
from events.scheduling.instance import Instance, Ints
from events.scheduling.limits import Limits
from events.scheduling.placement import NOWHERE, fits, place
from events.scheduling.polishing import improve, polish, settle

if TYPE_CHECKING:
    from events.scheduling.classes import ClassSelection


@dataclass
class Planner:
    """Everything that the stages between the selection and the compaction share."""

    instance: Instance
    must_slots: Ints
    bounds: Bounds
    limits: Limits
    seed: int
    control: Control
    incumbent: Incumbent

    def lay_out(self, pairs: Ints) -> tuple[Ints, Ints]:
        """The selected pairs and their slots if they can all be placed, else the best found in their stead."""
        self.control.report("place", 0.1)
        slots = self._place(pairs)
        if not fits(self.instance, slots):
            self.control.report("repair", 0.15)
            pairs, slots = _split(self._repaired(pairs, slots))
        self.incumbent.tell(pairs, slots)
        return pairs, slots

    def _repaired(self, pairs: Ints, slots: Ints) -> Ints:
        """The best layout found where not all of the selection can be placed."""
        layout = self._told(settle(self.instance, self.must_slots, pairs, slots))
        if self.control.stopped():
            return layout
        layout = self._told(polish(self.instance, layout, self.control.stopped))
        if self._enough(layout):
            return layout
        return self._by_class(layout)

    def _place(self, pairs: Ints) -> Ints:
        """Slots for these pairs, musts before all others."""
        score = self.instance.score
        weights = score + np.where(self.instance.must, int(score.sum()) + 1, 0)
        return place(
            self.instance,
            pairs,
            weights[pairs],
            steps=self.limits.place_steps,
            seed=self.seed,
            stopped=self.control.stopped,
        )

    def _by_class(self, layout: Ints) -> Ints:
        """Better by the relaxation over classes of slots, which also tightens the bounds; or without if too large."""
        from events.scheduling import classes  # SciPy takes a second to import, and most fairs do without
        from events.scheduling.exchanging import Exchange

        selection = classes.select_by_class(self.instance, self.control.left())
        if selection is None:
            rounds, stopped = self.limits.polish_rounds, self.control.stopped
            return improve(self.instance, layout, rounds=rounds, seed=self.seed, enough=self._enough, stopped=stopped)
        self.bounds.by_class = selection.bound
        if self._worth(layout)[0] > self.bounds.shortfall:
            least = classes.least_shortfall(self.instance, self.control.left())
            self.bounds.shortfall = max(self.bounds.shortfall, least)
        if not self._enough(layout):
            layout = min(layout, self._of_selection(selection), key=self._worth)
        if self._enough(layout):
            return layout
        bound = selection.bound(self.bounds.shortfall)
        exchange = Exchange(self.instance, layout, selection.reduced, bound, self.seed)
        return exchange.run(self.limits.exchange_rounds, self._enough, self.control.left)

    def _of_selection(self, selection: ClassSelection) -> Ints:
        """A layout of the pairs that the relaxation chose."""
        from events.scheduling import classes

        if selection.integral:
            steps = self.limits.place_steps
            slots = classes.place_classes(self.instance, selection, steps=steps, seed=self.seed)
        else:
            slots = self._place(selection.pairs)
        settled = settle(self.instance, self.must_slots, selection.pairs, slots)
        return polish(self.instance, settled, self.control.stopped)

    def _told(self, layout: Ints) -> Ints:
        """The layout, of which whoever wants to has heard."""
        self.incumbent.tell(*_split(layout))
        return layout

    def _worth(self, layout: Ints) -> tuple[int, int]:
        """The objective of a layout, less being better."""
        pairs = np.flatnonzero(layout != NOWHERE)
        return self.instance.shortfall(pairs), -self.instance.total(pairs)

    def _enough(self, layout: Ints) -> bool:
        """Whether the search for better pairs can end; tells of the layout now and then."""
        if self.incumbent.due():
            self._told(layout)
        return self.bounds.reached(np.flatnonzero(layout != NOWHERE)) or self.control.stopped()


def _split(layout: Ints) -> tuple[Ints, Ints]:
    """The pairs that meet, and their slots."""
    pairs = np.flatnonzero(layout != NOWHERE)
    return pairs, layout[pairs]
