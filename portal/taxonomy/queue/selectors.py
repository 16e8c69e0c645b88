"""Reads of the queue; which slices let rows wait is asked of the models, so that none is named here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Subquery, Value
from django.db.models.functions import Coalesce

from portal.taxonomy.naming import Suggestion, Vocabulary
from portal.taxonomy.queue.models import NameKind, NameState, UnresolvedName, UnresolvedNameQuerySet, Wording
from portal.taxonomy.queue.places import Place
from portal.taxonomy.resolving import majors_vocabulary, skills_vocabulary

MOST_PLACES = 3


@cache
def _uses() -> tuple[tuple[str, type[Wording]], ...]:
    """Name of the reverse relation and model of every slice's wordings."""
    relations: Any = UnresolvedName._meta.related_objects
    return tuple(
        (relation.get_accessor_name(), relation.related_model)
        for relation in relations
        if issubclass(relation.related_model, Wording)
    )


def with_uses(names: UnresolvedNameQuerySet) -> UnresolvedNameQuerySet:
    """With `waiting`, the number of rows that hold the name, and what `places_of` reads."""
    waiting: Any = Value(0)
    for _relation, model in _uses():
        waiting = waiting + _held_by(model)
    places = [
        Prefetch(
            relation,
            model.objects.select_related(*model.REACH).order_by("pk")[:MOST_PLACES],
            to_attr=f"{relation}_shown",
        )
        for relation, model in _uses()
    ]
    return names.annotate(waiting=waiting).select_related("skill", "major", "decided_by").prefetch_related(*places)


def _held_by(model: type[Wording]) -> Coalesce:
    """The number of a slice's rows that hold the name; a join would multiply the slices with each other."""
    held = model.objects.filter(name=OuterRef("pk")).order_by().values("name").annotate(n=Count("pk"))
    return Coalesce(Subquery(held.values("n")), 0)


def places_of(name: UnresolvedName) -> list[Place]:
    """Some rows in which the name stands, of `with_uses`."""
    shown = chain.from_iterable(getattr(name, f"{relation}_shown") for relation, _model in _uses())
    return [wording.place for wording in islice(shown, MOST_PLACES)]


def vocabulary_of(name: UnresolvedName) -> Vocabulary:
    """The list that a name is looked up in."""
    return majors_vocabulary() if name.kind == NameKind.MAJOR else skills_vocabulary()


def meanings(names: Sequence[UnresolvedName]) -> list[tuple[Suggestion, ...]]:
    """What each name may stand for, in their order, with at most two queries (six when the lists have changed)."""
    of_kind = {name.kind: name for name in names}
    vocabularies = {kind: vocabulary_of(name) for kind, name in of_kind.items()}
    return [vocabularies[name.kind].meanings(name.text, name.level or None) for name in names]


def last_decision(names: UnresolvedNameQuerySet) -> UnresolvedName | None:
    """The decision made last, by whomever."""
    decided = names.exclude(state=NameState.OPEN).select_related("skill", "major", "decided_by")
    return decided.order_by(F("decided_at").desc(), "-pk").first()
