"""Meetings laid out in slots, and Kempe chains: moving one meeting and all that has to move for it.

A chain exchanges two slots for a connected set of meetings: the first goes from a to b, whoever is then overbooked in b
sends a meeting to a, and so on. Every chain keeps each party within its presence, and the set of meetings (hence the
score) untouched; only the loads of the two slots may change. (A. Kempe 1879, for edge colourings.)

Plain lists and integers instead of arrays: a step touches a handful of entries, where Python's own are the fastest.
"""

from __future__ import annotations

from collections.abc import Sequence

from events.scheduling.instance import Instance, Ints

LONGEST_CHAIN = 60
"""Longer chains are given up: they are rarely accepted and cost as much time as many short ones."""


class Chain:
    """Meetings that exchange the slots `source` and `target`; `net` is how many the target slot gains."""

    __slots__ = ("change", "net", "path", "source", "target", "turned")

    def __init__(self, source: int, target: int) -> None:
        self.source = source
        self.target = target
        self.path: list[int] = []
        self.net = 0
        self.turned: list[int] = []
        """Parties of one delegate that were busy in one of the slots and will be in the other: the chain's ends."""
        self.change: dict[int, list[int]] = {}
        """What a delegation gains in (source, target)."""

    def joined(self, other: Chain) -> Chain | None:
        """Both as one, if they have no meeting or delegation in common. Either way round, their slots are the same."""
        if not (set(self.path).isdisjoint(other.path) and self.change.keys().isdisjoint(other.change)):
            return None
        both = Chain(self.source, self.target)
        both.path = self.path + other.path
        both.turned = self.turned + other.turned
        if self.source == other.source:
            both.net = self.net + other.net
            both.change = self.change | other.change
        else:
            both.net = self.net - other.net
            both.change = self.change | {party: gains[::-1] for party, gains in other.change.items()}
        return both


class Board:
    """The meetings k = 0 … K - 1, each in a slot, with every lookup that moving them needs."""

    __slots__ = (
        "allowed",
        "at",
        "busy",
        "capacity",
        "choices",
        "ends",
        "held",
        "of_party",
        "place",
        "rooms",
        "single",
        "slot",
    )

    def __init__(self, instance: Instance, pairs: Ints, slots: Sequence[int], rooms: Sequence[int]) -> None:
        """Args: pairs (K,) that meet; slots (K,) where, within every party's presence; rooms (T,) that count."""
        self.ends = list(zip(instance.school[pairs].tolist(), instance.enterprise[pairs].tolist(), strict=True))
        self.choices = choices_of(instance, pairs)
        self.allowed = [sum(1 << slot for slot in choices) for choices in self.choices]
        self.capacity: list[list[int]] = instance.capacity.tolist()
        self.single = [max(row, default=0) <= 1 for row in self.capacity]
        self.rooms = list(rooms)
        self.slot = list(slots)
        self.at: list[list[list[int]]] = [[[] for _ in self.rooms] for _ in self.capacity]
        self.busy = [0] * len(self.capacity)
        self.of_party: list[list[int]] = [[] for _ in self.capacity]
        self.held: list[list[int]] = [[] for _ in self.rooms]
        self.place = [0] * len(self.slot)
        for meeting, slot in enumerate(self.slot):
            self._seat(meeting, slot)
            for party in self.ends[meeting]:
                self.of_party[party].append(meeting)
                self.busy[party] |= 1 << slot

    def chain(self, meeting: int, target: int) -> Chain | None:
        """What has to move if this meeting moves to the target slot; None if something cannot."""
        source = self.slot[meeting]
        chain = Chain(source, target)
        path, slot_of, allowed = chain.path, self.slot, self.allowed
        path.append(meeting)
        for done, mover in enumerate(path):  # which grows meanwhile
            forth = slot_of[mover] == source
            goal = target if forth else source
            if not allowed[mover] >> goal & 1 or done == LONGEST_CHAIN:
                return None
            chain.net += 1 if forth else -1
            for party in self.ends[mover]:
                here = self.at[party][goal]
                if not self.single[party]:
                    if not self._enter_delegation(chain, party, forth, here):
                        return None
                elif not here:
                    chain.turned.append(party)
                elif here[0] not in path:
                    path.append(here[0])
        return chain

    def _enter_delegation(self, chain: Chain, party: int, forth: bool, here: list[int]) -> bool:
        """One more meeting for a party of several delegates; False if nobody can make the room that it needs."""
        gains = chain.change.setdefault(party, [0, 0])
        gains[forth] += 1
        gains[not forth] -= 1
        if len(here) + gains[forth] <= self.capacity[party][chain.target if forth else chain.source]:
            return True
        for meeting in here:
            if meeting not in chain.path:
                chain.path.append(meeting)
                return True
        return False

    def overload(self, chain: Chain) -> int:
        """By how many meetings more the chain would exceed the rooms of its two slots."""
        if not chain.net:
            return 0
        excess = 0
        for slot, gain in ((chain.target, chain.net), (chain.source, -chain.net)):
            spare = self.rooms[slot] - len(self.held[slot])
            excess += max(0, gain - spare) - max(0, -spare)
        return excess

    def overfull(self) -> list[int]:
        """The slots that hold more meetings than they have rooms."""
        return [slot for slot, held in enumerate(self.held) if len(held) > self.rooms[slot]]

    def busy_after(self, chain: Chain) -> list[tuple[int, int]]:
        """(party, bits of its slots with a meeting) for every party of which the chain changes them."""
        source, target = 1 << chain.source, 1 << chain.target
        busy = self.busy
        changed = [(party, busy[party] ^ (source | target)) for party in chain.turned]
        for party, (first, second) in chain.change.items():
            rows = self.at[party]
            after = busy[party] & ~(source | target)
            after |= source if len(rows[chain.source]) + first else 0
            after |= target if len(rows[chain.target]) + second else 0
            if after != busy[party]:
                changed.append((party, after))
        return changed

    def apply(self, chain: Chain, changed: list[tuple[int, int]]) -> None:
        """Move the meetings of the chain; `changed` is what `busy_after` says of it."""
        source, target = chain.source, chain.target
        for meeting in chain.path:
            self._unseat(meeting)
        for meeting in chain.path:
            self._seat(meeting, target if self.slot[meeting] == source else source)
        for party, after in changed:
            self.busy[party] = after

    def _seat(self, meeting: int, slot: int) -> None:
        self.slot[meeting] = slot
        held = self.held[slot]
        self.place[meeting] = len(held)
        held.append(meeting)
        first, second = self.ends[meeting]
        self.at[first][slot].append(meeting)
        self.at[second][slot].append(meeting)

    def _unseat(self, meeting: int) -> None:
        slot = self.slot[meeting]
        held = self.held[slot]
        last = held.pop()
        if last != meeting:
            held[self.place[meeting]] = last
            self.place[last] = self.place[meeting]
        first, second = self.ends[meeting]
        self.at[first][slot].remove(meeting)
        self.at[second][slot].remove(meeting)


def choices_of(instance: Instance, pairs: Ints) -> list[list[int]]:
    """Per pair the slots in which it may meet, ascending."""
    return [row.nonzero()[0].tolist() for row in instance.allowed[pairs]]
