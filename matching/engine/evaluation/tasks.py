"""What a task is: rankings of ours and of the peers for the same queries, and what they should have found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matching.engine.evaluation.measures import Interval, best_of, ndcg, paired_interval
from matching.engine.packed import Float32s, Int64s
from matching.engine.supply import Floats

Gain = Literal["log", "linear"]


@dataclass(frozen=True)
class Task:
    """ours, the peers' and the specified formula's: rankings (queries, 10); truth (queries, documents): persons;
    groups (queries,).

    target: nDCG@10 aimed at on held-back data of this form (matching design, 4).
    """

    name: str
    target: float
    ours: Int64s
    peers: Mapping[str, Int64s]
    specified: Int64s | None
    truth: Float32s
    groups: Int64s

    @classmethod
    def of(
        cls,
        named: tuple[str, float],
        ours: Int64s,
        peer_scores: Mapping[str, Float32s],
        truth: Float32s,
        groups: Sequence[str],
        specified: Float32s | None = None,
    ) -> Task:
        """From the scores of the peers (queries, documents); queries that nobody could answer are left out."""
        kept = np.flatnonzero(truth.max(1) > 0) if truth.size else np.empty(0, np.int64)
        numbers = np.unique(np.array(groups)[kept], return_inverse=True)[1] if len(kept) else kept
        peers = {name: best_of(scores[kept]) for name, scores in peer_scores.items()}
        plain = None if specified is None else best_of(specified[kept])
        return cls(*named, ours[kept], peers, plain, truth[kept], np.asarray(numbers).reshape(-1))


@dataclass(frozen=True, slots=True)
class Result:
    """nDCG@10 of a task: n queries; ours, the peers', the best peer's name; the paired difference to it.

    specified: what the formula of the matching design gets here; the target is about it on other data.
    """

    task: str
    n: int
    ours: float
    peers: Mapping[str, float]
    peer: str
    difference: Interval
    specified: float | None
    target: float

    @property
    def best_peer(self) -> float:
        """nDCG@10 of the best peer."""
        return self.peers[self.peer]


def judge(task: Task, gain: Gain) -> Result | None:
    """Measure a task; log: a gain is ln(1 + persons), so that one large school is not everything. None if empty."""
    if not len(task.truth):
        return None
    gains = np.log1p(task.truth) if gain == "log" else task.truth
    ours = ndcg(task.ours, gains)
    theirs = {name: ndcg(ranked, gains) for name, ranked in task.peers.items()}
    peer = max(theirs, key=lambda name: _mean(theirs[name]))
    return Result(
        task=task.name,
        n=len(ours),
        ours=_mean(ours),
        peers={name: _mean(quality) for name, quality in theirs.items()},
        peer=peer,
        difference=paired_interval(ours - theirs[peer], task.groups),
        specified=None if task.specified is None else _mean(ndcg(task.specified, gains)),
        target=task.target,
    )


def _mean(values: Floats) -> float:
    return float(values.mean())
