"""The timetable engine for people with files: python -m events.scheduling plan | check | explain.

Exit codes: 0 done; 1 the timetable breaks a rule, or the time was over before there was one; 2 input that cannot be
used (nothing is written); 3 musts that cannot all be kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from events.scheduling.explain import unmet
from events.scheduling.musts import Conflict, conflicts
from events.scheduling.problem import Problem, ProblemError
from events.scheduling.solver import Cancelled, Infeasible, UnsupportedRule, plan
from events.scheduling.timetable import Timetable
from events.scheduling.verify import violations

DONE, FAULTY, UNUSABLE, INFEASIBLE = 0, 1, 2, 3


class _Unusable(Exception):
    """A file that does not hold what it should."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    commands = {"plan": _plan, "check": _check, "explain": _explain}
    try:
        return commands[options.command](options)
    except Infeasible as infeasible:
        _show_conflicts(infeasible.conflicts)
        return INFEASIBLE
    except (OSError, _Unusable, UnsupportedRule) as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m events.scheduling", description="Timetables of one-to-one meetings."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    planning = commands.add_parser("plan", help="make a timetable")
    planning.add_argument("fair", type=Path, help="the problem, in the format fair/1")
    planning.add_argument(
        "-o", "--output", type=Path, required=True, help="where to write it, in the format timetable/1"
    )
    planning.add_argument("--time-limit", type=float, metavar="S", help="seconds, after which the best so far is taken")
    planning.add_argument("--seed", type=int, default=1, help="of all random choices (1)")
    checking = commands.add_parser("check", help="does a timetable keep every hard rule?")
    checking.add_argument("fair", type=Path)
    checking.add_argument("timetable", type=Path)
    explaining = commands.add_parser("explain", help="which musts conflict; with a timetable: why wishes were not met")
    explaining.add_argument("fair", type=Path)
    explaining.add_argument("timetable", type=Path, nargs="?")
    return parser


def _plan(options: argparse.Namespace) -> int:
    started = perf_counter()
    problem = _read_problem(options.fair)
    limit = options.time_limit

    def over() -> bool:
        return limit is not None and perf_counter() - started > limit

    try:
        timetable = plan(problem, seed=options.seed, cancelled=over)
    except Cancelled:
        sys.stderr.write(f"no complete timetable within {limit} s\n")
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
    if options.timetable is None:
        found = conflicts(problem)
        _show_conflicts(found)
        if not found:
            sys.stdout.write(f"all {len(problem.required)} musts can be kept\n")
        return INFEASIBLE if found else DONE
    timetable = _read_timetable(options.timetable)
    if violations(problem, timetable):
        raise _Unusable("the timetable breaks rules of this fair: see check")
    for wish in unmet(problem, timetable):
        sys.stdout.write(f"{'must' if wish.must else 'ok'} {wish.detail}\n")
    return DONE


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


def _write(path: Path, text: str) -> None:
    """Replace the file in one go, so that a reader never sees half of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _show_conflicts(found: Sequence[Conflict]) -> None:
    for conflict in found:
        sys.stdout.write(f"conflict ({conflict.cause}): {conflict.detail}\n")


if __name__ == "__main__":
    sys.exit(main())
