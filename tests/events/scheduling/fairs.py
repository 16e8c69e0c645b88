"""Small fairs for the tests: a builder, a hypothesis strategy, and an oracle that knows the optimum of any of them.

The oracle shares no code with the solver: the whole problem is one constraint programme.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from hypothesis import strategies as st
from ortools.sat.python import cp_model

from events.scheduling.problem import Fixed, Pair, Participant, Problem, Slot, Table


def fair(
    schools: int, enterprises: int, slots: int | list[int], tables: int | tuple[Table, ...] = 3, **changes: Any
) -> Problem:
    """Everybody always there, wanting to meet everybody else for a score of 1; `slots` of one day, or of each."""
    if isinstance(tables, int):
        tables = tuple(Table(f"T{k}", 0) for k in range(tables))
    days = [slots] if isinstance(slots, int) else slots
    grid = [Slot(day, day, 540 + 30 * k) for day, count in enumerate(days) for k in range(count)]
    names = [f"S{k}" for k in range(schools)] + [f"E{k}" for k in range(enterprises)]
    here = (1,) * len(grid)
    problem = Problem(
        name="fair",
        slots=tuple(grid),
        tables=tables,
        participants=tuple(Participant(n, int(k >= schools), 0, len(grid), here) for k, n in enumerate(names)),
        pairs=tuple(Pair(i, schools + j, 1) for i in range(schools) for j in range(enterprises)),
    )
    return replace(problem, **changes)


def with_party(problem: Problem, party: int, **changes: Any) -> Problem:
    """The same fair with one participant changed."""
    parties = list(problem.participants)
    parties[party] = replace(parties[party], **changes)
    return replace(problem, participants=tuple(parties))


@st.composite
def _participants(draw: st.DrawFn, schools: int, enterprises: int, slots: int) -> tuple[Participant, ...]:
    capacity = st.lists(st.sampled_from((1, 1, 1, 0, 0, 2)), min_size=slots, max_size=slots).map(tuple)
    parties = []
    for k in range(schools + enterprises):
        maximum = draw(st.sampled_from((4, 3, 2, 1, 0)))
        parties.append(
            Participant(f"P{k}", int(k >= schools), min(maximum, draw(st.integers(0, 2))), maximum, draw(capacity))
        )
    return tuple(parties)


@st.composite
def fairs(draw: st.DrawFn) -> Problem:
    """At most 4 schools, 4 enterprises, 5 slots on 2 days and 3 tables, with all that fair/1 knows but rules.

    One in three has musts or fixed meetings; of these about half cannot be kept.
    """
    schools, enterprises = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    days = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2).filter(lambda counts: sum(counts) <= 5))
    slots = [Slot(day, day, 60 * k) for day, count in enumerate(days) for k in range(count)]
    tables = draw(st.integers(1, 3))
    every = [(i, schools + j) for i in range(schools) for j in range(enterprises)]
    places = [(slot, table) for slot in range(len(slots)) for table in range(tables)]

    def some(values: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
        return draw(st.lists(st.sampled_from(values), max_size=most, unique=True))

    demanding = draw(st.sampled_from((False, False, True)))
    fixed = []
    for pair in some(every, 1) if demanding else []:
        table = draw(st.none() | st.integers(0, tables - 1))
        fixed.append(Fixed(*pair, draw(st.integers(0, len(slots) - 1)), table))
    unwanted = set(some(every, 6))
    return Problem(
        name="fair",
        slots=tuple(slots),
        tables=tuple(Table(f"T{k}", draw(st.integers(0, 1))) for k in range(tables)),
        participants=draw(_participants(schools, enterprises, len(slots))),
        pairs=tuple(Pair(*pair, draw(st.integers(1, 9))) for pair in every if pair not in unwanted),
        closed=tuple(some(places, 2)),
        forbidden=tuple(some(every, 2)),
        must=tuple(some(every, 3) if demanding else ()),
        fixed=tuple(fixed),
    )


class Optimum(NamedTuple):
    shortfall: int
    score: int


def optimum(problem: Problem) -> Optimum | None:
    """The least shortfall and, with it, the greatest score of any timetable; None if the musts cannot be kept."""
    required = {*problem.must, *(fixed.ends for fixed in problem.fixed)}
    if _table_clash(problem.fixed, problem.closed) or required & set(problem.forbidden):
        return None
    scores = dict.fromkeys(required, 0) | {pair.ends: pair.score for pair in problem.pairs}
    model = cp_model.CpModel()
    meets = _meetings(model, problem, scores.keys() - set(problem.forbidden))
    for pair in required:
        model.add(sum(meets[pair]) == 1)
    lacking = []
    for party, participant in enumerate(problem.participants):
        lacking.append(model.new_int_var(0, participant.minimum, ""))
        mine = [meeting for pair in meets if party in pair for meeting in meets[pair]]
        model.add(sum(mine) <= participant.maximum)
        model.add(lacking[-1] + sum(mine) >= participant.minimum)
    gain = sum(scores[pair] * meeting for pair in meets for meeting in meets[pair])
    model.minimize(1000 * sum(lacking) - gain)
    solver = _solved(model)
    if solver is None:
        return None
    shortfall = sum(solver.value(each) for each in lacking)
    return Optimum(shortfall, 1000 * shortfall - round(solver.objective_value))


def least_breaks(problem: Problem, pairs: Iterable[tuple[int, int]]) -> int:
    """The fewest breaks in sum with which these pairs can all meet; all in one day."""
    model = cp_model.CpModel()
    meets = _meetings(model, problem, pairs)
    breaks = []
    for pair in meets:
        model.add(sum(meets[pair]) == 1)
    for party, participant in enumerate(problem.participants):
        mine = [meets[pair] for pair in meets if party in pair]
        if not mine:
            continue
        starts, before = [], None
        for slot in (slot for slot, capacity in enumerate(participant.capacity) if capacity):
            busy = model.new_bool_var("")
            model.add_max_equality(busy, [row[slot] for row in mine])
            starts.append(model.new_bool_var("") if before is not None else busy)
            if before is not None:
                model.add_bool_or([starts[-1], busy.negated(), before])
            before = busy
        breaks.append(sum(starts) - 1)
        model.add(breaks[-1] >= 0)  # says nothing new, but helps the proof
    model.minimize(sum(breaks))
    solver = _solved(model)
    assert solver is not None
    return round(solver.objective_value)


def _meetings(model: cp_model.CpModel, problem: Problem, pairs: Iterable[tuple[int, int]]) -> dict[Any, list[Any]]:
    """Whether each pair meets in each slot, within all that holds in a slot, each pair at most once."""
    meets = {pair: [model.new_bool_var(f"{pair} {slot}") for slot in range(len(problem.slots))] for pair in pairs}
    for row in meets.values():
        model.add_at_most_one(row)
    for fixed in problem.fixed:
        if fixed.ends in meets:
            model.add(meets[fixed.ends][fixed.slot] == sum(meets[fixed.ends]))
    for slot in range(len(problem.slots)):
        shut = {table for at, table in problem.closed if at == slot}
        model.add(sum(row[slot] for row in meets.values()) <= len(problem.tables) - len(shut))
        for party, participant in enumerate(problem.participants):
            mine = [row[slot] for pair, row in meets.items() if party in pair]
            model.add(sum(mine) <= participant.capacity[slot])
    return meets


def _solved(model: cp_model.CpModel) -> cp_model.CpSolver | None:
    """The solver with its optimum, or None if there is none."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return solver if status == cp_model.OPTIMAL else None


def _table_clash(fixed: Iterable[Fixed], closed: Iterable[tuple[int, int]]) -> bool:
    places = [(meeting.slot, meeting.table) for meeting in fixed if meeting.table is not None]
    return len(set(places)) < len(places) or not set(places).isdisjoint(closed)
