"""An occupation is behind the query, a major that leads to it and some skills are shown; which colleges educate for it?

What is right: the graduates of a college in all junior-college majors whose official profiles name the occupation. The
profiles' occupations are used for nothing else: schools and queries know posts, courses and certificates as skills.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine.evaluation import peers
from matching.engine.evaluation.market import Market, Query
from matching.engine.evaluation.measures import draws_of
from matching.engine.evaluation.reference_data import MajorProfile
from matching.engine.evaluation.specified import specified_scores
from matching.engine.evaluation.tasks import Task
from matching.engine.packed import Float32s

DRAWS = 4  # queries of an occupation
SKILLS = 4


@dataclass(frozen=True, slots=True)
class Occupation:
    """The offered junior-college majors, and the secondary ones, whose profiles name it."""

    name: str
    colleges: tuple[str, ...]
    secondary: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """shown: of which kind the major is, "" for none; skilled: whether skills are shown; least: how many
    junior-college majors must lead to the occupation, so that enough is hidden."""

    shown: str
    skilled: bool
    least: int


_FORMS: Mapping[tuple[str, float], Form] = {
    ("one junior-college major → colleges", 0.84): Form("colleges", False, 2),
    ("the major and 4 skills → colleges", 0.92): Form("colleges", True, 2),
    ("4 skills only → colleges", 0.87): Form("", True, 2),
    ("one secondary major (cross-level) → colleges", 0.76): Form("secondary", False, 1),
    ("the secondary major and 4 skills → colleges", 0.88): Form("secondary", True, 1),
    ("one secondary major, of two or more colleges' → colleges", 0.76): Form("secondary", False, 2),
    ("the same and 4 skills → colleges", 0.88): Form("secondary", True, 2),
}


def occupations_of(market: Market, profiles: Mapping[str, MajorProfile]) -> list[Occupation]:
    """Occupations to which offered majors lead, by name."""
    found: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    offered = set(market.codes)
    for code, profile in sorted(profiles.items()):
        for name in profile.occupations:
            if code in offered:
                found[name][0].append(code)
            elif profile.level == "secondary":
                found[name][1].append(code)
    return [Occupation(name, tuple(c), tuple(s)) for name, (c, s) in sorted(found.items()) if c]


def vocational_tasks(
    market: Market, profiles: Mapping[str, MajorProfile], occupations: Sequence[Occupation]
) -> Iterator[Task]:
    """The five tasks; those with a secondary major twice, since few occupations have one and two colleges' as well.

    All queries are ranked in one go, because the peers' tables of documents take longer than their use.
    """
    asked = [
        (named, query, one.colleges)
        for named, form in _FORMS.items()
        for one in occupations
        if len(one.colleges) >= form.least
        for query in queries_of(one, profiles, form)
    ]
    if not asked:
        return
    queries = [query for _, query, _ in asked]
    truth = market.wanted([colleges for _, _, colleges in asked]) @ market.graduates.T
    ours, plain, theirs = market.rank_schools(queries), specified_scores(market, queries), _peers(market, queries)
    for named in dict.fromkeys(named for named, _, _ in asked):
        own = np.array([row for row, (name, _, _) in enumerate(asked) if name == named])
        scores = {name: found[own] for name, found in theirs.items()}
        groups = [queries[row].group for row in own]
        yield Task.of(named, ours[own], scores, truth[own], groups, plain[own])


def queries_of(occupation: Occupation, profiles: Mapping[str, MajorProfile], form: Form) -> Iterator[Query]:
    """Queries of an occupation; none if it lacks a secondary major, or skills, that are to be shown."""
    known = sorted({skill for code in occupation.colleges for skill in profiles[code].skills})
    majors = {"colleges": occupation.colleges, "secondary": occupation.secondary, "": ("",)}[form.shown]
    if not majors or (form.skilled and len(known) < SKILLS):
        return
    for draw in range(DRAWS):
        chance = draws_of(f"skills {occupation.name} {draw}")
        skills = tuple(known[number] for number in chance.permutation(len(known))[:SKILLS]) if form.skilled else ()
        major = majors[int(draws_of(f"major {occupation.name} {draw} {form.shown}").integers(len(majors)))]
        yield Query(f"{occupation.name} {draw}", occupation.name, (major,) if major else (), skills)


def _peers(market: Market, queries: Sequence[Query]) -> dict[str, Float32s]:
    """Scores (queries, schools) by majors and skills; text: by the bigrams of the majors' names instead of codes."""
    majors, skills = market.wanted([query.majors for query in queries]), market.asked(queries)
    terms = np.hstack((majors, skills))
    taught = market.offers @ market.teaches
    documents = np.hstack((market.offers, taught))
    people = np.hstack((market.graduates, market.graduates @ market.teaches))
    either = ((majors + skills @ market.teaches.T) > 0).astype(np.float32)
    asked, offered = _texts(market, queries)
    return {
        "exact count": peers.exact_count(terms, documents),
        "SQL Σ graduates": peers.summed(terms, people),
        "SQL Σ graduates, each once": peers.summed(either, market.graduates),
        "BM25": peers.bm25(terms, documents),
        "TF-IDF": peers.tf_idf(terms, documents),
        "Jaccard": peers.jaccard(terms, documents),
        "BM25 of names": peers.bm25(np.hstack((asked, skills)), np.hstack((offered, taught))),
    }


def _texts(market: Market, queries: Sequence[Query]) -> tuple[Float32s, Float32s]:
    """(queries, bigrams), 1 where the name of a wanted major has one; (schools, bigrams), how often theirs do."""
    names = [market.catalogue.majors[code].name for code in market.codes]
    wanted = ["".join(market.catalogue.majors[code].name for code in query.majors) for query in queries]
    terms = peers.text_terms(names + wanted)
    asked = (terms[len(names) :] > 0).astype(np.float32)
    return asked, market.offers @ terms[: len(names)]
