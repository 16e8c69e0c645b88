"""Every published B2B instance solved and proven: what `bench --b2b` prints."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TextIO

from events.scheduling.breaks.b2b import Known, read_instance, read_known
from events.scheduling.breaks.least import least_breaks
from events.scheduling.reading import ProblemError

DONE, FAULTY, UNUSABLE = 0, 1, 2
BUDGET = 2_000_000
"""Conflicts after which an instance is left open, so that the run ends: minutes."""
WORST, MEDIAN = 30.0, 0.35
"""Targets in seconds of the processor for one result."""


def run(directory: Path | str, out: TextIO, only: str = "") -> int:
    """Solve all results of `directory`/best_known.json and print one line each, then the totals.

    Args: only, part of the names of the instances to be solved. Returns: 0 if every result is as published, 1 if not,
    2 if a file cannot be used; what is wrong with it is then the last line. Seconds are of the processor, one process.
    """
    folder = Path(directory)
    path = folder / "best_known.json"
    rows: list[tuple[bool, float]] = []
    try:
        for known in read_known(path.read_bytes()):
            if only in known.instance:
                path = folder / f"{known.instance}.json"
                rows.append(_solve(path, known, out))
    except (OSError, ProblemError) as error:
        out.write(f"{path}: {error}\n")
        return UNUSABLE
    return _summary(rows, out)


def _solve(path: Path, known: Known, out: TextIO) -> tuple[bool, float]:
    """(as published, seconds) of one result."""
    text = path.read_bytes()
    started, began = process_time(), perf_counter()
    proof = least_breaks(read_instance(text, known.fairness), budget=BUDGET)
    seconds, wall = process_time() - started, perf_counter() - began
    found = None if proof.infeasible else proof.breaks
    agrees = proof.proven and found == known.optimum
    shown = "infeasible" if proof.infeasible else f"{found} breaks"
    verdict = "as published" if agrees else f"PUBLISHED {known.optimum}"
    name = f"{known.instance} d={known.fairness}"
    out.write(f"{name:36} {shown:>11} {'proven' if proof.proven else 'open':6}{seconds:7.2f} s  {verdict}  ")
    out.write(f"({proof.conflicts} conflicts, {wall:.2f} s by the clock)\n")
    out.flush()
    return agrees, seconds


def _summary(rows: list[tuple[bool, float]], out: TextIO) -> int:
    if not rows:
        out.write("no instance\n")
        return DONE
    seconds = [each for _, each in rows]
    agreeing = sum(agrees for agrees, _ in rows)
    within = "met" if max(seconds) <= WORST and median(seconds) <= MEDIAN else "not met"
    out.write(
        f"{agreeing} of {len(rows)} as published, proven; median {median(seconds):.2f} s, worst "
        f"{max(seconds):.1f} s, in all {sum(seconds):.0f} s (targets {MEDIAN} s, {WORST:.0f} s: {within})\n"
    )
    return DONE if agreeing == len(rows) else FAULTY
