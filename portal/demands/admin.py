"""Talent demands for super-administrators: to look at."""

from __future__ import annotations

from django.contrib import admin

from portal.demands.models import TalentDemand
from portal.organizations.admin import LookedAt


@admin.register(TalentDemand)
class DemandAdmin(LookedAt):
    list_display = ("title", "enterprise", "headcount", "filled", "status", "valid_until", "is_sample")
    list_filter = ("status", "is_sample")
    list_select_related = ("enterprise",)
    search_fields = ("title", "enterprise__legal_name")
