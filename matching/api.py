"""Matches and feedback for programs: the same lists, reasons and services as on the pages."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from matching.demand_ranking import RankedSchool, ranked_schools
from matching.feedback import SAYABLE, HideReason, say, unsay
from matching.listing import SHOWN
from matching.models import Feedback, FeedbackKind, Match, MatchQuerySet, Side
from matching.reasons import Reasons
from matching.selectors import MATCHED_KINDS
from matching.standing import NoRun
from portal.common.api import KeysetPagination
from portal.common.errors import StateConflict
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization
from portal.taxonomy.api import KeyField


class NotRankedYet(StateConflict):
    """Nobody has been ranked yet; the first ranking is being made."""


class MatchSerializer(serializers.ModelSerializer[Match]):
    enterprise = serializers.UUIDField(source="enterprise.public_id", read_only=True)
    enterprise_name = serializers.CharField(source="enterprise.legal_name", read_only=True)
    school = serializers.UUIDField(source="school.public_id", read_only=True)
    school_name = serializers.CharField(source="school.legal_name", read_only=True)

    class Meta:
        model = Match
        fields = [
            "side",
            "enterprise",
            "enterprise_name",
            "school",
            "school_name",
            "enterprise_score",
            "school_score",
            "mutual",
            "coverage",
            "graduates",
            "vacancies",
        ]
        read_only_fields = fields


class MatchFilter(django_filters.FilterSet):
    """Without `side` the lists of the schools are read where a school is named, else those of the enterprises."""

    side = django_filters.ChoiceFilter(choices=Side.choices)
    enterprise = django_filters.UUIDFilter(field_name="enterprise__public_id")
    school = django_filters.UUIDFilter(field_name="school__public_id")

    class Meta:
        model = Match
        fields: list[str] = []

    def filter_queryset(self, queryset: MatchQuerySet) -> MatchQuerySet:
        rows: MatchQuerySet = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        if chosen.get("side"):
            return rows
        of_school = chosen.get("school") and not chosen.get("enterprise")
        return rows.filter(side=Side.SCHOOL if of_school else Side.ENTERPRISE)


class MatchPagination(KeysetPagination):
    """Best first for the owner of one list; over many lists by list, and within each by partner."""

    def get_ordering(self, request: Request, queryset: QuerySet[Match], view: APIView) -> tuple[str, ...]:
        asked = {name: value for name, value in request.query_params.items() if value}
        side = asked.get("side") or (
            Side.SCHOOL if "school" in asked and "enterprise" not in asked else Side.ENTERPRISE
        )
        if side == Side.SCHOOL:
            return ("-school_score", "enterprise_uuid") if "school" in asked else ("school_uuid", "enterprise_uuid")
        return ("-enterprise_score", "school_uuid") if "enterprise" in asked else ("enterprise_uuid", "school_uuid")


class MetMajorSerializer(serializers.Serializer[Any]):
    wanted = serializers.CharField()
    offered = serializers.CharField()
    level = serializers.CharField()
    depth = serializers.CharField()
    exact = serializers.BooleanField()


class BarSerializer(serializers.Serializer[Any]):
    """What one wanted major or skill adds to the coverage, in percent."""

    of = serializers.CharField()
    kind = serializers.CharField()
    percent = serializers.FloatField()


class ReasonsSerializer(serializers.Serializer[Reasons]):
    """What meets and what is missing, in names; persons where people are counted."""

    coverage_percent = serializers.IntegerField()
    majors_met = MetMajorSerializer(many=True)
    majors_missing = serializers.ListField(child=serializers.CharField())
    skills_met = serializers.ListField(child=serializers.CharField())
    skills_missing = serializers.ListField(child=serializers.CharField())
    headcount = serializers.IntegerField()
    exact_graduates = serializers.IntegerField()
    eligible_graduates = serializers.IntegerField()
    level_fit_percent = serializers.IntegerField()
    region_fit_percent = serializers.IntegerField()
    bars = BarSerializer(many=True)


class RankedSchoolSerializer(serializers.Serializer[RankedSchool]):
    rank = serializers.IntegerField()
    school = serializers.UUIDField(source="school.public_id")
    school_name = serializers.CharField(source="school.legal_name")
    enterprise_score = serializers.FloatField(source="figures.enterprise_score")
    school_score = serializers.FloatField(source="figures.school_score")
    mutual = serializers.FloatField(source="figures.mutual")
    reasons = ReasonsSerializer()


class MatchViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Match]):
    """The stored lists of both sides: the best schools of each enterprise, the best enterprises of each school."""

    serializer_class = MatchSerializer
    filterset_class = MatchFilter
    pagination_class = MatchPagination
    queryset = Match.objects.none()

    def get_queryset(self) -> MatchQuerySet:
        rows = Match.objects.visible_to(self.request.user).select_related("school", "enterprise")
        return rows.annotate(enterprise_uuid=F("enterprise__public_id"), school_uuid=F("school__public_id"))

    @extend_schema(
        parameters=[OpenApiParameter("public_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses=RankedSchoolSerializer(many=True),
    )
    @action(
        detail=False,
        url_path="of-demand/(?P<public_id>[^/.]+)",
        filterset_class=None,
        pagination_class=None,
    )
    def of_demand(self, request: Request, public_id: str) -> Response:
        """The best schools for one open demand, with the reasons; for its enterprise and the staff.

        Computed as it is asked for. 409 before the first ranking.
        """
        rows = TalentDemand.objects.visible_to(request.user)
        if not request.user.is_staff:
            rows = rows.filter(enterprise__in=Organization.objects.of_member(request.user))
        try:
            demand = get_object_or_404(rows, public_id=public_id)
        except ValidationError as error:
            raise Http404 from error
        try:
            found = ranked_schools(demand=demand, top=SHOWN)
        except NoRun as error:
            raise NotRankedYet(_("The first ranking is being made.")) from error
        return Response([RankedSchoolSerializer(row).data for row in found])


class FeedbackSerializer(serializers.Serializer[Feedback]):
    """What an organization says of a partner; a reason only where it is hidden."""

    organization = serializers.SlugRelatedField(slug_field="public_id", queryset=Organization.objects.none())
    partner = serializers.SlugRelatedField(slug_field="public_id", queryset=Organization.objects.none())
    kind = serializers.ChoiceField(choices=FeedbackKind.choices)
    reason = serializers.ChoiceField(choices=HideReason.choices, required=False, allow_blank=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    created_at = serializers.DateTimeField(read_only=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        user = self.context["request"].user if "request" in self.context else AnonymousUser()
        mine = Organization.objects.editable_by(user).filter(kind__in=MATCHED_KINDS)
        seen = Organization.objects.visible_to(user).filter(kind__in=MATCHED_KINDS)
        spoken_of = Feedback.objects.visible_to(user).filter(partner=OuterRef("pk"))  # also one that is suspended since
        theirs = Organization.objects.filter(Q(pk__in=seen) | Exists(spoken_of))
        fields["organization"] = KeyField(slug_field="public_id", queryset=mine)
        fields["partner"] = KeyField(slug_field="public_id", queryset=theirs)
        return fields

    def validate_kind(self, value: str) -> FeedbackKind:
        if value not in SAYABLE:
            raise serializers.ValidationError(_("This is recorded when it happens, not said."))
        return FeedbackKind(value)


class FeedbackFilter(django_filters.FilterSet):
    organization = django_filters.UUIDFilter(field_name="organization__public_id")
    partner = django_filters.UUIDFilter(field_name="partner__public_id")
    kind = django_filters.ChoiceFilter(choices=FeedbackKind.choices)

    class Meta:
        model = Feedback
        fields: list[str] = []


class FeedbackViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Feedback]):
    """What one's own organizations have said of their partners, or done with them."""

    serializer_class = FeedbackSerializer
    filterset_class = FeedbackFilter
    queryset = Feedback.objects.none()

    def get_queryset(self) -> QuerySet[Feedback]:
        return Feedback.objects.visible_to(self.request.user).select_related("organization", "partner")

    @extend_schema(request=FeedbackSerializer, responses={201: FeedbackSerializer})
    def create(self, request: Request) -> Response:
        """Say that a partner is interesting, or hide it; twice is once."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = say(**self._how(), **given.validated_data)
        return Response(self.get_serializer(said).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=FeedbackSerializer, responses={204: None})
    @action(detail=False, methods=["post"], url_path="take-back", filterset_class=None, pagination_class=None)
    def take_back(self, request: Request) -> Response:
        """Take back what was said: organization, partner and kind as it was; 409 if there is nothing (any more)."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        what = {name: given.validated_data[name] for name in ("organization", "partner", "kind")}
        unsay(**self._how(), **what)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _how(self) -> dict[str, Any]:
        return {"actor": self.request.user, "at": timezone.now()}
