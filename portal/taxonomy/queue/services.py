"""What happens to names that nobody knows: queued → decided | rejected, and back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.taxonomy.models import Major, MajorAlias, Skill, SkillAlias
from portal.taxonomy.naming import bare_form, normal_form
from portal.taxonomy.queue.models import NameKind, NameState, UnresolvedName
from portal.taxonomy.queue.signals import name_decided
from portal.taxonomy.resolving import listed_level
from portal.taxonomy.services import (
    AliasKnown,
    add_skill,
    checked_name,
    decide_alias,
    decide_synonym,
    retire_skill,
    withdraw_alias,
    withdraw_synonym,
)

OPEN, DECIDED, REJECTED = NameState
SOURCE = "queue"  # of the synonyms that are made here
MOST_TOLD = 5  # names in a sentence


class Typed(NamedTuple):
    """A wording that stands for nothing, as somebody typed it."""

    kind: NameKind
    text: str
    level: str = ""


class NameNotOpen(StateConflict):
    """Somebody else decided the name before."""


class NothingToUndo(StateConflict):
    """The name was not decided, or the decision has been taken back already."""


class WrongLevel(DomainError):
    """The major is not of the level that the name was typed for."""


class WrongKind(DomainError):
    """A name of a major was to stand for a skill, or one of a skill for a major."""


class SkillStoodFor(StateConflict):
    """The skill that the decision made has other names, which would stand for nothing."""


class ReasonMissing(DomainError):
    """A rejection without a reason."""


@transaction.atomic
def queue_names(*, typed: Sequence[Typed], at: datetime, held: Collection[int] = ()) -> list[UnresolvedName]:
    """Put names into the queue, or count them once more; returns their rows, whatever their state, each once.

    `held`: ids of the names that stood there before, which are not counted again. The number of queries does not
    depend on the number of names. Raises UnusableName.
    """
    wanted: dict[tuple[str, str, str], UnresolvedName] = {}
    for kind, text, level in typed:
        name = _row(kind, checked_name(text), listed_level(level) or "", at)
        wanted.setdefault((name.kind, name.normalised, name.level), name)
    if not wanted:
        return []
    in_one_order = [wanted[key] for key in sorted(wanted)]  # of two writers none waits for the other in a circle
    UnresolvedName.objects.bulk_create(in_one_order, ignore_conflicts=True)
    forms = {name.normalised for name in wanted.values()}
    found = UnresolvedName.objects.select_for_update().filter(normalised__in=forms).order_by("pk")
    rows = [row for row in found if (row.kind, row.normalised, row.level) in wanted]
    new = [row.pk for row in rows if row.pk not in held]
    UnresolvedName.objects.filter(pk__in=new).update(times=F("times") + 1, last_seen_at=at)
    return rows


def _row(kind: NameKind, text: str, level: str, at: datetime) -> UnresolvedName:
    is_major = kind == NameKind.MAJOR
    return UnresolvedName(
        kind=kind,
        text=text,
        normalised=bare_form(text) if is_major else normal_form(text),
        level=level if is_major else "",
        first_seen_at=at,
        last_seen_at=at,
    )


@transaction.atomic
def decide_as_major(*, name_id: int, major: Major, actor: User, at: datetime) -> UnresolvedName:
    """Let the name stand for a major from now on; those who wait get it after commit.

    Raises NameNotOpen, WrongKind, WrongLevel, AliasTaken.
    """
    name = _open(name_id, NameKind.MAJOR)
    if name.level and name.level != major.level:
        raise WrongLevel(_("This major is not of the level that the name was typed for."), field="major")
    try:
        with transaction.atomic():
            decide_alias(text=name.normalised, major=major, actor=actor, at=at)
    except AliasKnown:
        pass  # somebody let it stand for this major meanwhile
    return _decided(name, actor, at, major=major)


@transaction.atomic
def decide_as_skill(*, name_id: int, skill: Skill, actor: User, at: datetime) -> UnresolvedName:
    """Let the name be a synonym of a skill; raises NameNotOpen, WrongKind, AliasKnown if it is one of another skill."""
    name = _open(name_id, NameKind.SKILL)
    is_its_name = normal_form(skill.name) == name.normalised  # the skill came into the list while the name waited
    if not is_its_name and not SkillAlias.objects.filter(normalised=name.normalised, skill=skill).exists():
        decide_synonym(text=name.text, skill=skill, source=SOURCE, actor=actor, at=at)
    return _decided(name, actor, at, skill=skill)


@transaction.atomic
def decide_as_new_skill(*, name_id: int, text: str, kind: str, actor: User, at: datetime) -> UnresolvedName:
    """Take a new skill into the vocabulary for the name, spelt `text`.

    Raises NameNotOpen, WrongKind, AliasKnown, UnusableName.
    """
    name = _open(name_id, NameKind.SKILL)
    skill = add_skill(name=text, kind=kind, actor=actor, at=at)
    if normal_form(skill.name) != name.normalised:
        decide_synonym(text=name.text, skill=skill, source=SOURCE, actor=actor, at=at)
    return _decided(name, actor, at, skill=skill, made_skill=True)


@transaction.atomic
def reject_name(*, name_id: int, reason: str, actor: User, at: datetime) -> UnresolvedName:
    """Say that the name is none; those who typed it read why. Raises ReasonMissing, NameNotOpen."""
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise ReasonMissing(_("Say why: those who typed it will read it."), field="reason")
    name = UnresolvedName.objects.get(pk=name_id)
    return _moved(name, "name_rejected", actor, at, state=REJECTED, reason=reason[:200])


@transaction.atomic
def undo_decision(*, name_id: int, actor: User, at: datetime) -> UnresolvedName:
    """Take a decision back: the name waits again, and nobody keeps what they got by it.

    What was decided elsewhere (in the administration, for the same wording at another level) stays. Raises
    NothingToUndo, SkillStoodFor.
    """
    name = _locked(name_id)
    if name.state == OPEN:
        raise NothingToUndo(_("This decision has been taken back already."))
    if name.major:
        _take_back_alias(name, actor, at)
    if name.skill:
        _take_back_skill(name, name.skill, actor, at)
    UnresolvedName.objects.filter(pk=name_id).update(
        state=OPEN, skill=None, major=None, made_skill=False, reason="", decided_by=None, decided_at=None, updated_at=at
    )
    return _happened(name_id, "name_decision_undone", actor, at, text=name.text, stood_for=str(name.target or ""))


def _take_back_alias(name: UnresolvedName, actor: User, at: datetime) -> None:
    """Withdraw the alias that the decision made, or hand it on to another level's decision that counts on it."""
    made = MajorAlias.objects.filter(text=name.normalised, major=name.major, decided_at=name.decided_at)
    others = UnresolvedName.objects.filter(kind=NameKind.MAJOR, normalised=name.normalised, major=name.major)
    if other := others.exclude(pk=name.pk).order_by("decided_at", "pk").first():
        made.update(decided_by=other.decided_by, decided_at=other.decided_at)
        return
    for alias in made:
        withdraw_alias(alias=alias, actor=actor, at=at)


def _take_back_skill(name: UnresolvedName, skill: Skill, actor: User, at: datetime) -> None:
    """Withdraw the synonym and the skill that the decision made; raises SkillStoodFor."""
    made = SkillAlias.objects.filter(normalised=name.normalised, skill=skill, source=SOURCE)
    if name.made_skill:
        names = set(UnresolvedName.objects.filter(skill=skill).exclude(pk=name.pk).values_list("text", flat=True))
        names |= set(SkillAlias.objects.filter(skill=skill).exclude(pk__in=made).values_list("text", flat=True))
        if names:
            message = _("Other names stand for this skill: %(names)s. Take them back first.")
            raise SkillStoodFor(message % {"names": "; ".join(sorted(names)[:MOST_TOLD])})
    for synonym in made:
        withdraw_synonym(synonym=synonym, actor=actor, at=at)
    if name.made_skill:
        retire_skill(skill=skill, actor=actor, at=at)


def _open(name_id: int, kind: NameKind) -> UnresolvedName:
    """The name, locked, so that of two decisions at once the second one finds it decided."""
    name = _locked(name_id)
    if name.kind != kind:
        raise WrongKind(_("A name of a major cannot stand for a skill, nor one of a skill for a major."))
    if name.state != OPEN:
        raise NameNotOpen(_("This name has been decided already."))
    return name


def _locked(name_id: int) -> UnresolvedName:
    """The name, locked together with the same wording at other levels: they may share an alias."""
    kind, normalised = UnresolvedName.objects.values_list("kind", "normalised").get(pk=name_id)
    alike = UnresolvedName.objects.select_for_update().filter(kind=kind, normalised=normalised).order_by("pk")
    return next(name for name in alike if name.pk == name_id)


def _decided(name: UnresolvedName, actor: User, at: datetime, **target: Any) -> UnresolvedName:
    return _moved(name, "name_decided", actor, at, state=DECIDED, **target)


def _moved(name: UnresolvedName, verb: str, actor: User, at: datetime, **columns: Any) -> UnresolvedName:
    moved = UnresolvedName.objects.filter(pk=name.pk, state=OPEN).update(
        decided_by=actor, decided_at=at, updated_at=at, **columns
    )
    if not moved:
        raise NameNotOpen(_("This name has been decided already."))
    target = columns.get("skill") or columns.get("major") or columns.get("reason", "")
    return _happened(name.pk, verb, actor, at, text=name.text, stands_for=str(target))


def _happened(name_id: int, verb: str, actor: User, at: datetime, **data: Any) -> UnresolvedName:
    name = UnresolvedName.objects.select_related("skill", "major").get(pk=name_id)
    record(verb=verb, subject=name, actor=actor, at=at, **data)
    transaction.on_commit(partial(name_decided.send_robust, sender=UnresolvedName, name_id=name_id), robust=True)
    return name
