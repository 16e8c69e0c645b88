"""What changed: between what a party approved last and the text that is negotiated, or between any two texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.agreements.comparing import DifferenceGroup, differences
from events.agreements.models import AgreementText, Approval
from events.agreements.reading import names_of
from events.agreements.situation import Side, Situation
from events.agreements.terms import facts_of
from events.agreements.views.dialogs import find
from portal.common.http import Request


@dataclass(frozen=True, slots=True)
class Basis:
    """One side of a comparison: what it is called, and the content."""

    key: str
    label: str
    content: dict[str, Any]


@require_safe
def compare(request: Request, pk: int) -> HttpResponse:
    """Two texts side by side; by default what changed since the reader's party approved last."""
    situation = find(request, pk, writing=False)
    bases = _bases(situation)
    wanted, against = request.GET.get("from", ""), request.GET.get("to", "")
    new = next((basis for basis in bases if basis.key == against), _newest(situation))
    old = next((basis for basis in bases if basis.key == wanted), None) or _usual(situation, bases, new)
    context = {
        "agreement": situation.agreement,
        "bases": bases,
        "old": old,
        "new": new,
        "groups": _between(situation, old.content, new.content) if old else [],
    }
    return render(request, "agreements/_compared.html" if request.htmx else "agreements/compare.html", context)


@dataclass(frozen=True, slots=True)
class Since:
    """What changed in the open text since a party approved last; `approval` is None if it never did."""

    side: Side
    approval: Approval | None
    groups: list[DifferenceGroup]


def since_last_approval(situation: Situation, sides: Sequence[Side]) -> list[Since]:
    """What is new to each of these parties; one query, and those of `_between` for each that has approved before."""
    text = situation.open
    rows = Approval.objects.filter(party__in=[side.party for side in sides]).order_by("approved_at", "pk")
    last = {approval.party_id: approval for approval in rows}
    found = []
    for side in sides:
        approval = last.get(side.party.pk)
        groups = _between(situation, approval.content, text.content) if approval and text else []
        found.append(Since(side, approval, groups))
    return found


def _between(situation: Situation, old: dict[str, Any], new: dict[str, Any]) -> list[DifferenceGroup]:
    before, after = facts_of(old), facts_of(new)
    return differences(before, after, names_of(situation.parties, before, after))


def _bases(situation: Situation) -> list[Basis]:
    """The texts, newest first, and what each party approved last where that is none of the texts as it stands."""
    bases = [_basis(text) for text in situation.texts]
    texts = {text.pk: text for text in situation.texts}
    latest: dict[int, Approval] = {}
    for approval in Approval.objects.filter(text__in=texts).order_by("approved_at", "pk"):
        latest[approval.party_id] = approval
    for side in situation.sides:
        if side.party.pk in latest:
            bases.append(_said(side, latest[side.party.pk]))
    return bases


def _said(side: Side, approval: Approval) -> Basis:
    day = timezone.localdate(approval.approved_at)
    label = _("approved by %(party)s on %(day)s") % {"party": side.name, "day": day}
    return Basis(side.role, label, approval.content)


def _basis(text: AgreementText) -> Basis:
    label = _("text %(number)s (%(change)s, %(status)s)") % {
        "number": text.number,
        "change": text.get_change_display(),
        "status": text.get_status_display(),
    }
    return Basis(str(text.number), label, text.content)


def _newest(situation: Situation) -> Basis:
    return _basis(situation.open or situation.shown)


def _usual(situation: Situation, bases: list[Basis], new: Basis) -> Basis | None:
    """What the reader's party approved last, else the text in force, else the one before; None without any."""
    roles = {side.role for side in situation.sides if side.is_member}
    own = next((basis for basis in bases if basis.key in roles), None)
    if own is not None:
        return own
    if situation.current is not None and str(situation.current.number) != new.key:
        return _basis(situation.current)
    earlier = (basis for basis in bases if basis.key.isdigit() and basis.key != new.key)
    return next(earlier, None) or next((basis for basis in bases if not basis.key.isdigit()), None)
