"""Periods of years."""

from __future__ import annotations

from datetime import MAXYEAR, date, timedelta

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""Between these lies every day that an agreement names: what is outside was mistyped."""


def years_after(day: date, years: int, *, less_a_day: bool = False) -> date:
    """The same day so many years later, or the last day before it; 1 March for a 29 February that is not there.

    The last day of all for one that lies beyond it.
    """
    if day.year + years > MAXYEAR:
        return date.max
    try:
        later = day.replace(year=day.year + years)
    except ValueError:
        later = day.replace(year=day.year + years, month=3, day=1)
    return later - timedelta(days=1) if less_a_day else later
