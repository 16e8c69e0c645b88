"""Nearness of short names: cosine of TF-IDF vectors over single characters and pairs of them.

Plain Python: names have some ten characters, so a vector is a small dict.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

Vector = dict[str, float]


def grams(text: str) -> Counter[str]:
    """Counts of all single characters and adjacent pairs."""
    return Counter(text) + Counter(text[n : n + 2] for n in range(len(text) - 1))


class NgramSpace:
    """The grams of a corpus with their weights ln((1+N)/(1+df)) + 1, N texts of which df hold the gram."""

    def __init__(self, corpus: Iterable[str]) -> None:
        frequency: Counter[str] = Counter()
        size = 0
        for text in corpus:
            frequency.update(set(grams(text)))
            size += 1
        self._idf = {gram: math.log((1 + size) / (1 + df)) + 1 for gram, df in frequency.items()}

    def vector(self, text: str) -> Vector:
        """Unit vector of a text over the grams of the corpus; empty if it shares none."""
        raw = {gram: count * self._idf[gram] for gram, count in grams(text).items() if gram in self._idf}
        length = math.sqrt(math.fsum(weight * weight for weight in raw.values()))
        return {gram: weight / length for gram, weight in raw.items()}


class NgramIndex:
    """Texts by their grams, for the nearest ones to a query."""

    def __init__(self, texts: Iterable[str]) -> None:
        listed = list(texts)
        self._space = NgramSpace(listed)
        self._holders: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for position, text in enumerate(listed):
            for gram, weight in self._space.vector(text).items():
                self._holders[gram].append((position, weight))

    def cosines(self, query: str) -> dict[int, float]:
        """Position of every text that shares a gram with the query → cosine in (0, 1]."""
        found: defaultdict[int, float] = defaultdict(float)
        for gram, weight in self._space.vector(query).items():
            for position, other in self._holders[gram]:
                found[position] += weight * other
        return {position: min(cosine, 1.0) for position, cosine in found.items()}
