"""The code lists for super-administrators: official lists are read, what people decided is edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone

from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.taxonomy.models import (
    Certificate,
    CooperationKind,
    Industry,
    Major,
    MajorAlias,
    Occupation,
    Region,
    Skill,
    SkillAlias,
)
from portal.taxonomy.services import decide_alias, decide_synonym, withdraw_alias, withdraw_synonym


class OfficialListAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read only: `manage.py load_taxonomy` brings a new edition."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Major)
class MajorAdmin(OfficialListAdmin):
    list_display = ("code", "name", "level", "class_name", "family_code", "retired_on")
    search_fields = ("code__startswith", "name")
    list_filter = ("level",)


@admin.register(Region, Industry)
class TreeAdmin(OfficialListAdmin):
    list_display = ("code", "name", "level", "retired_on")
    search_fields = ("code__startswith", "name")
    list_filter = ("level",)


@admin.register(Occupation)
class OccupationAdmin(OfficialListAdmin):
    list_display = ("code", "name", "group_name", "retired_on")
    search_fields = ("code__startswith", "name")


@admin.register(Certificate, Skill)
class NamedListAdmin(OfficialListAdmin):
    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)


class DecidedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What people decided is made and taken back by the services, one by one, each with its audit event."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A refusal of the service is told, and the form shown again."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(request.get_full_path())


@admin.register(MajorAlias)
class MajorAliasAdmin(DecidedAdmin):
    """A spelling that a person decided; it has no edition, so loading leaves it alone."""

    list_display = ("text", "major", "level", "kind", "edition", "decided_by", "decided_at")
    list_select_related = ("major", "decided_by")
    list_filter = ("kind", "level")
    search_fields = ("text", "major__name", "major__code")
    raw_id_fields = ("major",)
    fields = ("text", "major")

    def save_model(self, request: HttpRequest, obj: MajorAlias, form: Any, change: bool) -> None:
        actor = request.user if isinstance(request.user, User) else None
        obj.pk = decide_alias(text=obj.text, major=obj.major, actor=actor, at=timezone.now()).pk

    def delete_model(self, request: HttpRequest, obj: MajorAlias) -> None:
        actor = request.user if isinstance(request.user, User) else None
        withdraw_alias(alias=obj, actor=actor, at=timezone.now())


@admin.register(SkillAlias)
class SkillAliasAdmin(DecidedAdmin):
    """A synonym of a skill."""

    list_display = ("text", "skill", "source", "decided_by", "decided_at")
    list_select_related = ("skill", "decided_by")
    search_fields = ("text", "skill__name")
    raw_id_fields = ("skill",)
    fields = ("text", "skill")

    def save_model(self, request: HttpRequest, obj: SkillAlias, form: Any, change: bool) -> None:
        actor = request.user if isinstance(request.user, User) else None
        made = decide_synonym(text=obj.text, skill=obj.skill, source="admin", actor=actor, at=timezone.now())
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: SkillAlias) -> None:
        actor = request.user if isinstance(request.user, User) else None
        withdraw_synonym(synonym=obj, actor=actor, at=timezone.now())


@admin.register(CooperationKind)
class CooperationKindAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("position", "code", "name", "name_en")
