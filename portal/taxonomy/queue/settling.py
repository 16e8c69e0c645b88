"""Between the queue and the rows that wait for it: what they keep of a typed name, and what a decision gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.taxonomy.queue.models import NameState, Wording
from portal.taxonomy.queue.services import Typed, queue_names

BATCH = 50  # wordings settled in one transaction, which holds up other entries of the audit chain


@transaction.atomic
def keep_wordings(owner: Any, typed: Sequence[Typed], *, at: datetime) -> None:
    """Let a row wait for exactly these names; they are queued. Raises UnusableName.

    `owner`: a row with `wordings`, whose person has just said everything that it asks for: what it got by earlier
    names is now its own word.
    """
    held = set(owner.wordings.values_list("name_id", flat=True))
    kept = {row.pk for row in queue_names(typed=typed, at=at, held=held)}
    owner.wordings.exclude(name__in=kept).delete()
    known = set(owner.wordings.values_list("name_id", flat=True))
    model: type[Wording] = owner.wordings.model
    model.objects.bulk_create(model(**{model.OWNER: owner, "name_id": name}) for name in sorted(kept - known))


def forget_settled(owner: Any) -> None:
    """The row's person has chosen anew: what it has by a decision is from now on its own choice.

    What was decided and has not reached the row yet still comes.
    """
    behind = owner.wordings.unsettled().values("pk")
    owner.wordings.filter(name__state=NameState.DECIDED).exclude(pk__in=behind).delete()


@transaction.atomic
def settle(model: type[Wording], *, name_id: int | None = None) -> set[int]:
    """Give the rows of a slice what was decided, take from them what was taken back; returns the rows' ids.

    Of one name, or of all that are behind, at most BATCH of them; twice or side by side it ends the same. The caller
    says that the rows have changed, in the same transaction.
    """
    behind = model.objects.unsettled().filter(**({"name": name_id} if name_id else {}))
    locked = behind.select_for_update(of=("self",), skip_locked=True).select_related("name", model.OWNER)
    changed: set[int] = set()
    for wording in locked.order_by("pk")[:BATCH]:
        owner = getattr(wording, model.OWNER)
        _settle_one(wording, owner)
        changed.add(owner.pk)
    return changed


def _settle_one(wording: Wording, owner: Any) -> None:
    for target in ("skill", "major"):
        had, gets = getattr(wording, f"{target}_id"), getattr(wording.name, f"{target}_id")
        if had == gets:
            continue
        listed = getattr(owner, f"{target}s")
        by_others = set(owner.wordings.exclude(pk=wording.pk).values_list(target, flat=True))
        if had is not None and had not in by_others:
            listed.remove(had)
        if gets is not None and gets not in by_others and listed.filter(pk=gets).exists():
            wording.delete()  # the row has it of its own accord, and keeps it whatever becomes of the name
            return
        if gets is not None:
            listed.add(gets)
        setattr(wording, f"{target}_id", gets)
    wording.save(update_fields=["skill", "major"])
