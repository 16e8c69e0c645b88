"""What a list of partners can be narrowed by; the same for the page and the file."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from matching import relations
from portal.demands.models import TalentDemand
from portal.majors.models import Programme
from portal.organizations.models import EnterpriseProfile, Organization, OrganizationKind, OrganizationQuerySet
from portal.taxonomy.models import CooperationKind, EducationLevel, Major, Region, Skill
from portal.taxonomy.search import KINDS
from portal.taxonomy.widgets import SearchSelect

ALREADY = (("yes", _("signed with already")), ("no", _("not yet")))


class KeptSelect(SearchSelect):
    """Names the choice by the row that the validation has found; asks the database no second time."""

    kept: Any = None

    def _chosen(self, values: list[str]) -> list[tuple[str, str]]:
        if self.kept is None or not values:
            return super()._chosen(values)
        option = KINDS[self.kind].option(self.kept)
        return [(option.value, option.text)] if option.value in values else []


class KeptField(django_filters.fields.ModelChoiceField):
    """One row, kept for its widget."""

    def to_python(self, value: Any) -> Any:
        self.widget.kept = super().to_python(value)
        return self.widget.kept


class KeptFilter(django_filters.ModelChoiceFilter):
    """One row of a list that is searched, not shown."""

    field_class = KeptField


class PartnerFilter(django_filters.FilterSet):
    """Name, place, major or its class, skill, cooperation kind, level, and whether an agreement is signed already."""

    text = django_filters.CharFilter(method="by_text", label=_("Name"))
    region = KeptFilter(
        queryset=Region.objects.filter(retired_on=None),
        widget=KeptSelect("regions"),
        method="by_region",
        label=_("Province or city"),
    )
    level = django_filters.ChoiceFilter(
        choices=EducationLevel.choices, method="by_level", label=_("Education level"), empty_label=_("Every level")
    )
    major = KeptFilter(
        queryset=Major.objects.filter(retired_on=None),
        widget=KeptSelect("majors"),
        method="by_major",
        label=_("Major"),
    )
    whole_class = django_filters.BooleanFilter(
        method="with_class", widget=forms.CheckboxInput, label=_("And the others of its class")
    )
    skill = KeptFilter(
        queryset=Skill.objects.listed(),
        to_field_name="name",
        widget=KeptSelect("skills"),
        method="by_skill",
        label=_("Skill"),
    )
    cooperation = django_filters.ModelChoiceFilter(
        queryset=CooperationKind.objects.all(),
        method="by_cooperation",
        label=_("Cooperation kind"),
        empty_label=_("Every kind"),
    )
    already = django_filters.ChoiceFilter(
        choices=ALREADY, method="by_relation", label=_("Agreement"), empty_label=_("Either")
    )

    def __init__(self, data: Any, rows: OrganizationQuerySet, *, organization: Organization) -> None:
        self.organization = organization
        super().__init__(data, rows)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is chosen that narrows the list."""
        return any(self.form.data.get(name) for name in self.form.fields if name != "whole_class")

    def by_text(self, rows: OrganizationQuerySet, name: str, value: str) -> OrganizationQuerySet:
        return rows.named_like(value)

    def by_region(self, rows: OrganizationQuerySet, name: str, value: Region) -> OrganizationQuerySet:
        return rows.filter(region__code__startswith=value.code[: 2 * value.level])

    def with_class(self, rows: OrganizationQuerySet, name: str, value: bool) -> OrganizationQuerySet:
        """Read by `by_major`."""
        return rows

    def by_relation(self, rows: OrganizationQuerySet, name: str, value: str) -> OrganizationQuerySet:
        allies = relations.partners_of(self.organization.pk)
        return rows.filter(pk__in=allies) if value == "yes" else rows.exclude(pk__in=allies)

    def _wanted(self, major: Major) -> Q:
        """The major itself or, if asked for, all of its class."""
        whole = bool(self.form.cleaned_data.get("whole_class"))
        return Q(class_code=major.class_code) if whole else Q(pk=major.pk)


class SchoolPartnerFilter(PartnerFilter):
    """Schools for an enterprise: by what they offer."""

    def by_level(self, rows: OrganizationQuerySet, name: str, value: str) -> OrganizationQuerySet:
        return rows.filter(school__level=value)

    def by_major(self, rows: OrganizationQuerySet, name: str, value: Major) -> OrganizationQuerySet:
        offered = Programme.objects.active().filter(school=OuterRef("pk"))
        return rows.filter(Exists(offered.filter(major__in=Major.objects.filter(self._wanted(value)))))

    def by_skill(self, rows: OrganizationQuerySet, name: str, value: Skill) -> OrganizationQuerySet:
        """Taught in a programme that names it or, where it names none, usual in its major."""
        offered = Programme.objects.active().filter(school=OuterRef("pk"))
        silent = offered.filter(skills=None, major__skills=value)
        return rows.filter(Exists(offered.filter(skills=value)) | Exists(silent))

    def by_cooperation(self, rows: OrganizationQuerySet, name: str, value: CooperationKind) -> OrganizationQuerySet:
        return rows.filter(school__cooperation_kinds=value)


class EnterprisePartnerFilter(PartnerFilter):
    """Enterprises for a school: by what their open demands ask for, and by size."""

    size = django_filters.ChoiceFilter(
        choices=EnterpriseProfile.Scale.choices,
        field_name="enterprise__scale",
        label=_("Staff of the enterprise"),
        empty_label=_("Every size"),
    )

    def by_level(self, rows: OrganizationQuerySet, name: str, value: str) -> OrganizationQuerySet:
        return self._asking(rows, Q(levels=[]) | Q(levels__contains=[value]))

    def by_major(self, rows: OrganizationQuerySet, name: str, value: Major) -> OrganizationQuerySet:
        return self._asking(rows, Q(majors__in=Major.objects.filter(self._wanted(value))))

    def by_skill(self, rows: OrganizationQuerySet, name: str, value: Skill) -> OrganizationQuerySet:
        return self._asking(rows, Q(skills=value))

    def by_cooperation(self, rows: OrganizationQuerySet, name: str, value: CooperationKind) -> OrganizationQuerySet:
        return self._asking(rows, Q(cooperation_kinds=value))

    def _asking(self, rows: OrganizationQuerySet, condition: Q) -> OrganizationQuerySet:
        open_ones = TalentDemand.objects.open().filter(condition, enterprise=OuterRef("pk"))
        return rows.filter(Exists(open_ones))


def filter_for(organization: Organization) -> type[PartnerFilter]:
    """The filter over the partners of this organization."""
    is_school = organization.kind == OrganizationKind.SCHOOL
    return EnterprisePartnerFilter if is_school else SchoolPartnerFilter
