"""The timetable engine for people with files: python -m events.scheduling plan | check | explain | replan | bench.

Exit codes: 0 done; 1 the timetable breaks a rule, or nothing was found within the limits; 2 input that cannot be used
(nothing is written); 3 musts that cannot all be kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

PROGRAM = "python -m events.scheduling"
FAIR_HELP = "the problem, in the format fair/1"
TIMETABLE_HELP = "a timetable of it, in the format timetable/1"
CODES = (
    "exit codes: 0 done; 1 the timetable breaks a rule, or nothing was found within the limits; 2 input that cannot be "
    "used (nothing is written); 3 musts that cannot all be kept"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Arguments that cannot be understood end in SystemExit(2)."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["bench"]:  # has options of its own
        from events.scheduling.bench.runner import main as bench

        return bench(arguments[1:])
    options = _parser().parse_args(arguments)
    from events.scheduling import commands

    return commands.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Timetables of one-to-one meetings.", epilog=CODES)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_plan(commands.add_parser("plan", help="make a timetable", epilog=CODES))
    checking = commands.add_parser("check", help="does a timetable keep every hard rule?", epilog=CODES)
    checking.add_argument("fair", type=Path, help=FAIR_HELP)
    checking.add_argument("timetable", type=Path, help=TIMETABLE_HELP)
    _add_explain(
        commands.add_parser(
            "explain", help="which musts conflict; with a timetable: why wishes were not met", epilog=CODES
        )
    )
    _add_replan(commands.add_parser("replan", help="keep a timetable when the day turns out differently", epilog=CODES))
    commands.add_parser("bench", help="measure the solver against others; see bench --help", add_help=False)
    return parser


def _add_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fair", type=Path, help=FAIR_HELP)
    parser.add_argument("-o", "--output", type=Path, required=True, help="where to write the timetable/1")
    parser.add_argument("--time-limit", type=float, metavar="S", help="seconds, after which the best so far is taken")
    parser.add_argument("--seed", type=int, default=1, help="of all random choices (1)")


def _add_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fair", type=Path, help=FAIR_HELP)
    parser.add_argument("timetable", type=Path, nargs="?", help=TIMETABLE_HELP)
    parser.add_argument("--pair", nargs=2, metavar=("SCHOOL", "ENTERPRISE"), help="ids: this wish only")
    parser.add_argument("--helps", action="store_true", help="try and list changes that would help; takes seconds")


def _add_replan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fair", type=Path, help=FAIR_HELP)
    parser.add_argument("timetable", type=Path, help=TIMETABLE_HELP)
    parser.add_argument("--now", type=int, required=True, metavar="SLOT", help="index of the first slot to come")
    parser.add_argument("--absent", nargs="+", default=[], metavar="ID", help="participants who are not there any more")
    parser.add_argument("--late", nargs="+", default=[], metavar="ID:SLOT", help="participants, and when they arrive")
    parser.add_argument("--close", nargs="+", default=[], metavar="TABLE", help="ids of tables that cannot be used")
    parser.add_argument("--fair-now", type=Path, metavar="FAIR", help="instead of all these: the fair as it now is")
    parser.add_argument("--lock", nargs="+", default=[], metavar="ID:ID", help="pairs that keep slot and table")
    parser.add_argument("--max-moves", type=int, default=0, metavar="N", help="meetings that may change their slot (0)")
    parser.add_argument("-o", "--output", type=Path, help="where to write the timetable/1; without it, just show")
    parser.add_argument("--output-fair", type=Path, help="where to write the fair/1 that the new timetable keeps")


if __name__ == "__main__":
    sys.exit(main())
