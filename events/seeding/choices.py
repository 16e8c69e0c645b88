"""What the people of the scene choose, drawn from a seed: wishes, absences, what came of each talk.

Pure: ids in, choices out. Nothing here counts for the brief; the brief counts what the services made of it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[int, int]  # (school, enterprise)

NOTHING, FOLLOW_UP, INTENT, CONSENSUS, SIGNED = range(5)


@dataclass(frozen=True, slots=True)
class OutcomePlan:
    """How many schools go home with an intent at least, firms with a consensus at least, pairs that sign."""

    schools: int
    enterprises: int
    signings: int


def choose_wishes(
    ranked: Mapping[int, Sequence[int]], *, likes: int, dice: random.Random, courted: int = 8
) -> dict[int, dict[int, str]]:
    """For each party one must among its best partners, `likes` of the others, now and then one it refuses.

    Nobody is a must of more than `courted` parties: the organizer has called those who all want the same one.
    """
    suitors: Counter[int] = Counter()
    wishes: dict[int, dict[int, str]] = {}
    for party in sorted(ranked):
        best = list(ranked[party])
        free = [partner for partner in best[:8] if suitors[partner] < courted]
        must = [dice.choice(free)] if free else []
        suitors.update(must)
        rest = [partner for partner in best if partner not in must]
        chosen = dict.fromkeys(must, "must") | dict.fromkeys(rest[:likes], "ok")
        if rest[likes:] and dice.random() < 0.2:
            chosen[dice.choice(rest[likes:])] = "no"
        wishes[party] = chosen
    return wishes


def choose_outcomes(meetings: Iterable[Pair], plan: OutcomePlan, dice: random.Random) -> dict[Pair, int]:
    """A level for every meeting, so that as many schools and firms as planned reach theirs.

    Each chosen firm comes to a consensus with a school of its own; the other chosen schools take home an intent.
    Raises ValueError if the meetings do not allow the plan.
    """
    pairs = sorted(meetings)
    levels = {pair: dice.choice((NOTHING, FOLLOW_UP)) for pair in pairs}
    agreed = _pairs_apart(pairs, plan.enterprises, dice)
    levels.update(dict.fromkeys(agreed, CONSENSUS))
    levels.update(dict.fromkeys(agreed[: plan.signings], SIGNED))
    happy = {school for school, _ in agreed}
    others = [pair for pair in pairs if pair[0] not in happy]
    dice.shuffle(others)
    for school, enterprise in others:
        if len(happy) < plan.schools and school not in happy:
            happy.add(school)
            levels[school, enterprise] = INTENT
    if len(happy) < plan.schools:
        raise ValueError(f"only {len(happy)} schools met anybody, {plan.schools} were to agree")
    return levels


def _pairs_apart(pairs: Sequence[Pair], wanted: int, dice: random.Random) -> list[Pair]:
    """So many meetings that share neither school nor firm: a matching, grown by augmenting paths (Kuhn 1955)."""
    schools_of: dict[int, list[int]] = defaultdict(list)
    for school, enterprise in pairs:
        schools_of[enterprise].append(school)
    firms = sorted(schools_of)
    dice.shuffle(firms)
    firm_of: dict[int, int] = {}  # school → firm
    for firm in firms:
        if len(firm_of) == wanted:
            break
        _augment(firm, schools_of, firm_of, set())
    if len(firm_of) < wanted:
        raise ValueError(f"only {len(firm_of)} firms can agree with a school of their own, {wanted} were to")
    apart = sorted((school, firm) for school, firm in firm_of.items())
    dice.shuffle(apart)
    return apart


def _augment(firm: int, schools_of: Mapping[int, Sequence[int]], firm_of: dict[int, int], tried: set[int]) -> bool:
    for school in schools_of[firm]:
        if school in tried:
            continue
        tried.add(school)
        if school not in firm_of or _augment(firm_of[school], schools_of, firm_of, tried):
            firm_of[school] = firm
            return True
    return False
