"""Keyset pages of HTML lists: the last page costs what the first one costs."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """Rows of one page and the cursor of the next; `after` is empty on the first page, `next` on the last."""

    rows: list[Row]
    after: str
    next: str


def keyset_page(
    rows: QuerySet[Row], *, order: tuple[str, ...], after: str = "", size: int = PAGE_SIZE
) -> KeysetPage[Row]:
    """The rows that follow the cursor `after` in an order of not-null fields that ends with a unique one.

    `order` names fields of the model as in `order_by` ("-published_at", "-id"). A cursor that cannot be read is
    taken as the first page: it may be old, and a list is never an error.
    """
    position = _decode(after, len(order))
    beyond = _beyond(order, position) if position is not None else Q()
    found = list(rows.filter(beyond).order_by(*order)[: size + 1])
    last = found[size - 1] if len(found) > size else None
    cursor = _encode([_value(last, name.lstrip("-")) for name in order]) if last is not None else ""
    return KeysetPage(rows=found[:size], after=after if position is not None else "", next=cursor)


def _beyond(order: tuple[str, ...], position: list[Any]) -> Q:
    """The lexicographic comparison, written so that an index over the order serves it."""
    beyond = Q(pk__in=[])
    equal = Q()
    for name, value in zip(order, position, strict=True):
        field = name.lstrip("-")
        comparison = "lt" if name.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{field}__{comparison}": value})
        equal &= Q(**{field: value})
    return beyond


def _value(row: Model | None, field: str) -> Any:
    value: Any = row
    for part in field.split("__"):
        value = getattr(value, part)
    return value


def _encode(values: list[Any]) -> str:
    return urlsafe_b64encode(json.dumps(values, cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def _decode(cursor: str, length: int) -> list[Any] | None:
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        return None
    usable = isinstance(values, list) and len(values) == length and not any(isinstance(v, list | dict) for v in values)
    return values if cursor and usable else None
