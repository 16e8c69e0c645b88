"""Matches and partners for programs: the same rows and reasons as on the pages."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.views import APIView

from matching.models import Match, PairScore
from portal.common.api import KeysetPagination

INTERNAL = frozenset({"demand", "contributions"})  # serial numbers of ours


class MatchSerializer(serializers.ModelSerializer[Match]):
    demand = serializers.UUIDField(source="ranking.demand.public_id", read_only=True)
    school = serializers.UUIDField(source="school.public_id", read_only=True)
    school_name = serializers.CharField(source="school.legal_name", read_only=True)
    reasons = serializers.SerializerMethodField()

    class Meta:
        model = Match
        fields = ["demand", "school", "school_name", "rank", "score", "reasons"]
        read_only_fields = fields

    def get_reasons(self, match: Match) -> dict[str, Any]:
        """What meets and what is missing: codes of majors, names of skills, people."""
        demand = match.explanation["demands"][0]
        return {name: value for name, value in demand.items() if name not in INTERNAL}


class MatchFilter(django_filters.FilterSet):
    demand = django_filters.UUIDFilter(field_name="ranking__demand__public_id")
    school = django_filters.UUIDFilter(field_name="school__public_id")

    class Meta:
        model = Match
        fields: list[str] = []


class MatchPagination(KeysetPagination):
    """By rank within one demand; over many, where thousands share a rank, by what is unique."""

    def get_ordering(self, request: Request, queryset: QuerySet[Match], view: APIView) -> tuple[str, ...]:
        return ("rank",) if "demand" in request.query_params else ("-id",)


class MatchViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Match]):
    """Schools ranked for demands, best first."""

    serializer_class = MatchSerializer
    filterset_class = MatchFilter
    pagination_class = MatchPagination
    queryset = Match.objects.none()

    def get_queryset(self) -> QuerySet[Match]:
        rows = Match.objects.visible_to(self.request.user)
        return rows.select_related("school", "ranking__demand")


class PartnerSerializer(serializers.ModelSerializer[PairScore]):
    school = serializers.UUIDField(source="school.public_id", read_only=True)
    school_name = serializers.CharField(source="school.legal_name", read_only=True)
    enterprise = serializers.UUIDField(source="enterprise.public_id", read_only=True)
    enterprise_name = serializers.CharField(source="enterprise.legal_name", read_only=True)

    class Meta:
        model = PairScore
        fields = [
            "school",
            "school_name",
            "enterprise",
            "enterprise_name",
            "enterprise_score",
            "school_score",
            "mutual",
            "coverage",
            "graduates",
            "vacancies",
            "computed_at",
        ]
        read_only_fields = fields


class PartnerFilter(django_filters.FilterSet):
    school = django_filters.UUIDFilter(field_name="school__public_id")
    enterprise = django_filters.UUIDFilter(field_name="enterprise__public_id")

    class Meta:
        model = PairScore
        fields: list[str] = []


class PartnerPagination(KeysetPagination):
    """Best first for one organization; over many by what is unique."""

    def get_ordering(self, request: Request, queryset: QuerySet[PairScore], view: APIView) -> tuple[str, ...]:
        of_one = {"school", "enterprise"} & set(request.query_params)
        return ("-mutual", "-id") if of_one else ("-id",)


class PartnerViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[PairScore]):
    """Pairs of a school and an enterprise with the fit for each side."""

    serializer_class = PartnerSerializer
    filterset_class = PartnerFilter
    pagination_class = PartnerPagination
    queryset = PairScore.objects.none()

    def get_queryset(self) -> QuerySet[PairScore]:
        return PairScore.objects.visible_to(self.request.user).select_related("school", "enterprise")
