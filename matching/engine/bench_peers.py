"""How others solve the bare problem of benchmark.py: the best k of a sparse product, in both directions, exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from matching.engine.columns import Columns
from matching.engine.supply import Supply


@dataclass(frozen=True)
class Problem:
    """schools (S × F) of ones, demands (D × F) of weights, both scipy CSR of single precision; k best of both sides."""

    schools: Any
    demands: Any
    top: int

    @classmethod
    def of(cls, supply: Supply, columns: Columns, top: int) -> Self:
        """The same matrices that the engine has; every column must have one part."""
        from scipy import sparse

        count = supply.vocabulary.feature_count
        postings = (np.ones(len(supply.rows), np.float32), supply.rows.astype(np.int32), supply.starts.astype(np.int32))
        schools = sparse.csc_matrix(postings, shape=(len(supply), count)).tocsr()
        weights = (columns.cover.copy(), columns.features.copy(), columns.starts.astype(np.int32))
        demands = sparse.csr_matrix(weights, shape=(len(columns), count))
        demands.eliminate_zeros()
        return cls(schools, demands, top)

    @property
    def multiply_adds(self) -> int:
        """How many the product takes."""
        held = np.bincount(self.schools.indices, minlength=self.schools.shape[1])
        return int(held[self.demands.indices].sum())


@dataclass(frozen=True)
class Peer:
    """solve: scores (demands, k) and (schools, k), 0 where there is none; limit: multiply-adds that are bearable."""

    solve: Callable[[Problem], tuple[Any, Any]]
    limit: float
    why: str


def _topn(product: Any, top: int) -> Any:
    """The values of a CSR matrix with at most k a row, as (rows, k)."""
    filled = np.zeros((product.shape[0], top), np.float32)
    lengths = np.diff(product.indptr)
    rows = np.repeat(np.arange(product.shape[0]), lengths)
    filled[rows, np.arange(len(rows)) - np.repeat(product.indptr[:-1], lengths)] = product.data
    return filled


def sparse_dot_topn_plain(problem: Problem) -> tuple[Any, Any]:
    """sparse_dot_topn as its documentation calls it, two threads."""
    from sparse_dot_topn import sp_matmul_topn

    ways = ((problem.demands, problem.schools), (problem.schools, problem.demands))
    one, other = (sp_matmul_topn(a, b.T.tocsr(), top_n=problem.top, n_threads=2, sort=True) for a, b in ways)
    return _topn(one, problem.top), _topn(other, problem.top)


def sparse_dot_topn_chunked(problem: Problem) -> tuple[Any, Any]:
    """sparse_dot_topn with the demands cut by hand into pieces that stay in the cache, and zipped."""
    from sparse_dot_topn import sp_matmul_topn, zip_sp_matmul_topn

    schools = problem.schools.T.tocsr()
    size = 100_000
    pieces = [problem.demands[first : first + size] for first in range(0, problem.demands.shape[0], size)]
    mine = [
        _topn(sp_matmul_topn(piece, schools, top_n=problem.top, n_threads=2, sort=True), problem.top)
        for piece in pieces
    ]
    found = [
        sp_matmul_topn(problem.schools, piece.T.tocsr(), top_n=problem.top, n_threads=2, sort=True) for piece in pieces
    ]
    theirs = found[0] if len(found) == 1 else zip_sp_matmul_topn(top_n=problem.top, C_mats=found)
    return np.concatenate(mine), _topn(theirs, problem.top)


def scipy_sparse(problem: Problem) -> tuple[Any, Any]:
    """scipy's sparse product in blocks, the best by argpartition."""
    schools = problem.schools.T.tocsr()
    mine = np.zeros((problem.demands.shape[0], problem.top), np.float32)
    theirs = np.zeros((problem.schools.shape[0], problem.top), np.float32)
    size = 2_000
    for first in range(0, problem.demands.shape[0], size):
        product = (problem.demands[first : first + size] @ schools).tocsr()
        mine[first : first + size] = _best_of_rows(product, problem.top)
        both = np.concatenate((theirs, _best_of_rows(product.T.tocsr(), problem.top)), 1)
        theirs = np.partition(both, -problem.top, axis=1)[:, -problem.top :]
    return mine, theirs


def _best_of_rows(product: Any, top: int) -> Any:
    best = np.zeros((product.shape[0], top), np.float32)
    for row in range(product.shape[0]):
        values = product.data[product.indptr[row] : product.indptr[row + 1]]
        if len(values) > top:
            values = np.partition(values, -top)[-top:]
        best[row, : len(values)] = values
    return best


def duckdb_sql(problem: Problem) -> tuple[Any, Any]:
    """DuckDB: join, sum, and the best by row_number, one query for each side."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    for name, matrix in (("school", problem.schools), ("demand", problem.demands)):
        coo = matrix.tocoo()
        table = {"owner": coo.row, "feature": coo.col, "weight": coo.data}
        connection.register(f"{name}_arrays", table)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_arrays")  # noqa: S608 — two names of ours
    connection.execute(
        "CREATE TABLE pair AS SELECT d.owner AS demand, s.owner AS school, sum(d.weight)::FLOAT AS score "
        "FROM demand d JOIN school s USING (feature) GROUP BY ALL HAVING score > 0"
    )
    return tuple(
        _filled(connection, side, matrix.shape[0], problem.top)
        for side, matrix in (("demand", problem.demands), ("school", problem.schools))
    )


def _filled(connection: Any, side: str, count: int, top: int) -> Any:
    rows = connection.execute(
        f"SELECT {side}, row_number() OVER (PARTITION BY {side} ORDER BY score DESC) AS place, score "  # noqa: S608
        f"FROM pair QUALIFY place <= {top}"
    ).fetchnumpy()
    best = np.zeros((count, top), np.float32)
    best[rows[side], rows["place"] - 1] = rows["score"]
    return best


PEERS = {
    "sparse_dot_topn": Peer(sparse_dot_topn_plain, 1e11, "hours"),
    "sparse_dot_topn chunked": Peer(sparse_dot_topn_chunked, 1e11, "hours"),
    "scipy": Peer(scipy_sparse, 2e9, "some ten minutes"),
    "duckdb": Peer(duckdb_sql, 2e8, "the pairs exceed the memory"),
}
