"""Reads of the code lists that several slices share."""

from __future__ import annotations

from portal.taxonomy.models import Region


def province_choices() -> list[tuple[str, str]]:
    """The provinces in official order, for a filter: code and name."""
    return list(Region.objects.provinces().filter(retired_on=None).values_list("code", "name"))
