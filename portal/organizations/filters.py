"""What lists of organizations can be narrowed by; the same for the page and the API."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.organizations.models import OrganizationKind, OrganizationQuerySet, OrganizationStatus
from portal.taxonomy.models import EducationLevel
from portal.taxonomy.selectors import province_choices


class OrganizationFilter(django_filters.FilterSet):
    """Kind, province, level of school, and the text of a name."""

    text = django_filters.CharFilter(method="by_text", label=_("Name or code"))
    kind = django_filters.ChoiceFilter(choices=OrganizationKind.choices, label=_("Kind"), empty_label=_("Every kind"))
    province = django_filters.ChoiceFilter(
        choices=province_choices, method="by_province", label=_("Province"), empty_label=_("Every province")
    )
    level = django_filters.ChoiceFilter(
        choices=EducationLevel.choices,
        field_name="school__level",
        label=_("Level of school"),
        empty_label=_("Every level"),
    )

    def by_text(self, rows: OrganizationQuerySet, name: str, value: str) -> OrganizationQuerySet:
        return rows.named_like(value)

    def by_province(self, rows: OrganizationQuerySet, name: str, value: str) -> OrganizationQuerySet:
        return rows.in_province(value)


class FullOrganizationFilter(OrganizationFilter):
    """For the staff and for programs also by status; others see approved ones and their own only."""

    status = django_filters.ChoiceFilter(
        choices=OrganizationStatus.choices, label=_("Status"), empty_label=_("Every status")
    )
