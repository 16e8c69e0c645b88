"""Organizations for super-administrators: to look at; changes go through the pages and their services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.organizations.models import Membership, Organization


class LookedAt(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organization)
class OrganizationAdmin(LookedAt):
    list_display = ("legal_name", "kind", "status", "uscc", "region", "verified_on", "is_sample")
    list_filter = ("kind", "status", "is_sample")
    list_select_related = ("region",)
    search_fields = ("legal_name", "short_name", "uscc__startswith")


@admin.register(Membership)
class MembershipAdmin(LookedAt):
    list_display = ("user", "organization", "role", "created_at", "ended_at")
    list_filter = ("role",)
    list_select_related = ("user", "organization")
    search_fields = ("user__email", "organization__legal_name")
