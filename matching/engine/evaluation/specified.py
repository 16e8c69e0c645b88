"""The formula of the matching design, 2.2, as the yardstick of the targets: they are about its figures on other data.

    c = mean over the wanted majors of the best credit (½, with skills: ½ Σ idf of those taught / Σ idf of those asked)
    A² = c · G/(G + 30 H),  G: graduates by supply credit (½), and by the idf of their skills (½)

Where this product's formula differs, and why: docs/quality.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from matching.engine.evaluation.market import Market, Query, numbers_of
from matching.engine.packed import Float32s
from matching.engine.supply import idf

# What each node adds, deepest first: code, family, class, category.
_COVERAGE, _SUPPLY = (0.50, 0.25, 0.20, 0.05), (0.65, 0.25, 0.08, 0.02)
_KAPPA = 30


def specified_scores(market: Market, queries: Sequence[Query]) -> Float32s:
    """Scores (queries, schools) of the enterprise's side."""
    majors = np.array([[bool(query.majors), bool(query.skills)] for query in queries], np.float32)
    share = majors / np.maximum(majors.sum(1, keepdims=True), 1)
    coverage, graduates = _by_majors(market, queries)
    taught, learners = _by_skills(market, queries)
    covered = share[:, :1] * coverage + share[:, 1:] * taught
    eligible = np.minimum(share[:, :1] * graduates + share[:, 1:] * learners, market.graduates.sum(1))
    vacancies = np.array([[query.headcount] for query in queries], np.float32)
    scores: Float32s = covered * eligible / (eligible + _KAPPA * vacancies)
    return scores


def _by_majors(market: Market, queries: Sequence[Query]) -> tuple[Float32s, Float32s]:
    """(mean best credit, graduates by credit), both (queries, schools)."""
    wants = sorted({major for query in queries for major in query.majors})
    places = numbers_of(wants)
    asks = np.zeros((len(queries), len(wants)), np.float32)
    for row, query in enumerate(queries):
        asks[row, [places[major] for major in query.majors]] = 1
    mean = asks / np.maximum(asks.sum(1, keepdims=True), 1)
    coverage = np.zeros((len(queries), len(market.schools)), np.float32)
    graduates = np.zeros_like(coverage)
    for depth, (cover, supply) in enumerate(zip(_COVERAGE, _SUPPLY, strict=True)):
        near = _near(market, wants, depth)
        coverage += np.float32(cover) * (mean @ (near @ market.offers.T > 0).astype(np.float32))
        graduates += np.float32(supply) * ((asks @ near > 0).astype(np.float32) @ market.graduates.T)
    return coverage, graduates


def _near(market: Market, wants: Sequence[str], depth: int) -> Float32s:
    """(wants, C): 1 where an offered major lies in the want's node of this depth."""
    inside: defaultdict[int, list[int]] = defaultdict(list)
    for position, code in enumerate(market.codes):
        for node in market.catalogue.reach[code]:
            inside[node].append(position)
    near = np.zeros((len(wants), len(market.codes)), np.float32)
    for row, want in enumerate(wants):
        near[row, inside[market.catalogue.want(want).nodes[depth]]] = 1
    return near


def _by_skills(market: Market, queries: Sequence[Query]) -> tuple[Float32s, Float32s]:
    """(share of the idf that is taught, graduates by the idf of their skills), both (queries, schools)."""
    asked = market.asked(queries)
    taught = (market.offers @ market.teaches > 0).astype(np.float32)
    weight = idf(len(market.schools), taught.sum(0, dtype=np.float64)).astype(np.float32)
    unknown = np.array([len(query.skills) for query in queries], np.float32) - asked.sum(1)
    total = asked @ weight + unknown * np.float32(idf(len(market.schools), np.zeros(1))[0])
    shares = asked * weight / np.maximum(total, np.float32(1e-9))[:, None]
    return shares @ taught.T, shares @ (market.graduates @ market.teaches).T
