"""The rankings that ours is compared with: what SQL and search engines make of the same query.

All work on two matrices: queries (Q, T), 1 where a query has a term, and documents (D, T), how often a document has it.
Terms are majors (a prefix stands for all below it) and skills. All return scores (Q, D), 0 for no overlap.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.engine.packed import Float32s

# The usual constants of BM25 (Robertson and Zaragoza 2009; also Lucene's).
_SATURATION, _LENGTH = 1.2, 0.75


def exact_count(queries: Float32s, documents: Float32s) -> Float32s:
    """How many terms of the query a document has: SELECT count(*) … GROUP BY."""
    return _product(queries, (documents > 0).astype(np.float32))


def summed(queries: Float32s, amounts: Float32s) -> Float32s:
    """Sum of the amounts (D, T) behind the terms of the query: SELECT sum(graduates) … GROUP BY."""
    return _product(queries, amounts)


def bm25(queries: Float32s, documents: Float32s) -> Float32s:
    """Okapi BM25 with the idf that is never below 0."""
    length = documents.sum(1, keepdims=True)
    normal = 1 - _LENGTH + _LENGTH * length / length.mean()
    weighed = documents * (_SATURATION + 1) / (documents + _SATURATION * normal)
    return _product(queries, (weighed * _idf(documents)).astype(np.float32))


def tf_idf(queries: Float32s, documents: Float32s) -> Float32s:
    """Cosine of counts × ln((1 + N)/(1 + df)) + 1; the length of the query changes no order."""
    frequency = (documents > 0).sum(0)
    weight = (np.log((1 + len(documents)) / (1 + frequency)) + 1).astype(np.float32)
    weighed = documents * weight
    weighed /= np.maximum(np.linalg.norm(weighed, axis=1, keepdims=True), 1e-9)
    return _product(queries * weight, weighed)


def jaccard(queries: Float32s, documents: Float32s) -> Float32s:
    """Common terms over all terms of both."""
    common = exact_count(queries, documents)
    sizes = queries.sum(1, keepdims=True) + (documents > 0).sum(1)[None, :].astype(np.float32)
    overlap: Float32s = common / np.maximum(sizes - common, 1)
    return overlap


def bigrams(text: str) -> list[str]:
    """Neighbouring pairs of characters, as they follow; the text itself if it is shorter."""
    return [text[i : i + 2] for i in range(len(text) - 1)] or [text]


def text_terms(names: Sequence[str]) -> Float32s:
    """Names → (names, bigrams), how often each has each."""
    cut = [bigrams(name) for name in names]
    numbers = {pair: number for number, pair in enumerate(sorted({pair for pairs in cut for pair in pairs}))}
    terms = np.zeros((len(names), len(numbers)), np.float32)
    for row, pairs in enumerate(cut):
        for pair in pairs:
            terms[row, numbers[pair]] += 1
    return terms


def _idf(documents: Float32s) -> Float32s:
    frequency = (documents > 0).sum(0)
    weight: Float32s = np.log1p((len(documents) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    return weight


def _product(queries: Float32s, documents: Float32s) -> Float32s:
    scores: Float32s = queries @ documents.T
    return scores
