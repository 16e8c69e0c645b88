"""Rankings, how good they are, and how sure that is."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np

from matching.engine.packed import Float32s, Int64s
from matching.engine.supply import Floats

TOP = 10
NOBODY = -1
DRAWS = 2_000


class Interval(NamedTuple):
    """A mean and the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


def half_of(key: str) -> int:
    """0 development, 1 held back: one bit of a hash, the same on every machine and whatever else there is."""
    return hashlib.sha256(key.encode()).digest()[0] & 1


def draws_of(key: str) -> np.random.Generator:
    """Chance that depends on the key alone, so that one query stays what it is when others come or go."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(f"draw {key}".encode()).digest()[:8], "big"))


def best_of(scores: Float32s, top: int = TOP) -> Int64s:
    """Scores (queries, documents) → positions of the best (queries, top), ties by position; −1 where none scores."""
    count, documents = scores.shape
    ranked = np.full((count, top), NOBODY, np.int64)
    width = min(top, documents)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :width]
    ranked[:, :width] = np.where(np.take_along_axis(scores, order, 1) > 0, order, NOBODY)
    return ranked


def ndcg(ranked: Int64s, gains: Float32s) -> Floats:
    """nDCG of rankings (queries, k) by gains (queries, documents) ≥ 0; every query needs one above 0.

    DCG = Σ gain / log₂(place + 1); nDCG = DCG over that of the best ranking there is (Järvelin and Kekäläinen 2002).
    """
    top = ranked.shape[1]
    discounts = 1 / np.log2(np.arange(2, top + 2))
    found = np.where(ranked == NOBODY, 0, np.take_along_axis(gains, np.maximum(ranked, 0), 1)) @ discounts
    ideal = -np.sort(-gains, axis=1)[:, :top]
    quality: Floats = found / (ideal @ discounts[: ideal.shape[1]])
    return quality


def paired_interval(differences: Floats, groups: Int64s, draws: int = DRAWS) -> Interval:
    """Mean of differences (queries,) with its percentile bootstrap interval, the same at every call.

    Whole groups are drawn, because the queries of one group (posts of one unit, queries of one occupation) say nearly
    the same; groups (queries,): their numbers from 0.
    """
    sizes, sums = np.bincount(groups), np.bincount(groups, differences)
    chance = np.random.default_rng(2025)
    means = np.empty(draws)
    for draw in range(draws):
        drawn = chance.integers(0, len(sizes), len(sizes))
        means[draw] = sums[drawn].sum() / sizes[drawn].sum()
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(float(differences.mean()), float(low), float(high))
