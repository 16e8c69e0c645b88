"""The optional rules as constraints of a Model, each exactly as the checker judges it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from events.scheduling.problem import BREAK_FROM, Problem, Rules
from events.scheduling.ruled.frame import UNPLACED
from events.scheduling.ruled.model import Model

RULE_NAMES = ("precedences", "max_run", "zone_change_gap", "max_break_difference", "break_for_all")


def without(problem: Problem, names: Iterable[str]) -> Problem:
    """The problem without these of its rules."""
    defaults = Rules()
    return replace(problem, rules=replace(problem.rules, **{name: getattr(defaults, name) for name in names}))


def couple(model: Model, breaks: tuple[int, int] | None, *, count_breaks: bool = False) -> list[Any]:
    """Add every rule the problem asks for to the model.

    Args: breaks: (least, most) of every released party where their difference is bounded; None leaves it to the
    model, in which then everybody is released. count_breaks: whether the number of breaks shall be told.
    Returns: per day and party of the released an expression that is at least its breaks (exactly, where bounded).
    """
    rules = model.frame.problem.rules
    _order(model)
    bounded = rules.max_break_difference is not None
    least: Any = 0
    most: Any = 0
    if bounded:
        least, most = breaks if breaks is not None else _window(model, rules.max_break_difference or 0)
    told: list[Any] = []
    everybody = range(model.frame.instance.parties) if bounded and breaks is None else sorted(model.of_party)
    for party in everybody:
        _limit_runs(model, party, rules.max_run)
        if model.frame.zones > 1:
            _keep_zones(model, party, rules.zone_change_gap)
        if rules.break_for_all:
            _grant_breaks(model, party)
        if bounded or count_breaks:
            counted = [_breaks(model, party, day, exact=bounded) for day in model.frame.days]
            told += counted
            if bounded:
                total = cp_model.LinearExpr.sum(counted)
                model.programme.add(total >= least)
                model.programme.add(total <= most)
    return told


def _window(model: Model, allowed: int) -> tuple[Any, Any]:
    """The least number of breaks of anybody, to be found, and the most that it allows."""
    least = model.programme.new_int_var(0, model.frame.instance.slots, "least breaks")
    return least, least + allowed


def _order(model: Model) -> None:
    """What comes first comes first: of the later pair up to a slot and the earlier from it on, one at most."""
    frame, place = model.frame, {ends: k for k, ends in enumerate(model.frame.ends)}
    for i, j, other_i, other_j in frame.problem.rules.precedences:
        first, second = place.get((i, j)), place.get((other_i, other_j))
        if first is None or second is None or not {first, second} & model.takes.keys():
            continue
        for slot in range(frame.instance.slots):
            late = [*_between(model, first, slot, frame.instance.slots), *_between(model, second, 0, slot + 1)]
            free = [each for each in late if not isinstance(each, int)]
            if free:
                model.programme.add(cp_model.LinearExpr.sum(late) <= 1)


def _between(model: Model, pair: int, start: int, end: int) -> list[Any]:
    """The pair's meetings in these slots: variables, or 1 if it is held in one of them."""
    if pair in model.takes:
        return [variable for cell, variable in model.takes[pair].items() if start <= model.frame.slot(cell) < end]
    cell = model.held.cell[pair]
    return [1] if cell != UNPLACED and start <= model.frame.slot(cell) < end else []


def _limit_runs(model: Model, party: int, longest: int | None) -> None:
    """In r + 1 slots in a row at most r meetings."""
    if longest is None:
        return
    for day in model.frame.days:
        for k in range(len(day) - longest):
            busy = [model.busy(party, slot) for slot in day[k : k + longest + 1]]
            if any(not isinstance(each, int) for each in busy) and 0 not in map(_constant, busy):
                model.programme.add(cp_model.LinearExpr.sum(busy) <= longest)


def _constant(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _keep_zones(model: Model, party: int, gap: int) -> None:
    """Slots closer than the gap: the same zone, or (a delegation) not more meetings and zones than delegates."""
    delegates = model.frame.problem.participants[party].capacity
    for day in model.frame.days:
        for earlier, later in combinations(day, 2):
            if later - earlier > gap or not (_open(model, party, earlier) or _open(model, party, later)):
                continue
            if max(delegates[earlier : later + 1]) <= 1:
                _same_zone(model, party, earlier, later)
            else:
                _enough_delegates(model, party, earlier, later, max(delegates[earlier], delegates[later]))


def _open(model: Model, party: int, slot: int) -> bool:
    return (party, slot) in model.at


def _same_zone(model: Model, party: int, earlier: int, later: int) -> None:
    """Of the meetings here in a zone and there in the others, one at most; what lies between them has either zone."""
    zones = range(model.frame.zones)
    for zone in zones:
        elsewhere = [model.meetings(party, later, other) for other in zones if other != zone]
        both = [model.meetings(party, earlier, zone), *elsewhere]
        if any(not isinstance(each, int) for each in both):
            model.programme.add(cp_model.LinearExpr.sum(both) <= 1)


def _enough_delegates(model: Model, party: int, earlier: int, later: int, delegates: int) -> None:
    """The greater number of meetings in each zone, summed, is at most the delegates, unless it meets in between."""
    greater = []
    for zone in range(model.frame.zones):
        either = [model.meetings(party, slot, zone) for slot in (earlier, later)]
        if all(_constant(each) == 0 for each in either):
            continue
        greater.append(model.programme.new_int_var(0, delegates, ""))
        for each in either:
            model.programme.add(greater[-1] >= each)
    between = [model.busy(party, slot) for slot in range(earlier + 1, later)]
    spared = cp_model.LinearExpr.sum([2 * delegates * each for each in between]) if between else 0
    model.programme.add(cp_model.LinearExpr.sum(greater) <= delegates + spared)


def _grant_breaks(model: Model, party: int) -> None:
    """Many meetings of a day need a free slot, in which it is present, with a meeting before and one after."""
    for day in model.frame.days:
        busy = [model.busy(party, slot) for slot in day]
        if sum(_constant(each) != 0 for each in busy) < BREAK_FROM:
            continue
        rests = []
        for k in range(1, len(day) - 1):
            if model.frame.present[party][day[k]] and _constant(busy[k]) != 1:
                rest = model.programme.new_bool_var("")
                rests.append(rest)
                model.programme.add(rest + busy[k] <= 1)
                model.programme.add(cp_model.LinearExpr.sum(busy[:k]) >= rest)
                model.programme.add(cp_model.LinearExpr.sum(busy[k + 1 :]) >= rest)
        model.programme.add(cp_model.LinearExpr.sum(busy) <= BREAK_FROM - 1 + len(day) * cp_model.LinearExpr.sum(rests))


def _breaks(model: Model, party: int, day: Sequence[int], *, exact: bool) -> Any:
    """The breaks of a party on a day: how often it begins to meet among the slots of its presence, but for once."""
    programme = model.programme
    busy = [model.busy(party, slot) for slot in day if model.frame.present[party][slot]]
    if all(_constant(each) == 0 for each in busy):
        return 0
    starts, before = [], 0
    for each in busy:
        start = programme.new_bool_var("")
        programme.add(start >= each - before)
        if exact:
            programme.add(start <= each)
            programme.add(start <= 1 - before)
        starts.append(start)
        before = each
    meets = programme.new_bool_var("")
    programme.add(cp_model.LinearExpr.sum(busy) >= meets)
    if exact:
        for each in busy:
            programme.add(meets >= each)
    return cp_model.LinearExpr.sum(starts) - meets
