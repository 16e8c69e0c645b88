"""Keyset pages of HTML lists: the last page costs what the first one costs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.core import signing
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

    `order` names fields of the model as in `order_by` ("-published_at", "-id"). A cursor that is not of this order
    is taken as the first page: it may be old, and a list is never an error.
    """
    position = _decode(after, order)
    beyond = _beyond(order, position) if position is not None else Q()
    found = list(rows.filter(beyond).order_by(*order)[: size + 1])
    last = found[size - 1] if len(found) > size else None
    cursor = _encode([_value(last, name.lstrip("-")) for name in order], order) if last is not None else ""
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


class _Exactly:
    """JSON that keeps times to the microsecond: a cursor cut to milliseconds would pass rows over."""

    def dumps(self, values: list[Any]) -> bytes:
        return json.dumps(values, default=lambda v: v.isoformat() if isinstance(v, date) else str(v)).encode()

    def loads(self, data: bytes) -> list[Any]:
        values: list[Any] = json.loads(data)
        return values


def _encode(values: list[Any], order: tuple[str, ...]) -> str:
    """Signed, so that what comes back holds values of the right kinds."""
    return signing.dumps(values, salt=_salt(order), serializer=_Exactly)


def _decode(cursor: str, order: tuple[str, ...]) -> list[Any] | None:
    try:
        values: list[Any] = signing.loads(cursor, salt=_salt(order), serializer=_Exactly)
    except signing.BadSignature:
        return None
    return values


def _salt(order: tuple[str, ...]) -> str:
    return f"keyset {' '.join(order)}"
