"""The code lists by API (read only), and serializer fields that speak codes and names."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.relations import PKOnlyObject

from portal.common.api import KeysetPagination
from portal.taxonomy.fields import no_such_major
from portal.taxonomy.models import CooperationKind, Industry, Major, MajorAlias, Region, Skill
from portal.taxonomy.names import matches
from portal.taxonomy.search import resolve_major


@extend_schema_field(OpenApiTypes.STR)
class MajorCodeField(serializers.RelatedField[Major, str, str]):
    """A major by its code; a present or old name that stands for one major alone is understood when written."""

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Major.objects.filter(retired_on=None))
        super().__init__(**kwargs)

    def to_internal_value(self, data: str) -> Major:
        found = resolve_major(data.replace("\x00", "")) if isinstance(data, str) else []
        if isinstance(found, list):
            raise serializers.ValidationError(no_such_major(str(data)[:60], found), code="unknown_major")
        return found

    def to_representation(self, value: Major | PKOnlyObject) -> str:
        return str(value.pk)  # its code


class KeyField(serializers.SlugRelatedField[Any]):
    """A row of a code list by its code or name; what no text of the database can be is no row of it either."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or "\x00" in data:
            self.fail("does_not_exist", slug_name=self.slug_field, value=str(data)[:60])
        return super().to_internal_value(data)


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


class MajorViewSet(viewsets.ReadOnlyModelViewSet[Major]):
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


class SkillViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Skill]):
    """The vocabulary of skills; a skill is known by its name."""

    queryset = Skill.objects.all()
    serializer_class = SkillSerializer
    filterset_class = SkillFilter
    pagination_class = ByName


class CooperationKindViewSet(viewsets.ReadOnlyModelViewSet[CooperationKind]):
    """The kinds of cooperation in their fixed order."""

    queryset = CooperationKind.objects.all()
    serializer_class = CooperationKindSerializer
    pagination_class = ByCode
    lookup_value_regex = "[a-z_]+"
