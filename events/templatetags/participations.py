"""Small helps of the pages about guests."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def at(places: Mapping[int, int], key: int) -> int | None:
    """The value under a key, or nothing."""
    return places.get(key)
