"""The lists of a demand, and the names in it that wait for the staff's decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F

from portal.audit.services import record
from portal.demands.models import DemandWording, TalentDemand
from portal.demands.signals import demand_changed
from portal.taxonomy.queue.models import NameKind
from portal.taxonomy.queue.services import Typed
from portal.taxonomy.queue.settling import forget_settled, keep_wordings, settle

LISTS = ("majors", "skills", "cooperation_kinds")


def set_lists(demand: TalentDemand, fields: Mapping[str, Any], at: datetime) -> None:
    """Store those of the lists that are given; raises UnusableName."""
    # The names first, as `settle` does: else each could wait for the other, one for the name and one for the skill.
    if "typed" in fields:
        keep_wordings(demand, list(fields["typed"]), at=at)
    elif "majors" in fields or "skills" in fields:
        forget_settled(demand)
    for name in LISTS:
        if name in fields:
            getattr(demand, name).set(fields[name])


def waiting_names(demand: TalentDemand) -> list[Typed]:
    """The names of a demand that are still to be checked, or whose decision has not reached it yet."""
    waiting = demand.wordings.waiting().select_related("name")
    return [Typed(NameKind(row.name.kind), row.name.text, row.name.level) for row in waiting]


@transaction.atomic
def settle_demands(*, at: datetime, name_id: int | None = None) -> int:
    """Give demands what was decided for their names, of one name or of all; returns how many changed.

    At most one batch of them: call it again until it returns 0.
    """
    changed = settle(DemandWording, name_id=name_id)
    TalentDemand.objects.filter(pk__in=changed).update(version=F("version") + 1, updated_at=at)
    for demand_id in sorted(changed):
        record(verb="demand_names_settled", subject=TalentDemand(pk=demand_id), actor=None, at=at)
        told = partial(demand_changed.send_robust, sender=TalentDemand, demand_id=demand_id)
        transaction.on_commit(told, robust=True)
    return len(changed)
