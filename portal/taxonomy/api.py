"""The code lists by API (read only), and serializer fields that speak codes and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.relations import MANY_RELATION_KWARGS, PKOnlyObject

from portal.common.api import KeysetPagination
from portal.taxonomy.fields import no_such_major, no_such_skill
from portal.taxonomy.models import CooperationKind, Industry, Major, MajorAlias, Region, Skill
from portal.taxonomy.names import matches
from portal.taxonomy.resolving import resolve_majors, resolve_skill
from portal.taxonomy.resolving_api import MOST_NAMES, MajorResolving, SkillResolving


class ManyMajorsField(serializers.ManyRelatedField):
    """Several majors, found with two queries however many; no more than one question may ask about."""

    def to_internal_value(self, data: Any) -> list[Major]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if not self.allow_empty and not data:
            self.fail("empty")
        if len(data) > MOST_NAMES:
            message = serializers.ListField.default_error_messages["max_length"]
            raise serializers.ValidationError(message.format(max_length=MOST_NAMES), code="max_length")
        return majors_meant(data)


def majors_meant(texts: Sequence[Any]) -> list[Major]:
    """The majors that codes or names stand for, in their order; raises ValidationError for one that decides none."""
    found = resolve_majors([(text.replace("\x00", "") if isinstance(text, str) else "", None) for text in texts])
    for one in found:
        if one.key is None:
            raise serializers.ValidationError(no_such_major(one), code="unknown_major")
    rows = Major.objects.in_bulk([one.key for one in found])
    return [rows[one.key] for one in found]


@extend_schema_field(OpenApiTypes.STR)
class MajorCodeField(serializers.RelatedField[Major, str, str]):
    """A major by its code; a present or old name that stands for one major alone is understood when written."""

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Major.objects.filter(retired_on=None))
        super().__init__(**kwargs)

    def to_internal_value(self, data: str) -> Major:
        [found] = majors_meant([data])
        return found

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> ManyMajorsField:
        own = {name: value for name, value in kwargs.items() if name in MANY_RELATION_KWARGS}
        return ManyMajorsField(child_relation=cls(*args, **kwargs), **own)

    def to_representation(self, value: Major | PKOnlyObject) -> str:
        return str(value.pk)  # its code


class KeyField(serializers.SlugRelatedField[Any]):
    """A row of a code list by its code or name; what no text of the database can be is no row of it either."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or "\x00" in data:
            self.fail("does_not_exist", slug_name=self.slug_field, value=str(data)[:60])
        return super().to_internal_value(data)


class SkillNameField(KeyField):
    """A skill by its name; a synonym is understood when written."""

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Skill.objects.listed())
        super().__init__(slug_field="name", **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError:
            pass  # perhaps another spelling, or a synonym
        found = resolve_skill(data.replace("\x00", "") if isinstance(data, str) else "")
        if found.key is None:
            raise serializers.ValidationError(no_such_skill(found), code="unknown_skill")
        return super().to_internal_value(found.key)


class ByCode(KeysetPagination):
    ordering = "code"


class ByName(KeysetPagination):
    ordering = "name"


class CodeListFilter(django_filters.FilterSet):
    """What a person would type: characters, pinyin, initials, code."""

    text = django_filters.CharFilter(method="by_text")

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(matches(value, code="code"))


class MajorFilter(CodeListFilter):
    level = django_filters.CharFilter()
    class_code = django_filters.CharFilter()
    category_code = django_filters.CharFilter()


class TreeFilter(CodeListFilter):
    level = django_filters.NumberFilter()
    parent = django_filters.CharFilter(field_name="parent_id")


class SkillFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(method="by_text")
    kind = django_filters.CharFilter()
    major = django_filters.CharFilter(field_name="majors")

    def by_text(self, rows: QuerySet[Skill], name: str, value: str) -> QuerySet[Skill]:
        return rows.filter(matches(value))


class MajorSerializer(serializers.ModelSerializer[Major]):
    aliases: serializers.SlugRelatedField[MajorAlias] = serializers.SlugRelatedField(
        slug_field="text", many=True, read_only=True
    )

    class Meta:
        model = Major
        fields = [
            "code",
            "name",
            "level",
            "category_code",
            "category_name",
            "class_code",
            "class_name",
            "family_code",
            "edition",
            "retired_on",
            "aliases",
        ]
        read_only_fields = fields


class RegionSerializer(serializers.ModelSerializer[Region]):
    class Meta:
        model = Region
        fields = ["code", "name", "full_name", "level", "parent", "edition", "retired_on"]
        read_only_fields = fields


class IndustrySerializer(serializers.ModelSerializer[Industry]):
    class Meta:
        model = Industry
        fields = ["code", "name", "level", "parent", "edition", "retired_on"]
        read_only_fields = fields


class SkillSerializer(serializers.ModelSerializer[Skill]):
    class Meta:
        model = Skill
        fields = ["name", "kind"]
        read_only_fields = fields


class CooperationKindSerializer(serializers.ModelSerializer[CooperationKind]):
    measures = serializers.SerializerMethodField()

    class Meta:
        model = CooperationKind
        fields = ["code", "name", "name_en", "position", "measures"]
        read_only_fields = fields

    def get_measures(self, kind: CooperationKind) -> list[str]:
        return kind.measures.split("|") if kind.measures else []


class MajorViewSet(MajorResolving, viewsets.ReadOnlyModelViewSet[Major]):
    """The majors of the national catalogues; `text` finds by old names, pinyin and initials too."""

    queryset = Major.objects.prefetch_related("aliases")
    serializer_class = MajorSerializer
    filterset_class = MajorFilter
    pagination_class = ByCode
    lookup_value_regex = "[0-9A-Z]+"


class RegionViewSet(viewsets.ReadOnlyModelViewSet[Region]):
    """Administrative divisions: provinces (level 1), cities (2), counties (3)."""

    queryset = Region.objects.all()
    serializer_class = RegionSerializer
    filterset_class = TreeFilter
    pagination_class = ByCode
    lookup_value_regex = "[0-9]+"


class IndustryViewSet(viewsets.ReadOnlyModelViewSet[Industry]):
    """Economic activities (GB/T 4754-2017), levels 1 to 4."""

    queryset = Industry.objects.all()
    serializer_class = IndustrySerializer
    filterset_class = TreeFilter
    pagination_class = ByCode
    lookup_value_regex = "[0-9A-T]+"


class SkillViewSet(SkillResolving, mixins.ListModelMixin, viewsets.GenericViewSet[Skill]):
    """The vocabulary of skills; a skill is known by its name."""

    queryset = Skill.objects.listed()
    serializer_class = SkillSerializer
    filterset_class = SkillFilter
    pagination_class = ByName


class CooperationKindViewSet(viewsets.ReadOnlyModelViewSet[CooperationKind]):
    """The kinds of cooperation in their fixed order."""

    queryset = CooperationKind.objects.all()
    serializer_class = CooperationKindSerializer
    pagination_class = ByCode
    lookup_value_regex = "[a-z_]+"
