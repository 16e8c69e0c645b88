"""What people decide about names: other names of majors, synonyms of skills, new skills."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError
from portal.taxonomy.models import Major, MajorAlias, Skill, SkillAlias
from portal.taxonomy.names import search_columns
from portal.taxonomy.naming import bare_form, normal_form
from portal.taxonomy.resolving import LONGEST_NAME


class AliasKnown(DomainError):
    """The text already stands for this major, or for a skill."""


class AliasTaken(DomainError):
    """A person let the text stand for another major of the level."""


class UnusableName(DomainError):
    """The text is no name: empty, or longer than names are."""


@transaction.atomic
def decide_alias(*, text: str, major: Major, actor: User | None, at: datetime) -> MajorAlias:
    """Let a wording stand for a major, in searches and in what people type; raises AliasKnown, AliasTaken,
    UnusableName.

    An old name that the list gives to several majors may be decided too: it then stands for the one chosen.
    """
    text = checked_name(text)
    normalised = bare_form(text)
    taken = MajorAlias.objects.filter(normalised=normalised, level=major.level).exclude(decided_at=None)
    if other := taken.exclude(major=major).select_related("major").first():
        message = _("This name was decided to stand for %(major)s.") % {"major": other.major}
        raise AliasTaken(message, field="text")
    alias, is_new = MajorAlias.objects.get_or_create(
        text=text,
        major=major,
        defaults={
            "normalised": normalised,
            "level": major.level,
            "kind": MajorAlias.Kind.DECIDED,
            "decided_by": actor,
            "decided_at": at,
        },
    )
    if not is_new and not MajorAlias.objects.filter(pk=alias.pk, decided_at=None).update(
        decided_by=actor, decided_at=at
    ):
        raise AliasKnown(_("This name already stands for this major."), field="text")
    refresh_major_search(major)
    record(verb="alias_decided", subject=major, actor=actor, at=at, text=alias.text)
    alias.refresh_from_db()
    return alias


@transaction.atomic
def withdraw_alias(*, alias: MajorAlias, actor: User | None, at: datetime) -> None:
    """Take back what was decided; a name of the list stays what the list says."""
    if alias.edition:
        MajorAlias.objects.filter(pk=alias.pk).update(decided_by=None, decided_at=None)
    else:
        alias.delete()
    refresh_major_search(alias.major)
    record(verb="alias_withdrawn", subject=alias.major, actor=actor, at=at, text=alias.text)


@transaction.atomic
def decide_synonym(*, text: str, skill: Skill, source: str, actor: User | None, at: datetime) -> SkillAlias:
    """Let a wording stand for a skill; raises AliasKnown if it stands for one already or is one, UnusableName."""
    text = checked_name(text)
    normalised = normal_form(text)
    if normalised == normal_form(skill.name):
        raise AliasKnown(_("This is the name of the skill itself."), field="text")
    _check_no_skill_has(normalised, "text")
    synonym, is_new = SkillAlias.objects.get_or_create(
        normalised=normalised,
        defaults={"text": text, "skill": skill, "source": source, "decided_by": actor, "decided_at": at},
    )
    if not is_new:
        raise AliasKnown(_("This wording already stands for a skill."), field="text")
    refresh_skill_search(skill)
    record(verb="synonym_decided", subject=skill, actor=actor, at=at, text=text)
    return synonym


@transaction.atomic
def withdraw_synonym(*, synonym: SkillAlias, actor: User | None, at: datetime) -> None:
    """Take back a synonym."""
    synonym.delete()
    refresh_skill_search(synonym.skill)
    record(verb="synonym_withdrawn", subject=synonym.skill, actor=actor, at=at, text=synonym.text)


@transaction.atomic
def add_skill(*, name: str, kind: str, actor: User | None, at: datetime) -> Skill:
    """A new word of the vocabulary, or one that was retired brought back; raises AliasKnown, UnusableName."""
    name = checked_name(name)
    normalised = normal_form(name)
    _check_no_skill_has(normalised, "name")
    if SkillAlias.objects.filter(normalised=normalised, skill__retired_on=None).exists():
        raise AliasKnown(_("This wording already stands for a skill."), field="name")
    retired = Skill.objects.filter(name=name, retired_on__isnull=False).update(retired_on=None, kind=kind)
    if not retired:
        try:
            with transaction.atomic():
                Skill.objects.create(name=name, kind=kind, **search_columns([name]))
        except IntegrityError as error:
            raise AliasKnown(_("There is a skill with this name already."), field="name") from error
    skill = Skill.objects.get(name=name)
    record(verb="skill_added", subject=skill, actor=actor, at=at, name=name, kind=kind)
    return skill


def _check_no_skill_has(normalised: str, field: str) -> None:
    """No listed skill bears this name, however it is spelt; raises AliasKnown."""
    if Skill.objects.listed().filter(search_text__startswith=f"{normalised}\n").exists():
        raise AliasKnown(_("There is a skill with this name already."), field=field)


@transaction.atomic
def retire_skill(*, skill: Skill, actor: User | None, at: datetime) -> None:
    """Let a skill be chosen no more; where it was chosen it stays."""
    Skill.objects.filter(pk=skill.pk, retired_on=None).update(retired_on=timezone.localdate(at))
    record(verb="skill_retired", subject=skill, actor=actor, at=at, name=skill.name)


def checked_name(text: str) -> str:
    """The text without blanks around it and NUL; raises UnusableName."""
    name = text.replace("\x00", "").strip()
    if not normal_form(name):
        raise UnusableName(_("Write a name."), field="text")
    if max(len(name), len(normal_form(name))) > LONGEST_NAME:
        message = _("A name has %(most)d characters at most.") % {"most": LONGEST_NAME}
        raise UnusableName(message, field="text")
    return name


def refresh_major_search(major: Major) -> None:
    """Let searches find a major by all its names."""
    names = [major.name, *major.aliases.order_by("pk").values_list("text", flat=True)]
    Major.objects.filter(pk=major.pk).update(**search_columns(names))


def refresh_skill_search(skill: Skill) -> None:
    """Let searches find a skill by all its names."""
    names = [skill.name, *skill.aliases.order_by("pk").values_list("text", flat=True)]
    Skill.objects.filter(pk=skill.pk).update(**search_columns(names))
