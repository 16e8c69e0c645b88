"""What the staff decides about names of majors."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError
from portal.taxonomy.models import Major, MajorAlias
from portal.taxonomy.names import bare_form, search_columns


class AliasKnown(DomainError):
    """The text already stands for this major."""


@transaction.atomic
def decide_alias(*, text: str, major: Major, actor: User | None, at: datetime) -> MajorAlias:
    """Let a wording stand for a major, in searches and in what people type; raises AliasKnown if it does already."""
    alias, created = MajorAlias.objects.get_or_create(
        text=text.strip(),
        major=major,
        defaults={"normalised": bare_form(text), "level": major.level, "kind": MajorAlias.Kind.DECIDED},
    )
    if not created:
        raise AliasKnown(_("This name already stands for this major."), field="text")
    _refresh_search(major)
    record(verb="alias_decided", subject=major, actor=actor, at=at, text=alias.text)
    return alias


@transaction.atomic
def withdraw_alias(*, alias: MajorAlias, actor: User | None, at: datetime) -> None:
    """Take back a wording."""
    alias.delete()
    _refresh_search(alias.major)
    record(verb="alias_withdrawn", subject=alias.major, actor=actor, at=at, text=alias.text)


def _refresh_search(major: Major) -> None:
    names = [major.name, *major.aliases.order_by("pk").values_list("text", flat=True)]
    Major.objects.filter(pk=major.pk).update(**search_columns(names))
