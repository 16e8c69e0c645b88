"""What the engine is held to: proofs, gaps, breaks, seconds and memory by size and kind of fair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from events.scheduling.bench.figures import Worth
from events.scheduling.bench.measuring import Measured
from events.scheduling.timetable import Report

REFERENCE_BREAKS = {
    "real57-scattered-11": 12,
    "real57-scattered-12": 3,
    "real57-scattered-13": 0,
    "real57-rush-11": 5,
    "real57-rush-12": 4,
    "real57-rush-13": 2,
    "real57-rushscat-11": 2,
    "real57-rushscat-12": 28,
    "real57-rushscat-13": 12,
    "mid200-scattered-11": 12,
}
"""Breaks that the prototype of the engine left, by fair."""
USUAL_BREAKS = {"uniform": 0, "windows": 0, "scattered": 10, "rush": 12, "rushscat": 22}
"""The most that it left of fairs of the kind."""
REPLAN_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method came to on a fair; `worth` is None if it came to nothing, `report` if it proves nothing."""

    fair: str
    method: str
    measured: Measured
    worth: Worth | None
    worst: int
    broken: int
    """Breaches of hard rules."""
    report: Report | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target of one fair."""

    fair: str
    goal: str
    figure: str
    met: bool


@dataclass(frozen=True, slots=True)
class _Target:
    """For fairs of one size and kind."""

    gap: float
    """Greatest part of the bound that may be missing; 0: proven."""
    seconds: float
    first: float | None = None
    megabytes: float | None = None


_TARGETS = {
    ("real57", "uniform"): _Target(0, 3, first=1),
    ("real57", "windows"): _Target(0, 3, first=1),
    ("real57", "scattered"): _Target(0, 10, first=1),
    ("real57", "rush"): _Target(0.0005, 10, first=1),
    ("real57", "rushscat"): _Target(0.0005, 30, first=1),
    **{("mid200", kind): _Target(0, 15) for kind in ("uniform", "windows", "scattered")},
    ("big1000", "windows"): _Target(0, 180, megabytes=4096),
    ("big1000", "scattered"): _Target(0.001, 180, megabytes=4096),
}


def judge(own: Outcome, others: list[Outcome]) -> Iterator[Verdict]:
    """Whether the engine's timetable of a fair meets each target; fairs without targets have to be the best only."""
    if own.worth is None or own.report is None:
        yield Verdict(own.fair, "a timetable", own.measured.remark, False)
        return
    yield Verdict(own.fair, "no hard rule broken", str(own.broken), own.broken == 0)
    short, least = own.worth.shortfall, own.report.min_shortfall_bound
    yield Verdict(own.fair, "minima served as far as the bound", str(short), short == least)
    for other in others:
        if other.worth is not None and not other.broken:
            better = "better" if own.worth < other.worth else "as good" if own.worth == other.worth else "worse"
            yield Verdict(own.fair, f"not worse than {other.method}", better, better != "worse")
    size, kind, _ = own.fair.split("-")
    target = _TARGETS.get((size, kind))
    if target is not None:
        yield _judge_gap(own, own.report, target)
        if size != "big1000":
            most = REFERENCE_BREAKS.get(own.fair, USUAL_BREAKS[kind])
            yield Verdict(own.fair, f"at most {most} breaks", str(own.worth.breaks), own.worth.breaks <= most)
        yield from _judge_cost(own, target)


def _judge_gap(own: Outcome, report: Report, target: _Target) -> Verdict:
    figure = f"gap {100 * report.gap:.4f} %"
    if target.gap:
        return Verdict(own.fair, f"gap at most {100 * target.gap:.2f} %", figure, report.gap <= target.gap)
    return Verdict(own.fair, "proven", figure, report.optimal)


def _judge_cost(own: Outcome, target: _Target) -> Iterator[Verdict]:
    """Seconds and memory."""
    measured = own.measured
    met = measured.seconds < target.seconds
    yield Verdict(own.fair, f"under {target.seconds:g} s", f"{measured.seconds:.2f} s", met)
    if target.first is not None:
        first = "?" if measured.first is None else f"{measured.first:.2f} s"
        met = measured.first is not None and measured.first < target.first
        yield Verdict(own.fair, f"first plan under {target.first:g} s", first, met)
    if measured.replanned is not None:
        met = measured.replanned < REPLAN_SECONDS and not measured.lost
        figure = f"{measured.replanned:.2f} s, {measured.lost} lost"
        yield Verdict(own.fair, f"replanned under {REPLAN_SECONDS:g} s, none lost", figure, met)
    if target.megabytes is not None:
        met = measured.peak < target.megabytes
        yield Verdict(own.fair, f"under {target.megabytes:g} MB", f"{measured.peak:.0f} MB", met)
