"""The catalogue of majors as one tree across all levels: category ⊃ class ⊃ family ⊃ code.

Vocational class codes are aligned across levels by ±20 on their first two digits (66 secondary, 46 junior
college, 26 vocational bachelor are all "equipment manufacturing"), so a level-free class is the
junior-college one. Ordinary undergraduate codes (0802…) are a tree of their own.

A *want* is what a demand may name: a code, or a 4- or 2-digit prefix that stands for every code below it.
Each want owns four nodes, deepest first; an offered code "reaches" a node if it lies in it. As the nodes of
a want are nested, the best credit any offer earns is the sum of the increments of the nodes that are reached.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

# Rungs of the education ladder. Technician schools teach the secondary catalogue; an ordinary and a
# vocational bachelor's degree are equal in law.
RUNGS: Mapping[str, int] = {
    "secondary": 0,
    "technician": 0,
    "junior_college": 1,
    "vocational_bachelor": 2,
    "bachelor": 2,
}
LEVELS = frozenset(RUNGS)
RUNG_COUNT = 3

_SHIFT_TO_LEVEL_FREE = {"secondary": -20, "technician": -20, "junior_college": 0, "vocational_bachelor": 20}
_PREFIX_LENGTHS = (2, 4)


class UnknownMajor(LookupError):
    """A major code, or a prefix, under which the catalogue has nothing; `code` is what was asked for."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no major {code!r} in the catalogue")
        self.code = code


class Depth(StrEnum):
    """How near an offered major is to a wanted one; all that lies under a wanted prefix is the same code."""

    CODE = "same code"
    FAMILY = "same family"
    CLASS = "same class"
    CATEGORY = "same category"


DEPTHS: tuple[Depth, ...] = tuple(Depth)

# The keys of one code in the order of DEPTHS: code, family, level-free class, level-free category.
Chain = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Major:
    """One row of a catalogue; `family` is the junior-college code it joins (see families.py), "" for none."""

    code: str
    name: str
    level: str
    class_code: str
    category_code: str
    family: str = ""

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"major {self.code}: unknown level {self.level!r}")


@dataclass(frozen=True, slots=True)
class Want:
    """What a demand names.

    nodes: its four nodes in the order of DEPTHS; supply: (tree node, depth index) of every code, family,
    class and category it takes in, each once; rungs: those of the codes below it.
    """

    nodes: tuple[int, ...]
    supply: tuple[tuple[int, int], ...]
    rungs: frozenset[int]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All majors and the numbered nodes of their tree; build it with `Catalogue.of`.

    chains: code → keys in the order of DEPTHS; tree: code → its four tree nodes in the same order;
    reach: code → every node that an offer of it reaches, ascending; nodes are 0 … node_count - 1.
    """

    majors: Mapping[str, Major]
    chains: Mapping[str, Chain]
    tree: Mapping[str, tuple[int, ...]]
    reach: Mapping[str, tuple[int, ...]]
    wants: Mapping[str, Want]
    node_count: int

    @classmethod
    def of(cls, majors: Iterable[Major]) -> Catalogue:
        """Build the tree; raises ValueError for a code given twice or a family or class in two parents."""
        by_code: dict[str, Major] = {}
        for major in sorted(majors, key=lambda major: major.code):
            if major.code in by_code:
                raise ValueError(f"major {major.code} is given twice")
            by_code[major.code] = major
        chains = {code: _chain(major) for code, major in by_code.items()}
        _refuse_two_parents(chains)
        return _number_nodes(by_code, chains)

    def want(self, code: str) -> Want:
        """The want of a code or prefix; raises UnknownMajor."""
        try:
            return self.wants[code]
        except KeyError:
            raise UnknownMajor(code) from None

    def major(self, code: str) -> Major:
        """The major of exactly this code; raises UnknownMajor."""
        try:
            return self.majors[code]
        except KeyError:
            raise UnknownMajor(code) from None

    def depth(self, wanted: str, offered: str) -> Depth | None:
        """The deepest node of the want that an offer of `offered` reaches; None if not even the category."""
        self.major(offered)
        reached = self.reach[offered]
        return next((d for d, node in zip(DEPTHS, self.want(wanted).nodes, strict=True) if node in reached), None)


def level_free(code: str, level: str) -> str:
    """A class or category code moved to the junior-college numbers; undergraduate codes stay as they are."""
    shift = _SHIFT_TO_LEVEL_FREE.get(level)
    if not shift:
        return code
    moved = int(code[:2]) + shift
    if moved < 0:
        raise ValueError(f"{code!r} is no code of level {level!r}")
    return f"{moved:02d}{code[2:]}"


def _chain(major: Major) -> Chain:
    level_free_class = level_free(major.class_code, major.level)
    return (
        major.code,
        major.family or major.code,
        level_free_class,
        level_free(major.category_code, major.level),
    )


def _refuse_two_parents(chains: Mapping[str, Chain]) -> None:
    """Nested nodes are what makes the score linear, so a reviewed family column may not cross classes."""
    parents: dict[tuple[Depth, str], str] = {}
    for chain in chains.values():
        for depth, key, parent in zip(DEPTHS, chain, chain[1:], strict=False):
            known = parents.setdefault((depth, key), parent)
            if known != parent:
                raise ValueError(f"{key} ({depth}) lies in both {known} and {parent}")


def _number_nodes(by_code: Mapping[str, Major], chains: Mapping[str, Chain]) -> Catalogue:
    nodes = _Nodes(chains)
    tree = {code: tuple(nodes.covering({group}) for group in enumerate(chain)) for code, chain in chains.items()}
    wants = {}
    for name, codes in _codes_below(chains).items():
        groups = [{(index, chains[code][index]) for code in codes} for index in range(len(DEPTHS))]
        wants[name] = Want(
            nodes=tuple(nodes.covering(group) for group in groups),
            supply=tuple((nodes.covering({one}), one[0]) for group in groups for one in sorted(group)),
            rungs=frozenset(RUNGS[by_code[code].level] for code in codes),
        )
    reach = {code: tuple(sorted(found)) for code, found in nodes.reach.items()}
    return Catalogue(by_code, chains, tree, reach, wants, nodes.count)


def _codes_below(codes: Iterable[str]) -> dict[str, list[str]]:
    """Code or prefix → the codes it stands for."""
    below: dict[str, list[str]] = {code: [code] for code in codes}
    for code in list(below):
        for length in _PREFIX_LENGTHS:
            if length < len(code):
                below.setdefault(code[:length], []).append(code)
    return below


# (index in DEPTHS, key): one code, family, class or category.
_Group = tuple[int, str]


class _Nodes:
    """Numbers for groups of codes, and for unions of groups; reach: code → the nodes it lies in."""

    def __init__(self, chains: Mapping[str, Chain]) -> None:
        self._members: defaultdict[_Group, list[str]] = defaultdict(list)
        for code, chain in chains.items():
            for group in enumerate(chain):
                self._members[group].append(code)
        self._numbers: dict[frozenset[_Group], int] = {}
        self.reach: dict[str, set[int]] = {code: set() for code in chains}

    @property
    def count(self) -> int:
        return len(self._numbers)

    def covering(self, groups: Iterable[_Group]) -> int:
        """The node of a union; a node of its own, so that an offer in two of the groups counts once."""
        union = frozenset(groups)
        if union not in self._numbers:
            for group in union:
                for code in self._members[group]:
                    self.reach[code].add(self.count)
            self._numbers[union] = self.count
        return self._numbers[union]
