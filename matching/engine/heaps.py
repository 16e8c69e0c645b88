"""Heaps of the best k, worst first: a key, larger is better, and a tie, smaller is better; both together are total."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matching.engine.compiled import compiled, inlined


class Best(NamedTuple):
    """Heaps (n, k): keys, ties, and the coverage and graduates behind them; an unused place has the key 0."""

    key: Any
    tie: Any
    coverage: Any
    graduates: Any


def empty_heaps(count: int, size: int) -> Best:
    """As many heaps of `size` places, all unused."""
    shape = (count, size)
    ties = np.full(shape, np.iinfo(np.int32).max, np.int32)
    return Best(np.zeros(shape, np.float32), ties, np.zeros(shape, np.float32), np.zeros(shape, np.float32))


@inlined
def beats(key: Any, tie: Any, other_key: Any, other_tie: Any) -> Any:
    """Whether the first comes before the other: the larger key, of equal ones the smaller tie."""
    return key > other_key or (key == other_key and tie < other_tie)


@compiled
def offer(best: Best, heap: int, key: Any, tie: Any, coverage: Any, graduates: Any) -> None:
    """Put a candidate into a heap in place of the worst one, if it beats that."""
    keys, ties = best.key[heap], best.tie[heap]
    if not beats(key, tie, keys[0], ties[0]):
        return
    place = 0
    while True:
        child = 2 * place + 1
        if child >= keys.shape[0]:
            break
        if child + 1 < keys.shape[0] and beats(keys[child], ties[child], keys[child + 1], ties[child + 1]):
            child += 1
        if not beats(key, tie, keys[child], ties[child]):
            break
        keys[place], ties[place] = keys[child], ties[child]
        best.coverage[heap, place] = best.coverage[heap, child]
        best.graduates[heap, place] = best.graduates[heap, child]
        place = child
    keys[place], ties[place] = key, tie
    best.coverage[heap, place] = coverage
    best.graduates[heap, place] = graduates


@compiled
def sift_key(keys: Any, key: Any) -> None:
    """Put a key into a heap of keys alone, in place of the smallest, which it must exceed."""
    place = 0
    while True:
        child = 2 * place + 1
        if child >= keys.shape[0]:
            break
        if child + 1 < keys.shape[0] and keys[child + 1] < keys[child]:
            child += 1
        if key <= keys[child]:
            break
        keys[place] = keys[child]
        place = child
    keys[place] = key


@compiled
def _largest_into(largest: Any, values: Any) -> None:
    for place in range(values.shape[0]):
        largest[place] = max(largest[place], values[place])


@compiled
def lower_bound(values: Any, largest: Any, keys: Any) -> Any:
    """A bound below the k-th largest value and all whose root rounds to the same; room: largest for groups, keys for k.

    The values fall into groups; the k-th largest of the groups' maxima cannot exceed the k-th largest value.
    """
    largest[:] = 0
    for first in range(0, values.shape[0], largest.shape[0]):
        _largest_into(largest, values[first : first + largest.shape[0]])
    keys[:] = 0
    for place in range(largest.shape[0]):
        if largest[place] > keys[0]:
            sift_key(keys, largest[place])
    return keys[0] * np.float32(0.999999)
