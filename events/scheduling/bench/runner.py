"""`python -m events.scheduling bench`: the engine's timetables beside all others, and what the engine is held to."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from events.scheduling.bench.fairs import KINDS, SIZES, check_name, named
from events.scheduling.bench.figures import Worth, worst_breaks, worth_of
from events.scheduling.bench.measuring import METHODS, OWN, WHOLE_BREAKS, measure
from events.scheduling.bench.targets import Outcome, Verdict, judge
from events.scheduling.problem import Problem
from events.scheduling.timetable import Timetable
from events.scheduling.verify import violations

SEEDS = (11, 12, 13)
"""Of the fairs held back: no test plans them."""
OF_SIZE = {
    "small": [f"small-{kind}-{seed}" for kind in KINDS for seed in SEEDS],
    "real57": [f"real57-{kind}-{seed}" for kind in KINDS for seed in SEEDS],
    "mid200": [f"mid200-{kind}-{seed}" for kind in ("windows", "scattered") for seed in SEEDS[:2]],
    "big1000": [f"big1000-{kind}-11" for kind in ("windows", "scattered")],
}
USUAL = [*(f"real57-{kind}-11" for kind in KINDS), "mid200-scattered-11"]
MET, NOT_MET = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; returns 0 if every target is met, 1 if not, 2 (or SystemExit) for what cannot be used."""
    options = _parser().parse_args(arguments)
    fairs = list(options.fairs) if options.fairs is not None else [] if options.sizes or options.b2b else USUAL
    fairs += [name for size in options.sizes or () for name in OF_SIZE[size]]
    methods = [OWN, *options.peers]
    outcomes: dict[str, list[Outcome]] = {}
    for name in fairs:
        outcomes[name] = _on_fair(named(name), methods, options.cpsat_seconds)
    verdicts = [verdict for own, *others in outcomes.values() for verdict in judge(own, others)]
    if outcomes:
        _show_ratios(list(outcomes.values()))
        _show_verdicts(verdicts)
    published = _on_published(options.b2b) if options.b2b else MET
    return published or (MET if all(verdict.met for verdict in verdicts) else NOT_MET)


def _on_published(folder: Path) -> int:
    """The published instances of least breaks: 0 if all results are as published, 1 if not, 2 if a file is unusable."""
    from events.scheduling.breaks.benchmark import run

    return run(folder, sys.stdout)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m events.scheduling bench", description="The engine's timetables beside all others."
    )
    parser.add_argument(
        "--fairs", nargs="*", type=_fair, metavar="SIZE-KIND-SEED", help=f"which fairs ({' '.join(USUAL)}); may be none"
    )
    parser.add_argument("--sizes", nargs="+", choices=SIZES, help="all fairs held back of these sizes")
    peers = [method for method in METHODS if method != OWN]
    parser.add_argument(
        "--peers",
        nargs="*",
        choices=peers,
        default=[peer for peer in peers if peer != WHOLE_BREAKS],
        help=f"whom to compare with (all but {WHOLE_BREAKS})",
    )
    parser.add_argument("--cpsat-seconds", type=float, default=15, metavar="S", help="what CP-SAT is given (15)")
    parser.add_argument(
        "--b2b", type=Path, metavar="DIR", help="the published B2B instances; without --fairs, only these"
    )
    return parser


def _fair(name: str) -> str:
    try:
        check_name(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return name


def _on_fair(problem: Problem, methods: Sequence[str], seconds: float) -> list[Outcome]:
    """All methods on one fair, each shown as soon as it is done."""
    sides = f"{problem.schools} schools, {len(problem.participants) - problem.schools} enterprises"
    print(f"\n{problem.name}: {sides}, {len(problem.slots)} slots, {len(problem.tables)} tables")
    print(f"  {'method':<16}{'score':>10}{'of bound':>10}{'gap':>10}{'unmet':>7}{'breaks':>8}{'worst':>7}", end="")
    print(f"{'moves':>7}{'broken':>8}{'first':>9}{'time':>10}{'memory':>10}", flush=True)
    outcomes: list[Outcome] = []
    with TemporaryDirectory() as folder:
        fair = Path(folder) / "fair.json"
        fair.write_text(problem.to_json(), encoding="utf-8")
        for method in methods:
            outcomes.append(_outcome(problem, fair, method, seconds))
            _show(outcomes[-1], outcomes[0])
    return outcomes


def _outcome(problem: Problem, fair: Path, method: str, seconds: float) -> Outcome:
    """One method on one fair; what it came to is judged here, not by itself."""
    output = fair.with_name(f"{method}.json")
    measured = measure(fair, method, seconds, output)
    if not output.exists():
        return Outcome(problem.name, method, measured, None, 0, 0, None)
    timetable = Timetable.from_json(output.read_bytes())
    broken = len(violations(problem, timetable))
    worst = worst_breaks(problem, timetable)
    return Outcome(problem.name, method, measured, worth_of(problem, timetable), worst, broken, timetable.report)


def _show(outcome: Outcome, own: Outcome) -> None:
    """A line of the table; the bound is the one that the engine proves."""
    measured, worth = outcome.measured, outcome.worth
    if worth is None:
        print(f"  {outcome.method:<16}{'none':>10}  after {measured.seconds:.1f} s ({measured.remark})", flush=True)
        return
    share = gap = "?"
    if own.report is not None:
        share = f"{100 * worth.score / max(1, own.report.upper_bound):.2f} %"
        gap = "proven" if outcome.report and outcome.report.optimal else _percent(worth, own.report.upper_bound)
    first = "" if measured.first is None else f"{measured.first:.2f} s"
    print(f"  {outcome.method:<16}{worth.score:>10}{share:>10}{gap:>10}{worth.shortfall:>7}{worth.breaks:>8}", end="")
    print(f"{outcome.worst:>7}{worth.changes:>7}{outcome.broken:>8}{first:>9}{measured.seconds:>8.2f} s", end="")
    print(f"{measured.peak:>7.0f} MB  {measured.remark}", flush=True)


def _percent(worth: Worth, bound: int) -> str:
    return f"{100 * (bound - worth.score) / max(1, bound):.3f} %"


def _show_ratios(fairs: Sequence[Sequence[Outcome]]) -> None:
    """Each peer beside the engine over all fairs on which both came to something."""
    pairs: dict[str, list[tuple[Worth, Outcome]]] = defaultdict(list)
    for own, *others in fairs:
        for other in others:
            if own.worth is not None and other.worth is not None:
                pairs[other.method].append((own.worth, other))
    print("\nbeside plan             score  unmet minima   breaks (plan)   fairs with broken rules")
    for method, entries in pairs.items():
        ours, theirs = [own for own, _ in entries], [other.worth for _, other in entries if other.worth]
        score = sum(worth.score for worth in theirs) / max(1, sum(worth.score for worth in ours))
        unmet = f"{sum(worth.shortfall for worth in theirs)} ({sum(worth.shortfall for worth in ours)})"
        breaks = f"{sum(worth.breaks for worth in theirs)} ({sum(worth.breaks for worth in ours)})"
        faulty = f"{sum(other.broken > 0 for _, other in entries)} of {len(entries)}"
        print(f"  {method:<16}{100 * score:>9.2f} %{unmet:>14}{breaks:>16}{faulty:>26}")


def _show_verdicts(verdicts: Sequence[Verdict]) -> None:
    """Every target, and how many are met."""
    print("\ntargets")
    for verdict in verdicts:
        print(f"  {'met' if verdict.met else 'NOT MET':<9}{verdict.fair:<22}{verdict.goal:<36}{verdict.figure}")
    print(f"{sum(verdict.met for verdict in verdicts)} of {len(verdicts)} met", flush=True)
