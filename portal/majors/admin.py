"""Programmes for super-administrators: to look at."""

from __future__ import annotations

from django.contrib import admin

from portal.majors.models import Programme, SupplyLine
from portal.organizations.admin import LookedAt


class SupplyInline(admin.TabularInline):  # type: ignore[type-arg]
    model = SupplyLine
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(LookedAt):
    list_display = ("major", "direction", "school", "is_active")
    list_filter = ("is_active", "major__level")
    list_select_related = ("major", "school")
    search_fields = ("major__name", "major__code__startswith", "school__legal_name")
    inlines = (SupplyInline,)
