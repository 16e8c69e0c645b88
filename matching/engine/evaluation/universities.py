"""A post of the civil service shows a part of the majors it lists; which universities educate for all of the list?

What is right: the graduates of a university in all undergraduate majors that the whole list admits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from matching.engine.evaluation import peers
from matching.engine.evaluation.market import Market, Query
from matching.engine.evaluation.measures import draws_of
from matching.engine.evaluation.reference_data import Post, wants_of
from matching.engine.evaluation.specified import specified_scores
from matching.engine.evaluation.tasks import Task
from matching.engine.packed import Float32s

Expansion = Mapping[str, tuple[str, ...]]
Shown = Callable[[Post, Expansion], tuple[str, ...]]


def one_code(post: Post, expansion: Expansion) -> tuple[str, ...]:
    """One concrete major that the list admits."""
    admitted = sorted({code for item in post.items for code in expansion[item[0]]})
    return (admitted[int(draws_of(f"code {post.code}").integers(len(admitted)))],)


def one_item(post: Post, expansion: Expansion) -> tuple[str, ...]:
    """One item of the list: a code, a class, a category or a group."""
    return wants_of(post.items[int(draws_of(f"item {post.code}").integers(len(post.items)))], expansion)


def half_list(post: Post, expansion: Expansion) -> tuple[str, ...]:
    """Half of the items, rounded down, at least one."""
    drawn = draws_of(f"half {post.code}").permutation(len(post.items))[: max(1, len(post.items) // 2)]
    return _wants([post.items[number] for number in sorted(drawn.tolist())], expansion)


def full_list(post: Post, expansion: Expansion) -> tuple[str, ...]:
    """Everything."""
    return _wants(post.items, expansion)


TASKS: Mapping[tuple[str, float], Shown] = {
    ("one concrete code of a post's list → universities", 0.86): one_code,
    ("one listed item (code, class or category) → universities", 0.865): one_item,
    ("half of the list → universities", 0.91): half_list,
    ("the full list → universities", 0.99): full_list,
}


def queries_of(posts: Sequence[Post], expansion: Expansion, shown: Shown) -> list[Query]:
    """What each post shows."""
    return [Query(post.code, post.unit, shown(post, expansion), (), post.headcount, post.unit) for post in posts]


def university_tasks(market: Market, posts: Sequence[Post], expansion: Expansion) -> Iterator[Task]:
    """The tasks for posts that list two items or more: of a single item, half is the whole."""
    several = [post for post in posts if len(post.items) > 1]
    if not several:
        return
    truth = market.wanted([full_list(post, expansion) for post in several]) @ market.graduates.T
    units = [post.unit for post in several]
    for named, shown in TASKS.items():
        queries = queries_of(several, expansion, shown)
        asked = market.wanted([query.majors for query in queries])
        ours, plain = market.rank_schools(queries), specified_scores(market, queries)
        yield Task.of(named, ours, major_peers(asked, market), truth, units, plain)


def major_peers(asked: Float32s, market: Market) -> dict[str, Float32s]:
    """The peers' scores (queries, schools) by majors alone; asked (queries, C)."""
    return {
        "exact count": peers.exact_count(asked, market.offers),
        "SQL Σ graduates": peers.summed(asked, market.graduates),
        "BM25": peers.bm25(asked, market.offers),
        "TF-IDF": peers.tf_idf(asked, market.offers),
        "Jaccard": peers.jaccard(asked, market.offers),
    }


def _wants(items: Sequence[tuple[str, str]], expansion: Expansion) -> tuple[str, ...]:
    return tuple(np.unique([want for item in items for want in wants_of(item, expansion)]).tolist())
