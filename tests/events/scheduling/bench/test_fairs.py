"""Generated fairs: the same name, the same fair, of the form that its kind promises."""

from __future__ import annotations

import hashlib

import pytest

from events.scheduling.bench.fairs import KINDS, SIZES, generate, named
from events.scheduling.problem import Problem


def digest(problem: Problem) -> str:
    return hashlib.sha256(problem.to_json().encode()).hexdigest()


def absent(problem: Problem) -> set[tuple[int, ...]]:
    """The presences that occur besides the whole one."""
    found = {tuple(min(1, capacity) for capacity in party.capacity) for party in problem.participants}
    return found - {(1,) * len(problem.slots)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_always_means_the_same_fair(kind: str) -> None:
    fair = named(f"small-{kind}-3")
    assert digest(fair) == digest(generate("small", kind, 3))
    assert digest(fair) != digest(generate("small", kind, 4))
    assert fair.name == f"small-{kind}-3"


def test_sizes_are_what_they_say() -> None:
    fair = generate("real57", "windows", 1)
    assert (fair.schools, len(fair.participants), len(fair.slots), len(fair.tables)) == (57, 157, 20, 40)
    assert {slot.day for slot in fair.slots} == {0, 1}
    assert SIZES["big1000"].parties == 11_000


def test_kinds_differ_in_who_is_absent_when() -> None:
    assert absent(generate("real57", "uniform", 1)) == set()
    half_days = {tuple(row[session * 5] for session in range(4)) for row in absent(generate("real57", "windows", 1))}
    assert len(absent(generate("real57", "windows", 1))) == len(half_days)  # whole half-days only
    assert len(absent(generate("real57", "scattered", 1))) > 14  # single slots too
    rush = generate("real57", "rush", 1)
    present = [sum(party.capacity[slot] > 0 for party in rush.participants) for slot in range(20)]
    assert min(present[:5]) > max(present[5:])


def test_closures_and_fixed_meetings_come_with_scattered_absences() -> None:
    assert not generate("small", "windows", 1).closed
    for kind in ("scattered", "rushscat"):
        fair = generate("real57", kind, 1)
        assert fair.closed
        assert fair.fixed
        assert {meeting.ends for meeting in fair.fixed} <= set(fair.must)


@pytest.mark.parametrize("name", ["small-windows", "tiny-windows-1", "small-holes-1", "small-windows-x", ""])
def test_names_of_no_fair_are_refused(name: str) -> None:
    assert named("small-windows-1").name == "small-windows-1"
    with pytest.raises(ValueError, match="a fair is named SIZE-KIND-SEED"):
        named(name)
