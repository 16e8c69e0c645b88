"""The kinds of cooperation as an administrator extends them: twelve are shipped, more may be added, none used goes."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError
from portal.taxonomy import readers
from portal.taxonomy.models import CooperationKind

CODE = re.compile(r"[a-z][a-z_]{1,29}")
MEASURES = re.compile(r"([a-z]+(\|[a-z]+)*)?")

kind_sought = Signal()
"""Asks those above, with the `code` of a kind: whoever names it other than by a foreign key answers True."""


class UnusableKind(DomainError):
    """The kind as stated cannot be."""


class KindInUse(DomainError):
    """The kind stands in what people have written, or in the list that is shipped."""


@cache
def shipped_codes() -> frozenset[str]:
    """The codes of the kinds that the portal brings along: loading the list sets their names and order again."""
    return frozenset(row.code for row in readers.read_cooperation_kinds())


def is_in_use(kind: CooperationKind) -> bool:
    """Whether any row anywhere names the kind."""
    for relation in CooperationKind._meta.related_objects:
        rows = relation.related_model._default_manager
        if rows.filter(**{relation.field.name: kind.pk}).exists():
            return True
    return any(answer for _receiver, answer in kind_sought.send(sender=CooperationKind, code=kind.pk))


@transaction.atomic
def keep_kind(*, kind: CooperationKind, is_new: bool, actor: User | None, at: datetime) -> CooperationKind:
    """Store a kind with its clauses. UnusableKind for a code or measures that programs could not read."""
    if is_new and not CODE.fullmatch(kind.code):
        raise UnusableKind(_("A code is 2 to 30 small letters, with _ between words."), field="code")
    if not MEASURES.fullmatch(kind.measures):
        raise UnusableKind(_("Write small words with | between them, such as students|yuan."), field="measures")
    kind.clause, kind.clause_en = kind.clause.strip(), kind.clause_en.strip()
    if is_new:
        kind.save(force_insert=True)
    else:
        kind.save(update_fields=["name", "name_en", "position", "measures", "clause", "clause_en"])
    record(
        verb="cooperation_kind_added" if is_new else "cooperation_kind_changed",
        subject=kind,
        actor=actor,
        at=at,
        name=kind.name,
        own_clause=bool(kind.clause),
    )
    return kind


@transaction.atomic
def remove_kind(*, kind: CooperationKind, actor: User | None, at: datetime) -> None:
    """Take a kind off that was added by mistake; KindInUse for a shipped one and for one that anything names."""
    if kind.pk in shipped_codes():
        raise KindInUse(_("This kind comes with the portal; it cannot be removed."))
    locked = CooperationKind.objects.select_for_update().get(pk=kind.pk)
    if is_in_use(locked):
        raise KindInUse(_("This kind is in use; it cannot be removed."))
    record(verb="cooperation_kind_removed", subject=locked, actor=actor, at=at, name=locked.name)
    locked.delete()
