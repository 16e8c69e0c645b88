"""What lists of programmes can be narrowed by; the same for the page and the API."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.majors.models import ProgrammeQuerySet
from portal.taxonomy.models import EducationLevel, Major
from portal.taxonomy.names import matches
from portal.taxonomy.selectors import province_choices


class ProgrammeFilter(django_filters.FilterSet):
    """Major (by name, old name, pinyin, code), level of the school, province."""

    text = django_filters.CharFilter(method="by_text", label=_("Major"))
    level = django_filters.ChoiceFilter(
        choices=EducationLevel.choices,
        field_name="school__school__level",
        label=_("Level of school"),
        empty_label=_("Every level"),
    )
    province = django_filters.ChoiceFilter(
        choices=province_choices, method="by_province", label=_("Province"), empty_label=_("Every province")
    )

    def by_text(self, rows: ProgrammeQuerySet, name: str, value: str) -> ProgrammeQuerySet:
        return rows.filter(major__in=Major.objects.filter(matches(value, code="code")))

    def by_province(self, rows: ProgrammeQuerySet, name: str, value: str) -> ProgrammeQuerySet:
        return rows.filter(school__region__code__startswith=value[:2])


class ProgrammeApiFilter(ProgrammeFilter):
    """For programs also by the very school, the code of the major, and whether it is offered."""

    school = django_filters.UUIDFilter(field_name="school__public_id")
    major = django_filters.CharFilter(field_name="major_id")
    is_active = django_filters.BooleanFilter()
