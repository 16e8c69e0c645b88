"""The parties of a new agreement as people name them: by name, short name, credit code or beginning of the pinyin."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, Participation
from portal.accounts.models import User
from portal.organizations.models import Organization
from portal.taxonomy.names import closeness

SUGGESTED = 12
NAMED_AT_MOST = 4  # candidates that an ambiguous name is answered with
Found = Organization | str | Promise


def named_organizations(names: Sequence[str], fair: Fair | None) -> list[Found]:
    """For each name the approved organization that is meant, or a sentence that says what is wrong with the name.

    A full name, short name, credit code or public_id is exact; else the only one that fits, of those at the fair if
    there are any. Two queries, and up to two more for each name that is not exact.
    """
    exact = _exact([name for name in names if name])
    return [_found(name, exact.get(name, []), fair) for name in names]


def suggestions(text: str, fair: Fair | None, user: User) -> QuerySet[Organization]:
    """Organizations that a person may mean: those at the fair first; without a text the person's own ones."""
    rows = Organization.objects.approved().select_related("region")
    if not text.strip():
        return rows.filter(pk__in=Organization.objects.of_member(user)).order_by("pinyin", "pk")[:SUGGESTED]
    found = rows.named_like(text)
    if fair is None:
        return found.order_by(closeness(text, code="uscc"), "pinyin", "pk")[:SUGGESTED]
    there = Case(When(pk__in=_at(fair), then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(there, closeness(text, code="uscc"), "pinyin", "pk")[:SUGGESTED]


def _at(fair: Fair) -> QuerySet[Participation, int]:
    return Participation.objects.taking_part().filter(fair=fair).values("organization")  # type: ignore[return-value]


def _exact(names: Sequence[str]) -> dict[str, list[Organization]]:
    wanted = Q(legal_name__in=names) | Q(short_name__in=names) | Q(uscc__in=[name.upper() for name in names])
    wanted |= Q(public_id__in=[key for key in map(_uuid, names) if key])
    found: dict[str, list[Organization]] = {}
    for row in Organization.objects.approved().filter(wanted):
        keys = {row.legal_name, row.short_name, row.uscc, str(row.public_id)}
        for name in names:
            if name in keys or name.upper() == row.uscc:
                found.setdefault(name, []).append(row)
    # A full name is worth more than somebody else's short one.
    return {name: [row for row in rows if row.legal_name == name] or rows for name, rows in found.items()}


def _found(name: str, exact: list[Organization], fair: Fair | None) -> Found:
    if not name:
        return _("Name the organization.")
    candidates = exact
    if len(candidates) != 1:
        rows = Organization.objects.approved().filter(pk__in=[row.pk for row in exact]) if exact else _like(name)
        there = list(rows.filter(pk__in=_at(fair))[: NAMED_AT_MOST + 1]) if fair else []
        candidates = there or list(rows.order_by("pinyin", "pk")[: NAMED_AT_MOST + 1])
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        return _("No approved organization is called like this. Look it up under “Organizations”.")
    names = "、".join(row.legal_name for row in candidates[:NAMED_AT_MOST])
    more = " …" if len(candidates) > NAMED_AT_MOST else ""
    return format_lazy("{} {}{}", _("Several organizations are called like this; write the full name:"), names, more)


def _like(name: str) -> QuerySet[Organization]:
    return Organization.objects.approved().named_like(name)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
