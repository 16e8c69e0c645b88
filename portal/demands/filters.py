"""What lists of demands can be narrowed by; the same for the page and the API."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.demands.models import DemandStatus, TalentDemandQuerySet
from portal.taxonomy.models import EducationLevel, Major
from portal.taxonomy.selectors import province_choices
from portal.taxonomy.widgets import SearchSelect


class OpenDemandFilter(django_filters.FilterSet):
    """Post or enterprise, major, level accepted, province of the place of work."""

    text = django_filters.CharFilter(method="by_text", label=_("Post or enterprise"))
    major = django_filters.ModelChoiceFilter(
        field_name="majors",
        queryset=Major.objects.filter(retired_on=None),
        widget=SearchSelect("majors"),
        label=_("Major"),
    )
    level = django_filters.ChoiceFilter(
        choices=EducationLevel.choices, method="by_level", label=_("Education level"), empty_label=_("Every level")
    )
    province = django_filters.ChoiceFilter(
        choices=province_choices, method="by_province", label=_("Province"), empty_label=_("Every province")
    )

    def by_text(self, rows: TalentDemandQuerySet, name: str, value: str) -> TalentDemandQuerySet:
        return rows.named_like(value)

    def by_level(self, rows: TalentDemandQuerySet, name: str, value: str) -> TalentDemandQuerySet:
        return rows.filter(Q(levels=[]) | Q(levels__contains=[value]))

    def by_province(self, rows: TalentDemandQuerySet, name: str, value: str) -> TalentDemandQuerySet:
        of_enterprise = Q(workplace=None, enterprise__region__code__startswith=value[:2])
        return rows.filter(Q(workplace__code__startswith=value[:2]) | of_enterprise)


class DemandFilter(OpenDemandFilter):
    """Where drafts and ended demands are listed too: also by status."""

    status = django_filters.ChoiceFilter(choices=DemandStatus.choices, label=_("Status"), empty_label=_("Every status"))


class DemandApiFilter(DemandFilter):
    """For programs also by the very enterprise, a skill, and the class sought."""

    enterprise = django_filters.UUIDFilter(field_name="enterprise__public_id")
    skill = django_filters.CharFilter(field_name="skills__name")
    graduating_year = django_filters.NumberFilter()
