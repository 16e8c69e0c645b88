"""A calendar as clauses: exact, with the counters that let a solver see early that a party cannot do without breaks.

Variables: meeting i in slot t; party p busy in t; p has met k times up to t (which also says whether it is done); a
break of p ends at t; p has at least k breaks (totalizer), which are the soft literals. The tables of a slot are counted
over clusters of meetings that exclude each other, fewer than there are parties. After Bofill et al., JAIR 74 (2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pysat.card import CardEnc, EncType, ITotalizer

from events.scheduling.breaks.model import Calendar

Truth = int | bool
"""A literal, or a value known beforehand."""


class Unsatisfiable(Exception):
    """Seen while encoding: no slots keep the rules."""


class Encoding:
    """Clauses over variables from 1. Raises Unsatisfiable if no slots can keep them, as far as is seen at once."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.top = 0
        self.clauses: list[list[int]] = []
        self.of_party = calendar.of_party
        self.meets = [{slot: self._variable() for slot in choices} for choices in calendar.choices]
        self.busy: list[dict[int, int]] = []
        self._begins: list[list[int]] = []
        self.breaks: list[list[int]] = []
        """Per party: literal k is true if it has more than k breaks (it may be true if not, at the cost of one)."""
        for literals in self.meets:
            if not literals:
                raise Unsatisfiable
            self._exactly_one(list(literals.values()))
        for party in range(len(calendar.capacity)):
            self.busy.append(self._party(party))
            self._breaks(party)
        self._fairness()
        self._rooms()
        self._crowds()
        self._order()

    def slots(self, model: Sequence[int]) -> list[int]:
        """The slots that a model of the clauses gives the meetings."""
        return [next(slot for slot, z in literals.items() if model[z - 1] > 0) for literals in self.meets]

    def _variable(self) -> int:
        self.top += 1
        return self.top

    def _clause(self, *literals: Truth) -> None:
        if not any(literal is True for literal in literals):
            unknown = [literal for literal in literals if literal is not False]
            if not unknown:
                raise Unsatisfiable
            self.clauses.append(unknown)

    def _exactly_one(self, literals: list[int]) -> None:
        self.clauses.append(literals)
        self._at_most_one(literals)

    def _at_most_one(self, literals: list[int]) -> None:
        self.clauses.extend([-a, -b] for k, a in enumerate(literals) for b in literals[:k])

    def _at_most(self, literals: list[int], bound: int, encoding: int) -> None:
        if bound <= 0:
            self.clauses.extend([-literal] for literal in literals)
        elif bound == 1:
            self._at_most_one(literals)
        elif len(literals) > bound:
            counted = CardEnc.atmost(lits=literals, bound=bound, top_id=self.top, encoding=encoding)
            self.clauses.extend(counted.clauses)
            self.top = max(self.top, counted.nv)

    def _party(self, party: int) -> dict[int, int]:
        """Busy per slot, within the capacity."""
        by_slot: dict[int, list[int]] = {}
        for meeting in self.of_party[party]:
            for slot, literal in self.meets[meeting].items():
                by_slot.setdefault(slot, []).append(literal)
        room = sum(min(len(by_slot[slot]), self.calendar.capacity[party][slot]) for slot in by_slot)
        if room < len(self.of_party[party]):
            raise Unsatisfiable
        busy: dict[int, int] = {}
        for slot, literals in sorted(by_slot.items()):
            if len(self.of_party[party]) == 1:
                busy[slot] = literals[0]
            else:
                busy[slot] = self._any(literals)
            self._at_most(literals, self.calendar.capacity[party][slot], EncType.seqcounter)
        return busy

    def _any(self, literals: Iterable[int]) -> int:
        """A literal that is true exactly if one of these is."""
        either = self._variable()
        literals = list(literals)
        self.clauses.extend([-literal, either] for literal in literals)
        self.clauses.append([-either, *literals])
        return either

    def _breaks(self, party: int) -> None:
        """Literals of the breaks of a party, each true exactly if one begins at a certain slot, and their number."""
        begins: list[int] = []
        counts: list[list[Truth]] = []
        rows = [[self.busy[party].get(slot, False) for slot in day] for day in self.calendar.days[party]]
        if len(self.of_party[party]) > 1:
            if len(rows) == 1 and all(self.calendar.capacity[party][slot] == 1 for slot in self.busy[party]):
                counts = self._counts(party, rows[0])
            for row in rows:
                later = [_not(met[-1]) for met in counts] if counts else self._later(row)
                begins += self._begin(row, later)
        self._begins.append(begins)
        self.breaks.append(self._count(begins))
        if begins and counts:
            self._in_one_row(rows[0], counts, self.breaks[party][0])

    def _begin(self, row: list[Truth], later: list[Truth]) -> list[int]:
        """The breaks that may begin on a day. Args: per place whether busy there, and whether busy later."""
        breaks: list[int] = []
        for k in range(1, len(row) - 1):
            if row[k - 1] is not False and later[k] is not False:
                parts = [row[k - 1], _not(row[k]), later[k]]
                begins = self._variable()
                self._clause(begins, *(_not(part) for part in parts))
                for part in parts:
                    self._clause(-begins, part)
                breaks.append(begins)
        return breaks

    def _later(self, row: list[Truth]) -> list[Truth]:
        """Per place of a day whether the party is busy after it."""
        later: list[Truth] = [False] * len(row)
        for k in range(len(row) - 2, -1, -1):
            parts = [part for part in (row[k + 1], later[k + 1]) if not isinstance(part, bool)]
            later[k] = self._any(parts) if parts else False
        return later

    def _counts(self, party: int, row: list[Truth]) -> list[list[Truth]]:
        """Per place of its only day whether a party, in one meeting at a time, has met k = 0, 1, … times by then.

        A sequential counter, of which much is known: how many meetings must lie up to a slot, and how many after it.
        """
        choices = [self.calendar.choices[meeting] for meeting in self.of_party[party]]
        meetings, left = len(choices), sum(part is not False for part in row)
        counts: list[list[Truth]] = [[True, *([False] * meetings)]]
        passed = 0
        for slot, part in zip(self.calendar.days[party][0], row, strict=True):
            passed, left = passed + (part is not False), left - (part is not False)
            least = max(meetings - left, sum(slots[-1] <= slot for slots in choices))
            most = min(passed, sum(slots[0] <= slot for slots in choices))
            if least > most:
                raise Unsatisfiable
            before = counts[-1]
            now: list[Truth] = [k <= least for k in range(meetings + 1)]
            now[least + 1 : most + 1] = [self._variable() for _ in range(most - least)]
            for k in range(1, meetings + 1):
                self._clause(_not(before[k]), now[k])
                self._clause(_not(before[k - 1]), _not(part), now[k])
                self._clause(before[k], part, _not(now[k]))
                self._clause(before[k - 1], _not(now[k]))
            self._clause(_not(before[meetings]), _not(part))
            counts.append(now)
        return counts[1:]

    def _in_one_row(self, row: list[Truth], counts: list[list[Truth]], waits: int) -> None:
        """Without a break a party is busy from its first meeting to its last.

        Follows from the rest, but only this says at once that who meets in the morning and in the afternoon is busy at
        noon, when there are not enough rooms for all of them.
        """
        done: Truth = False
        for part, met in zip(row, counts, strict=True):
            self._clause(waits, _not(met[1]), done, part)
            done = met[-1]

    def _count(self, literals: list[int]) -> list[int]:
        """Literal k is true if more than k of these are."""
        if len(literals) < 2:
            return literals
        with ITotalizer(lits=literals, ubound=len(literals), top_id=self.top) as counted:
            self.clauses.extend(counted.cnf.clauses)
            self.top = max(self.top, counted.top_id)
            outputs: list[int] = list(counted.rhs)
        for more, fewer in zip(outputs[1:], outputs, strict=False):
            self.clauses.append([-more, fewer])
        return outputs

    def _fairness(self) -> None:
        """Who has more than k + d breaks obliges everybody to have more than k."""
        allowed = self.calendar.fairness
        if allowed is None or not self.breaks:
            return
        fewest = min(len(outputs) for outputs in self.breaks)
        for party, outputs in enumerate(self.breaks):
            self.clauses.extend([-output] for output in outputs[fewest + allowed :])
            self.breaks[party] = outputs[: fewest + allowed]
        if not any(len(outputs) > allowed for outputs in self.breaks):
            return
        everybody = [self._variable() for _ in range(fewest)]
        for outputs, begins in zip(self.breaks, self._begins, strict=True):
            self.clauses.extend([-z, every] for z, every in zip(outputs[allowed:], everybody, strict=False))
            if everybody:  # counters imply their outputs only upwards, so that the free places are counted as well
                without = self._count([-literal for literal in begins])
                self.clauses.extend([-every, -z] for every, z in zip(everybody, without[::-1], strict=False))

    def _rooms(self) -> None:
        """No slot holds more meetings than it has rooms."""
        clusters = self._clusters()
        for slot, rooms in enumerate(self.calendar.rooms):
            counted: list[int] = []
            for cluster in clusters:
                literals = [self.meets[meeting][slot] for meeting in cluster if slot in self.meets[meeting]]
                if len(literals) > 1:
                    counted.append(self._any(literals))
                elif literals:
                    counted.append(literals[0])
            self._at_most(counted, rooms, EncType.totalizer)

    def _crowds(self) -> None:
        """At most two parties by room are busy in a slot.

        Follows from the rest, but not soon: it is what refutes a calendar in which many parties would have to meet at
        noon. Only where nobody meets two at once.
        """
        if max(map(max, self.calendar.capacity), default=0) > 1:
            return
        for slot, rooms in enumerate(self.calendar.rooms):
            outputs = self._count([busy[slot] for busy in self.busy if slot in busy])
            self.clauses.extend([-more] for more in outputs[2 * rooms :])

    def _clusters(self) -> list[list[int]]:
        """All meetings in groups that exclude each other: those of one party, always of the one that has most left."""
        left = [set(meetings) for meetings in self.of_party]
        single = [max(row, default=0) <= 1 for row in self.calendar.capacity]
        clusters: list[list[int]] = []
        seen: set[int] = set()
        while len(seen) < len(self.meets):
            party = max(range(len(left)), key=lambda party: (single[party] and len(left[party]), len(left[party])))
            cluster = sorted(left[party])
            clusters.extend([cluster] if single[party] else [[meeting] for meeting in cluster])
            seen.update(cluster)
            for meeting in cluster:
                for end in self.calendar.ends[meeting]:
                    left[end].discard(meeting)
        return clusters

    def _alike(self) -> list[tuple[int, int]]:
        """Meetings of one party, of which it may as well hold the first before the second.

        Those with parties that meet nobody else, in the same slots: without this, every order of them is refuted anew.
        """
        calendar = self.calendar
        ordered = {meeting for pair in calendar.before for meeting in pair}
        groups: dict[tuple[int, tuple[int, ...]], list[int]] = {}
        for meeting, (one, other) in enumerate(calendar.ends):
            for party, partner in ((one, other), (other, one)):
                alone = len(self.of_party[partner]) == 1 and meeting not in ordered
                if alone and max(calendar.capacity[party], default=0) == 1:
                    groups.setdefault((party, tuple(calendar.choices[meeting])), []).append(meeting)
        return [pair for meetings in groups.values() for pair in pairwise(meetings)]

    def _order(self) -> None:
        for first, second in [*self.calendar.before, *self._alike()]:
            earlier, later = self.meets[first], self.meets[second]
            for slot, literal in later.items():
                self.clauses.append([-literal, *(z for at, z in earlier.items() if at < slot)])
            for slot, literal in earlier.items():
                self.clauses.append([-literal, *(z for at, z in later.items() if at > slot)])


def _not(literal: Truth) -> Truth:
    return not literal if isinstance(literal, bool) else -literal
