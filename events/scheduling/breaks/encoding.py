"""A calendar as clauses: exact, with the counters that let a solver see early that a party cannot do without breaks.

Variables: meeting i in slot t; party p busy in t; p has met k times up to t (which also says whether it is done); a
break of p ends at t; p has at least k breaks (totalizer), which are the soft literals. The tables of a slot are counted
over clusters of meetings that exclude each other, fewer than there are parties. After Bofill et al., JAIR 74 (2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pysat.card import CardEnc, EncType, ITotalizer

from events.scheduling.breaks.model import Calendar

Truth = int | bool
"""A literal, or a value known beforehand."""


class Unsatisfiable(Exception):
    """Seen while encoding: no slots keep the rules."""


class Encoding:
    """Clauses over variables from 1. Raises Unsatisfiable if a meeting has no slot or a party too few."""

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
            self._begins.append(self._breaks(party))
            self.breaks.append(self._count(self._begins[party]))
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
            self.clauses.append([literal for literal in literals if literal is not False])

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

    def _breaks(self, party: int) -> list[int]:
        """Literals, each true exactly if a break of the party begins at a certain slot."""
        if len(self.of_party[party]) < 2:
            return []
        busy, days = self.busy[party], self.calendar.days[party]
        single = len(days) == 1 and all(self.calendar.capacity[party][slot] == 1 for slot in busy)
        breaks: list[int] = []
        for day in days:
            row: list[Truth] = [busy.get(slot, False) for slot in day]
            later = self._later_by_counting(row, len(self.of_party[party])) if single else self._later(row)
            for k in range(1, len(day) - 1):
                if row[k - 1] is False or later[k] is False:
                    continue
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

    def _later_by_counting(self, row: list[Truth], meetings: int) -> list[Truth]:
        """The same for a party whose meetings are all on this day, one at a time: it has not met all of them.

        A sequential counter, whose ends are known: of the slots up to k no more than there are, and from k on as well.
        """
        later: list[Truth] = []
        total = sum(part is not False for part in row)
        counts: list[Truth] = [True, *([False] * meetings)]
        passed = 0
        for part in row:
            passed += part is not False
            following: list[Truth] = [True]
            for k in range(1, meetings + 1):
                known: Truth = False if passed < k else meetings - (total - passed) >= k
                following.append(known if known or passed < k else self._variable())
            for k in range(1, meetings + 1):
                self._clause(_not(counts[k]), following[k])
                self._clause(_not(counts[k - 1]), _not(part), following[k])
                self._clause(counts[k], part, _not(following[k]))
                self._clause(counts[k - 1], _not(following[k]))
            self._clause(_not(counts[meetings]), _not(part))
            later.append(_not(following[meetings]))
            counts = following
        return later

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
        for outputs in self.breaks:
            self.clauses.extend([-output] for output in outputs[fewest + allowed :])
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

    def _order(self) -> None:
        for first, second in self.calendar.before:
            earlier, later = self.meets[first], self.meets[second]
            for slot, literal in later.items():
                self.clauses.append([-literal, *(z for at, z in earlier.items() if at < slot)])
            for slot, literal in earlier.items():
                self.clauses.append([-literal, *(z for at, z in later.items() if at > slot)])


def _not(literal: Truth) -> Truth:
    return not literal if isinstance(literal, bool) else -literal
