"""Edge colouring of a bipartite multigraph with as many colours as the greatest degree (D. König 1916).

With it a selection by slot class always finds its slots: within a class everybody is present in all slots or in none.
"""

from __future__ import annotations

from collections.abc import Sequence

NONE = -1


def colour(ends: Sequence[tuple[int, int]], nodes: int, colours: int) -> list[int]:
    """A colour 0 … colours - 1 for every edge, so that no two edges of a colour share a node.

    Args: ends: (left, right) node of each edge, nodes 0 … nodes - 1, no node both left and right.
    Raises ValueError if a node has more edges than there are colours. Takes O(edges · nodes) at worst.
    """
    colouring = _Colouring(ends, nodes, colours)
    for edge in range(len(ends)):
        colouring.add(edge)
    return colouring.colour


class _Colouring:
    """A proper colouring of the edges added so far."""

    def __init__(self, ends: Sequence[tuple[int, int]], nodes: int, colours: int) -> None:
        self.ends = ends
        self.at = [[NONE] * colours for _ in range(nodes)]
        self.colour = [NONE] * len(ends)

    def add(self, edge: int) -> None:
        """Colour one more edge; a colour free at one end is made free at the other along an alternating path."""
        left, right = self.ends[edge]
        try:
            mine, theirs = self.at[left].index(NONE), self.at[right].index(NONE)
        except ValueError:
            raise ValueError(f"a node of edge {edge} has more edges than there are colours") from None
        if self.at[right][mine] != NONE:
            self._exchange(right, mine, theirs)
        self._paint(edge, mine)

    def _exchange(self, node: int, first: int, second: int) -> None:
        """Exchange two colours along the path that leaves the node by the first; it never returns to the other side's
        node that lacks the first, as it enters that side by the first only."""
        path = []
        wanted = first
        while (edge := self.at[node][wanted]) != NONE:
            path.append(edge)
            left, right = self.ends[edge]
            node = left if node == right else right
            wanted = second if wanted == first else first
        for edge in path:
            for end in self.ends[edge]:
                self.at[end][self.colour[edge]] = NONE
        for edge in path:
            self._paint(edge, second if self.colour[edge] == first else first)

    def _paint(self, edge: int, colour: int) -> None:
        self.colour[edge] = colour
        for end in self.ends[edge]:
            self.at[end][colour] = edge
