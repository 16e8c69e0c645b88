"""`python -m matching.engine bench`: what the engine costs, and what others need for the same answers, in one run.

Two problems. The full formula, both directions: demands summed by enterprise, place, level, supply. And the bare
problem that others can solve too: exact coverage of single demands, the best 20 schools of each demand and the best 20
demands of each school, over the same sparse matrices; the scores must agree. CPU seconds are those of all threads.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np

from matching.engine.bench_peers import PEERS, Problem
from matching.engine.columns import Columns, build_columns
from matching.engine.compiled import compiled
from matching.engine.heaps import empty_heaps, lower_bound
from matching.engine.kernel import (
    AT_ONCE,
    GROUPS,
    Asking,
    Dense,
    Index,
    asking_of,
    collect,
    flag,
    index_of,
    rank_block,
    spread,
)
from matching.engine.lists import merge_school_lists
from matching.engine.packed import Demands, Offers, Schools
from matching.engine.profiles import Weights
from matching.engine.rows import score_column
from matching.engine.supply import Supply
from matching.engine.synthetic import draw_nation
from matching.engine.vocabulary import Vocabulary

Result = TypeVar("Result")
TOP = 20
SIZES = {"small": (1_000, 1_000, 10_000), "middle": (11_000, 10_000, 100_000), "national": (11_000, 100_000, 1_000_000)}
NAMES = ("vocabulary", "schools", "offers", "demands")
SHARD, MANY = 6_000, 100_000
POSTED = 300  # demands that are posted one by one


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; returns 0."""
    parser = argparse.ArgumentParser(prog="python -m matching.engine bench", description=__doc__.split("\n")[0])
    parser.add_argument("--size", choices=SIZES, nargs="+", default=["small"], help="schools, enterprises and demands")
    parser.add_argument("--peers", nargs="*", choices=sorted(PEERS), default=sorted(PEERS), help="whom to compare with")
    parser.add_argument("--lanes", type=int, default=2, help="threads of the own kernel")
    parser.add_argument("--from-folder", type=Path, help=argparse.SUPPRESS)  # how it calls itself
    options = parser.parse_args(arguments)
    if options.from_folder:
        full_formula(options.from_folder, options.lanes)
        return 0
    for size in options.size:
        measure(*SIZES[size], options.peers, options.lanes)
    return 0


def measure(schools: int, enterprises: int, demands: int, peers: Sequence[str], lanes: int) -> None:
    """All tables at one size."""
    print(f"\n{schools:,} schools, {enterprises:,} enterprises, {demands:,} demands; lists of {TOP}")
    nation = draw_nation(schools, enterprises, demands)
    with TemporaryDirectory() as folder:
        for name in NAMES:
            (Path(folder) / name).write_bytes(getattr(nation, name).to_bytes())
        # In a process of its own, so that its memory is its own.
        command = [sys.executable, "-m", "matching.engine.benchmark", "--from-folder", folder, "--lanes", str(lanes)]
        subprocess.run(command, check=True)  # noqa: S603 — itself
    supply = Supply.of(nation.vocabulary, nation.schools, nation.offers, Weights())
    _warm_up(supply, nation.demands)
    posted_one_by_one(supply, nation.demands)
    coverage_only(supply, nation.demands, peers)


def timed(what: str, work: Callable[[], Result]) -> Result:
    """Do the work and print its CPU and wall seconds and the largest memory so far."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {what:<58}{cpu:9.2f} CPU-s {wall:9.2f} s   peak {peak:6.0f} MB", flush=True)
    return result


def full_formula(folder: Path, lanes: int) -> None:
    """Both directions by the whole formula, in shards as a rebuild makes them, of the nation in the folder."""
    files = [(folder / name).read_bytes() for name in NAMES]
    vocabulary, schools = Vocabulary.from_bytes(files[0]), Schools.from_bytes(files[1])
    offers, demands = Offers.from_bytes(files[2]), Demands.from_bytes(files[3])
    print("full formula, both directions, in a process of its own")
    supply = timed("index", lambda: Supply.of(vocabulary, schools, offers, Weights()))
    _warm_up(supply, demands)
    whole = timed("columns and kernel, one thread", lambda: _in_shards(supply, demands, 1))
    threads = timed(f"the same, {lanes} threads", lambda: _in_shards(supply, demands, lanes))
    cuts = [_in_shards(supply, demands, 1, shards) for shards in (1, 2, 7)] if len(demands) <= MANY else []
    print(f"  the same bytes with {lanes} threads" + (" and in 1, 2, 7 shards" if cuts else "") + ":", end=" ")
    print(all(found == whole for found in (threads, *cuts)))


def _in_shards(supply: Supply, demands: Demands, lanes: int, shards: int = 0) -> tuple[bytes, bytes]:
    """Digests of the enterprises' lists and of the schools'; 0 shards: of 6,000 enterprises each."""
    count = len(demands.enterprises)
    cuts = np.linspace(0, count, (shards or -(-count // SHARD)) + 1).astype(int).tolist()
    mine, scores, merged, updates, spent = sha256(), sha256(), None, 0.0, 0.0
    for lo, hi in pairwise(cuts):
        columns = build_columns(supply, demands.of_enterprises(lo, hi))
        updates += float(np.diff(supply.starts)[columns.features].sum())
        start = time.process_time()
        block = rank_block(supply, columns, 0, len(columns), TOP, TOP, lanes)
        spent += time.process_time() - start
        mine.update(block.enterprise_lists.school.tobytes())
        scores.update(block.enterprise_lists.enterprise_score.tobytes())
        merged = block.school_lists if merged is None else merge_school_lists([merged, block.school_lists])
    if not shards:
        print(
            f"  {updates / 1e9:.2f} G updates; kernel alone {spent:.2f} CPU-s, {1e9 * spent / updates:.2f} ns an update"
        )
    return mine.digest() + scores.digest(), sha256(merged.to_bytes() if merged else b"").digest()


def posted_one_by_one(supply: Supply, demands: Demands) -> None:
    """What the engine computes when a demand is posted: the enterprise's column, every school, the best 20."""
    chosen = np.random.default_rng(1).choice(demands.enterprises, POSTED)
    spent = []
    for enterprise in chosen:
        mine = demands.where(demands.enterprise == enterprise)
        start = time.perf_counter()
        columns = build_columns(supply, mine)
        score_column(supply, columns, 0).best_for_enterprise(TOP)
        spent.append(1000 * (time.perf_counter() - start))
    p50, p95, p99 = np.percentile(spent, (50, 95, 99))
    print(f"one demand posted, computing alone: p50 {p50:.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms")


def coverage_only(supply: Supply, demands: Demands, peers: Sequence[str]) -> None:
    """The bare problem, by ourselves first and last and by the peers between, because machines get tired."""
    print("exact coverage of single demands, both directions")
    single = build_columns(supply, replace(demands, enterprise=demands.ids))
    columns = replace(single, supply=np.zeros_like(single.supply))
    problem = Problem.of(supply, columns, TOP)
    ours = timed("own, one pass", lambda: rank_coverage(supply, columns))
    for name in peers:
        work = PEERS[name]
        if problem.multiply_adds > work.limit:
            print(f"  {name}: not at this size ({work.why})")
            continue
        theirs = timed(name, lambda: work.solve(problem))  # noqa: B023 — called at once
        print(f"    largest difference of a score: {_difference(ours, theirs):.1e}")
    timed("own, again", lambda: rank_coverage(supply, columns))


def _difference(ours: tuple[Any, Any], theirs: tuple[Any, Any]) -> float:
    """Between the sorted scores of all lists; where two tie at the end, either may be listed."""
    return max(float(np.abs(np.sort(a, 1) - np.sort(b, 1)).max()) for a, b in zip(ours, theirs, strict=True))


def rank_coverage(supply: Supply, columns: Columns) -> tuple[Any, Any]:
    """The scores of the best 20 (demands, 20) and (schools, 20), by the engine's own parts without the formula."""
    mine, theirs = empty_heaps(len(columns), TOP), empty_heaps(len(supply), TOP)
    _rank_coverage(index_of(supply), asking_of(columns), mine, theirs)
    return mine.key**2, theirs.key  # the keys of enterprises are roots


@compiled
def _rank_coverage(index: Index, asking: Asking, mine: Any, theirs: Any) -> None:
    rows = index.graduates.shape[0]
    coverage, edges = np.zeros(rows, np.float32), np.zeros(rows, np.float32)
    dense = Dense(coverage, coverage, np.zeros(rows, np.float32), coverage, coverage)  # both sides rank by it
    flags = np.zeros((rows + AT_ONCE - 1) // AT_ONCE * AT_ONCE, np.uint8)
    largest, keys = np.empty(GROUPS, np.float32), np.empty(mine.key.shape[1], np.float32)
    for column in range(mine.key.shape[0]):
        for part in range(asking.part_starts[column], asking.part_starts[column + 1]):
            spread(index, asking, part, coverage, dense.graduates)
        flag(flags, coverage, coverage, edges, lower_bound(coverage, largest, keys))
        collect(index, dense, flags, column, column, mine, theirs, edges)
        coverage[:] = 0


def _warm_up(supply: Supply, demands: Demands) -> None:
    """Compile, or load what was compiled before."""
    few = demands.where(demands.enterprise < 3)
    columns = build_columns(supply, few)
    rank_block(supply, columns, 0, len(columns), TOP, TOP)
    score_column(supply, columns, 0)
    rank_coverage(supply, columns)


if __name__ == "__main__":
    sys.exit(main())
