"""The other way round: every post of every unit shows a part of its list; which units should a university go to?

What is right: the vacancies of a unit in posts whose whole list admits someone that the university educates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from matching.engine.evaluation import peers
from matching.engine.evaluation.market import Market, numbers_of
from matching.engine.evaluation.reference_data import Post
from matching.engine.evaluation.tasks import Task
from matching.engine.evaluation.universities import Expansion, Shown, full_list, one_code, one_item, queries_of
from matching.engine.packed import Float32s

TASKS: Mapping[tuple[str, float], Shown] = {
    ("a school → units, one item of each post shown", 0.88): one_item,
    ("a school → units, one code of each post shown", 0.795): one_code,
}


def unit_tasks(market: Market, posts: Sequence[Post], expansion: Expansion) -> Iterator[Task]:
    """The tasks over all universities as queries and all units of these posts as documents, by name."""
    if not posts:
        return
    units = sorted({post.unit for post in posts})
    owners = np.zeros((len(units), len(posts)), np.float32)
    numbers = numbers_of(units)
    owners[[numbers[post.unit] for post in posts], np.arange(len(posts))] = 1
    vacancies = owners * np.array([post.headcount for post in posts], np.float32)
    admits = market.wanted([full_list(post, expansion) for post in posts]) @ market.offers.T > 0
    truth = (vacancies @ admits.astype(np.float32)).T
    for named, shown in TASKS.items():
        queries = queries_of(posts, expansion, shown)
        asked = market.wanted([query.majors for query in queries])
        ranked = market.rank_owners(queries, units)
        yield Task.of(named, ranked, _peers(market, asked, owners, vacancies), truth, market.schools)


def _peers(market: Market, asked: Float32s, owners: Float32s, vacancies: Float32s) -> dict[str, Float32s]:
    """Scores (schools, units); asked (posts, C), owners and vacancies (units, posts).

    Σ vacancies is not among the peers that the targets were set against; it is shown because it is as simple.
    """
    documents = owners @ asked
    meets = (asked @ market.offers.T > 0).astype(np.float32)
    return {
        "exact count": (owners @ meets).T,
        "SQL Σ vacancies": (vacancies @ meets).T,
        "SQL Σ graduates": peers.summed((documents > 0).astype(np.float32), market.graduates).T,
        "BM25": peers.bm25(market.offers, documents),
        "TF-IDF": peers.tf_idf(market.offers, documents),
        "Jaccard": peers.jaccard(market.offers, documents),
    }
