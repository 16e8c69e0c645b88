"""The brief of a fair for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from events.fairs.models import Fair
from events.statistics.brief import as_number, brief
from events.statistics.selectors import fairs_with_brief


class SoughtMajorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    people = serializers.IntegerField()
    demands = serializers.IntegerField()


class LevelRowSerializer(serializers.Serializer[Any]):
    level = serializers.CharField()
    schools = serializers.IntegerField()
    graduates = serializers.IntegerField()


class ProvinceRowSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    schools = serializers.IntegerField()
    graduates = serializers.IntegerField()


@extend_schema_field(OpenApiTypes.NUMBER)
class YuanField(serializers.ReadOnlyField):
    """Money: a whole number where it is one, else with its fen."""

    def to_representation(self, value: int | Decimal) -> int | float:
        return as_number(value)


class BriefSerializer(serializers.Serializer[Any]):
    """Shares are between 0 and 1, money is yuan, people and the rest are counted."""

    schools = serializers.IntegerField()
    provinces = serializers.IntegerField()
    enterprises = serializers.IntegerField()
    share_secondary_and_technician = serializers.FloatField()
    graduates = serializers.IntegerField()
    framework_agreements = serializers.IntegerField()
    funding_yuan = YuanField()
    schools_with_intent = serializers.IntegerField()
    enterprises_with_consensus = serializers.IntegerField()
    intent_agreements = serializers.IntegerField()
    secondary_and_technician_schools = serializers.IntegerField()
    meetings_planned = serializers.IntegerField()
    meetings_held = serializers.IntegerField()
    wishes = serializers.IntegerField()
    wishes_met = serializers.IntegerField()
    people_promised = serializers.IntegerField()
    demands = serializers.IntegerField()
    people_sought = serializers.IntegerField()
    top_majors = SoughtMajorSerializer(many=True)
    graduates_by_level = LevelRowSerializer(many=True)
    schools_by_province = ProvinceRowSerializer(many=True)


class BriefViewSet(viewsets.GenericViewSet[Fair]):
    """Figures of a fair, by its short address."""

    serializer_class = BriefSerializer
    lookup_field = "slug"
    queryset = Fair.objects.none()
    pagination_class = None
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Fair]:
        return fairs_with_brief(self.request.user)

    @extend_schema(responses=BriefSerializer)
    def retrieve(self, request: Request, **_lookup: Any) -> Response:
        """The figures as the rows are now."""
        return Response(self.get_serializer(brief(self.get_object())).data)
