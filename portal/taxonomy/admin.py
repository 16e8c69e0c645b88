"""The code lists for super-administrators: official lists are read, what people decided is edited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.taxonomy.cooperation_kinds import (
    CODE,
    MEASURES,
    is_in_use,
    keep_kind,
    remove_kind,
    shipped_codes,
)
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


class CooperationKindForm(forms.ModelForm):  # type: ignore[type-arg]
    """The same rules as in the service, said beside the field."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("A code is 2 to 30 small letters, with _ between words."))
        return code

    def clean_measures(self) -> str:
        measures: str = self.cleaned_data["measures"]
        if not MEASURES.fullmatch(measures):
            raise forms.ValidationError(_("Write small words with | between them, such as students|yuan."))
        return measures


@admin.register(CooperationKind)
class CooperationKindAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Kinds may be added, with standard clauses of their own; the names of the shipped ones are the list's."""

    form = CooperationKindForm
    list_display = ("position", "code", "name", "name_en", "has_own_clause")
    list_display_links = ("code", "name")
    search_fields = ("code", "name", "name_en")
    fields = ("code", "name", "name_en", "position", "measures", "clause", "clause_en")

    @admin.display(description=_("own clause"), boolean=True)
    def has_own_clause(self, kind: CooperationKind) -> bool:
        return bool(kind.clause)

    def get_readonly_fields(self, request: HttpRequest, obj: CooperationKind | None = None) -> tuple[str, ...]:
        """A code is for ever; loading the list would set the rest of a shipped kind again, but for its clauses."""
        if obj is None:
            return ()
        return ("code", "name", "name_en", "position", "measures") if obj.pk in shipped_codes() else ("code",)

    def has_delete_permission(self, request: HttpRequest, obj: CooperationKind | None = None) -> bool:
        """Only what nobody uses can go; on the list, where there is no one kind, none can."""
        if obj is None or obj.pk in shipped_codes():
            return False
        return super().has_delete_permission(request, obj) and not is_in_use(obj)

    def save_model(self, request: HttpRequest, obj: CooperationKind, form: Any, change: bool) -> None:
        actor = request.user if isinstance(request.user, User) else None
        keep_kind(kind=obj, is_new=not change, actor=actor, at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: CooperationKind) -> None:
        actor = request.user if isinstance(request.user, User) else None
        remove_kind(kind=obj, actor=actor, at=timezone.now())
