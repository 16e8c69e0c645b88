"""The code lists for super-administrators: official lists are read, what people decided is edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.models import User
from portal.taxonomy.models import (
    Certificate,
    CooperationKind,
    Industry,
    Major,
    MajorAlias,
    Occupation,
    Region,
    Skill,
)
from portal.taxonomy.services import decide_alias, withdraw_alias


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


@admin.register(MajorAlias)
class MajorAliasAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A spelling that a person decided; it has no edition, so loading leaves it alone."""

    list_display = ("text", "major", "level", "kind", "edition")
    list_filter = ("kind", "level")
    search_fields = ("text", "major__name", "major__code")
    raw_id_fields = ("major",)
    fields = ("text", "major")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: MajorAlias, form: Any, change: bool) -> None:
        actor = request.user if isinstance(request.user, User) else None
        obj.pk = decide_alias(text=obj.text, major=obj.major, actor=actor, at=timezone.now()).pk

    def delete_model(self, request: HttpRequest, obj: MajorAlias) -> None:
        actor = request.user if isinstance(request.user, User) else None
        withdraw_alias(alias=obj, actor=actor, at=timezone.now())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # aliases go one by one, each with its audit event


@admin.register(CooperationKind)
class CooperationKindAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("position", "code", "name", "name_en")
