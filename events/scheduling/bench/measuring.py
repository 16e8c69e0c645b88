"""One method on one fair, in a process of its own so that its memory is its own.

    python -m events.scheduling.bench.measuring FAIR.json METHOD SECONDS TIMETABLE.json

writes the timetable, if there is one, and prints a Measured as JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter

from events.scheduling.bench.peers import PEERS
from events.scheduling.problem import Problem
from events.scheduling.timetable import Timetable

OWN, WHOLE, WHOLE_BREAKS = "plan", "cp-sat", "cp-sat-breaks"
TEN = 600  # minutes after midnight
METHODS = (OWN, *PEERS, WHOLE, WHOLE_BREAKS)
"""All ways to a timetable, the engine's own first."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a method took on a fair: seconds without reading the fair, megabytes of the whole process."""

    seconds: float
    peak: float
    first: float | None
    """Seconds until the first complete timetable, where that is known."""
    remark: str
    replanned: float | None = None
    """Seconds of replanning after the busiest participant was absent from 10:00 of the first day on."""
    lost: int = 0
    """Meetings of others that this cancelled."""


def measure(fair: Path, method: str, seconds: float, output: Path) -> Measured:
    """Run a method in a process of its own; `output` exists afterwards if it came to a timetable.

    `seconds` is what a method without an end of its own is given.
    """
    command = [sys.executable, "-m", "events.scheduling.bench.measuring", str(fair), method, str(seconds), str(output)]
    started = perf_counter()
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - itself
    if ended.returncode:  # what it had to say of it went to stderr
        return Measured(perf_counter() - started, 0, None, f"failed with exit code {ended.returncode}")
    return Measured(**json.loads(ended.stdout))


def main(arguments: list[str]) -> int:
    """The other process."""
    fair, method, seconds, output = arguments
    problem = Problem.from_json(Path(fair).read_bytes())
    if method in PEERS:
        timetable, taken, first, remark = _peer(method, problem)
    elif method == OWN:
        timetable, taken, first, remark = _plan(problem)
    else:
        timetable, taken, first, remark = _whole(problem, float(seconds), breaks=method == WHOLE_BREAKS)
    if timetable is not None:
        Path(output).write_text(timetable.to_json(), encoding="utf-8")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measured = Measured(round(taken, 3), round(peak), first, remark)
    if method == OWN and timetable is not None and problem.name.startswith("real57"):
        measured = _with_an_absence(problem, timetable, measured)
    sys.stdout.write(json.dumps(asdict(measured)))
    return 0


Run = tuple[Timetable | None, float, float | None, str]


def _plan(problem: Problem) -> Run:
    """The engine's own, its compiled code loaded before."""
    from events.scheduling.bench.fairs import generate
    from events.scheduling.solver import plan

    for kind in ("windows", "rushscat"):
        plan(generate("small", kind, 1))
    first: list[float] = []
    started = perf_counter()

    def heard(_found: Timetable) -> None:
        if not first:
            first.append(round(perf_counter() - started, 3))

    timetable = plan(problem, improved=heard)
    return timetable, perf_counter() - started, first[0] if first else None, ""


def _with_an_absence(problem: Problem, timetable: Timetable, measured: Measured) -> Measured:
    from events.scheduling.replanning.changes import Change
    from events.scheduling.replanning.day import replan

    now = next(k for k, slot in enumerate(problem.slots) if slot.start >= TEN)
    counts = Counter(party for meeting in timetable.meetings if meeting.slot >= now for party in meeting.ends)
    absent = problem.participants[counts.most_common(1)[0][0]].id
    started = perf_counter()
    planned = replan(problem, timetable, Change(absent=(absent,)).applied(problem, now), now=now)
    seconds = round(perf_counter() - started, 3)
    return replace(measured, replanned=seconds, lost=sum(absent not in gone.ids for gone in planned.diff.cancelled))


def _whole(problem: Problem, seconds: float, *, breaks: bool) -> Run:
    from events.scheduling.bench.whole import TooLarge, solve_whole

    started = perf_counter()
    try:
        solved = solve_whole(problem, seconds=seconds, breaks=breaks)
    except TooLarge as error:
        return None, perf_counter() - started, None, str(error)
    return solved.timetable, perf_counter() - started, None, solved.status


def _peer(method: str, problem: Problem) -> Run:
    started = perf_counter()
    timetable = PEERS[method](problem)
    return timetable, perf_counter() - started, None, ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
