"""What each command of the command line does, with its arguments parsed. What a command does not need is not loaded."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from events.scheduling.problem import Problem, ProblemError
from events.scheduling.timetable import Timetable
from events.scheduling.verify import Rule, violations

DONE, FAULTY, UNUSABLE, INFEASIBLE = 0, 1, 2, 3


class _Unusable(Exception):
    """Input that does not hold what it should."""


def run(options: argparse.Namespace) -> int:
    """Run the command of the parsed options; returns the exit code."""
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "plan": _plan,
        "check": _check,
        "explain": _explain,
        "replan": _replan,
    }
    try:
        return commands[options.command](options)
    except (OSError, _Unusable) as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE


def _plan(options: argparse.Namespace) -> int:
    from events.scheduling import solver
    from events.scheduling.proving import Undecided

    problem = _read_problem(options.fair)
    _check_folder(options.output)
    try:
        timetable = solver.plan(problem, seed=options.seed, time_limit=options.time_limit)
    except solver.Infeasible as infeasible:
        return _show_conflicts(problem, infeasible)
    except (solver.Cancelled, Undecided) as error:
        sys.stderr.write(f"{error}\n")
        return FAULTY
    if found := violations(problem, timetable):  # not the reader's fault: the solver and the checker disagree
        raise RuntimeError(f"the solver's timetable breaks a rule: {found[0]}")
    _write(options.output, timetable.to_json())
    sys.stdout.write(f"{len(timetable.meetings)} meetings: {timetable.report}\n")
    return DONE


def _check(options: argparse.Namespace) -> int:
    problem, timetable = _read_problem(options.fair), _read_timetable(options.timetable)
    found = violations(problem, timetable)
    for violation in found:
        sys.stdout.write(f"{violation.rule}: {violation.message} ({violation.where})\n")
    if not found:
        sys.stdout.write(f"{len(timetable.meetings)} meetings keep every hard rule\n")
    return FAULTY if found else DONE


def _explain(options: argparse.Namespace) -> int:
    problem = _read_problem(options.fair)
    pair = None if options.pair is None else _pair(problem, options.pair)
    if options.timetable is None:
        if pair is not None or options.helps:
            raise _Unusable("--pair and --helps need a timetable")
        return _explain_musts(problem)
    from events.scheduling.explain import unmet

    timetable = _read_timetable(options.timetable)
    if violations(problem, timetable):
        raise _Unusable(f"{options.timetable}: breaks rules of this fair: see check")
    for wish in unmet(problem, timetable):
        if pair in (None, (wish.school, wish.enterprise)):
            sys.stdout.write(f"{'must' if wish.must else 'ok'} {wish.detail}\n")
    if options.helps:
        from events.scheduling.helping import helps

        for each in helps(problem, timetable, pair=pair):
            sys.stdout.write(f"would help: {each.detail}\n")
    return DONE


def _explain_musts(problem: Problem) -> int:
    from events.scheduling.musts import Infeasible, conflicts
    from events.scheduling.proving import Undecided

    try:
        found = conflicts(problem)
    except Undecided as error:
        sys.stderr.write(f"{error}\n")
        return FAULTY
    if found:
        return _show_conflicts(problem, Infeasible(found))
    sys.stdout.write(f"all {len(problem.required)} musts can be kept\n")
    return DONE


def _show_conflicts(problem: Problem, infeasible: Exception) -> int:
    """The conflicts, and under each what would resolve it."""
    from events.scheduling.musts import Infeasible, helpful

    for conflict in infeasible.conflicts if isinstance(infeasible, Infeasible) else ():
        sys.stdout.write(f"conflict ({conflict.cause}): {conflict.detail}\n")
        for each in helpful(problem, conflict):
            rest = "" if each.enough else ", though other conflicts remain"
            sys.stdout.write(f"  would help: {each.detail}{rest}\n")
    return INFEASIBLE


def _replan(options: argparse.Namespace) -> int:
    from events.scheduling.replanning.day import replan
    from events.scheduling.replanning.wording import lines

    problem, timetable = _read_problem(options.fair), _read_timetable(options.timetable)
    for violation in violations(problem, timetable):
        if violation.rule in (Rule.UNKNOWN, Rule.TWICE):
            raise _Unusable(f"{options.timetable}: {violation.where}: {violation.message}")
    changed = _changed(options, problem)
    locked = [_pair(problem, text.split(":")) for text in options.lock]
    outputs = {options.output: "timetable", options.output_fair: "problem"}
    for path in outputs:
        _check_folder(path)
    planned = replan(problem, timetable, changed, now=options.now, locked=locked, max_moves=options.max_moves)
    for line in lines(problem, changed, planned):
        sys.stdout.write(f"{line}\n")
    if found := violations(planned.problem, planned.timetable):
        sys.stderr.write(f"nothing was written, as a rule would be broken: {found[0].message}\n")
        return FAULTY
    for path, content in outputs.items():
        if path is not None:
            _write(path, getattr(planned, content).to_json())
    return DONE


def _changed(options: argparse.Namespace, problem: Problem) -> Problem:
    """The fair as it now is."""
    from events.scheduling.replanning.changes import Change, UnknownName

    changed = problem if options.fair_now is None else _read_problem(options.fair_now)
    if not 0 <= options.now <= len(changed.slots):
        raise _Unusable(f"--now: there is no slot {options.now}")
    if options.max_moves < 0:
        raise _Unusable(f"--max-moves: must not be negative, not {options.max_moves}")
    late = dict(_arrival(text) for text in options.late)
    try:
        return Change(tuple(options.absent), late, tuple(options.close)).applied(changed, options.now)
    except UnknownName as error:
        raise _Unusable(str(error)) from None


def _arrival(text: str) -> tuple[str, int]:
    """The id and the slot of ID:SLOT."""
    name, _, slot = text.rpartition(":")
    if not name or not slot.isdecimal():
        raise _Unusable(f"--late: must be ID:SLOT, not {text!r}")
    return name, int(slot)


def _pair(problem: Problem, names: Iterable[str]) -> tuple[int, int]:
    """The indices of a school and an enterprise, in either order, by their ids."""
    names = list(names)
    index = {each.id: k for k, each in enumerate(problem.participants)}
    found = sorted(index[name] for name in names if name in index)
    if len(names) != 2 or len(found) != 2 or not found[0] < problem.schools <= found[1]:
        raise _Unusable(f"{' and '.join(names)} are not the ids of a school and an enterprise")
    return found[0], found[1]


def _read_problem(path: Path) -> Problem:
    try:
        return Problem.from_json(path.read_bytes())
    except ProblemError as error:
        raise _Unusable(f"{path}: {error}") from None


def _read_timetable(path: Path) -> Timetable:
    try:
        return Timetable.from_json(path.read_bytes())
    except ProblemError as error:
        raise _Unusable(f"{path}: {error}") from None


def _check_folder(path: Path | None) -> None:
    """Refuse an output that cannot be written before minutes are spent on it."""
    if path is not None and not path.parent.is_dir():
        raise _Unusable(f"{path}: there is no such folder")


def _write(path: Path, text: str) -> None:
    """Replace the file in one go, so that a reader never sees half of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
