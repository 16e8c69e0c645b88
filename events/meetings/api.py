"""Timetables, meetings and outcomes for programs: the same rows and services as on the pages."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.fairs.models import Fair, Participation
from events.meetings.api_meetings import MeetingViewSet
from events.meetings.models import Outcome, OutcomeLevel, Timetable, TimetableStatus
from events.meetings.services import (
    OutcomeFacts,
    acknowledge,
    confirm_outcome,
    publish_timetable,
    record_outcome,
    request_timetable,
)
from portal.accounts.models import User
from portal.jobs.api import JobSerializer
from portal.taxonomy.models import CooperationKind

__all__ = ["MeetingViewSet", "OutcomeViewSet", "TimetableViewSet"]


class OwnFairField(serializers.SlugRelatedField[Fair]):
    """A fair that the user runs, by its short address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", queryset=Fair.objects.all(), **kwargs)

    def get_queryset(self) -> QuerySet[Fair]:
        request = self.context.get("request")
        return Fair.objects.editable_by(request.user) if request is not None else Fair.objects.none()


class TimetableSerializer(serializers.ModelSerializer[Timetable]):
    fair = serializers.SlugField(source="fair.slug", read_only=True)

    class Meta:
        model = Timetable
        fields = ["fair", "number", "status", "published_at", "score", "upper_bound", "breaks", "created_at"]
        read_only_fields = fields


class TimetableRequestSerializer(serializers.Serializer[Any]):
    """For which fair; the same seed gives the same timetable. The locked meetings of the version `keep` stay."""

    fair = OwnFairField()
    seed = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1)
    keep = serializers.IntegerField(min_value=1, max_value=32_767, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Find the version whose meetings stay."""
        keep = attrs.get("keep")
        base = attrs["fair"].timetables.filter(number=keep).first() if keep else None
        if keep and base is None:
            raise serializers.ValidationError({"keep": ["The fair has no such version."]})
        return attrs | {"based_on": base}


class PublicationSerializer(serializers.Serializer[Any]):
    """Which version of which fair."""

    fair = OwnFairField()
    number = serializers.IntegerField(min_value=1, max_value=32_767)


class OwnParticipationField(serializers.SlugRelatedField[Participation]):
    """A participation for which the user acts, by its public identifier."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="public_id", queryset=Participation.objects.all(), **kwargs)

    def get_queryset(self) -> QuerySet[Participation]:
        request = self.context.get("request")
        return Participation.objects.editable_by(request.user) if request is not None else Participation.objects.none()


class AcknowledgementSerializer(serializers.Serializer[Any]):
    """Who has seen its meetings in which version."""

    participation = OwnParticipationField()
    number = serializers.IntegerField(min_value=1, max_value=32_767)
    at = serializers.DateTimeField(read_only=True)


class TimetableFilter(django_filters.FilterSet):
    fair = django_filters.CharFilter(field_name="fair__slug")
    status = django_filters.ChoiceFilter(choices=TimetableStatus.choices)

    class Meta:
        model = Timetable
        fields: list[str] = []


class TimetableViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Timetable]):
    """Versions of timetables: the published ones of fairs that one takes part in, all those of own fairs."""

    serializer_class = TimetableSerializer
    filterset_class = TimetableFilter
    queryset = Timetable.objects.none()

    def get_queryset(self) -> QuerySet[Timetable]:
        return Timetable.objects.visible_to(self.request.user).select_related("fair")

    @extend_schema(
        request=TimetableRequestSerializer,
        responses={202: OpenApiResponse(JobSerializer, description="The job; its address is in Location.")},
        parameters=[OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[202])],
    )
    def create(self, request: Request) -> Response:
        """Have a timetable proposed by a job; while one is made, the own job is returned, or 409 if it is another's."""
        given = TimetableRequestSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        job = request_timetable(
            fair_id=given.validated_data["fair"].pk,
            seed=given.validated_data["seed"],
            based_on=given.validated_data["based_on"],
            actor=_person(request),
            at=timezone.now(),
        )
        address = reverse("api:job-detail", args=[job.public_id])
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED, headers={"Location": address})

    @extend_schema(request=PublicationSerializer, responses=TimetableSerializer)
    @action(detail=False, methods=["post"])
    def publish(self, request: Request) -> Response:
        """Make a proposed version the one that counts; 409 if it was published before."""
        given = PublicationSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        version = given.validated_data["fair"].timetables.filter(number=given.validated_data["number"]).first()
        if version is None:
            raise serializers.ValidationError({"number": ["The fair has no such version."]})
        published = publish_timetable(timetable_id=version.pk, actor=_person(request), at=timezone.now())
        return Response(self.get_serializer(published).data)

    @extend_schema(request=AcknowledgementSerializer, responses=AcknowledgementSerializer)
    @action(detail=False, methods=["post"])
    def acknowledge(self, request: Request) -> Response:
        """Say that a participant has seen its meetings; 409 unless `number` is the version that counts."""
        given = AcknowledgementSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        party, number = given.validated_data["participation"], given.validated_data["number"]
        seen = acknowledge(participation_id=party.pk, number=number, actor=_person(request), at=timezone.now())
        answer = {"participation": party, "number": number, "at": seen.at}
        return Response(AcknowledgementSerializer(answer).data)


class VisibleParticipation(serializers.SlugRelatedField[Participation]):
    """A participation that the user may see, by its public identifier."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="public_id", queryset=Participation.objects.all(), **kwargs)

    def get_queryset(self) -> QuerySet[Participation]:
        request = self.context.get("request")
        return Participation.objects.visible_to(request.user) if request is not None else Participation.objects.none()


class OutcomeSerializer(serializers.ModelSerializer[Outcome]):
    """What came of a pair. `version` is that of the row a change is based on; it must not be sent for a new one."""

    fair = serializers.SlugField(source="fair.slug", read_only=True)
    school = VisibleParticipation()
    enterprise = VisibleParticipation()
    level = serializers.ChoiceField(choices=OutcomeLevel.choices)
    cooperation_kinds = serializers.SlugRelatedField(
        slug_field="code", many=True, queryset=CooperationKind.objects.all(), required=False
    )
    headcount = serializers.IntegerField(min_value=0, max_value=10_000, default=0)
    note = serializers.CharField(max_length=500, allow_blank=True, default="")
    version = serializers.IntegerField(min_value=1, required=False)

    class Meta:
        model = Outcome
        fields = [
            "public_id",
            "fair",
            "school",
            "enterprise",
            "level",
            "cooperation_kinds",
            "headcount",
            "note",
            "recorded_at",
            "recorded_side",
            "confirmed_at",
            "version",
        ]
        read_only_fields = ["public_id", "recorded_at", "recorded_side", "confirmed_at"]
        validators: list[Any] = []  # the pair's uniqueness is a conflict that the service tells


class ConfirmSerializer(serializers.Serializer[Any]):
    """The version of the outcome with which the other side agrees."""

    version = serializers.IntegerField(min_value=1)


class OutcomeFilter(django_filters.FilterSet):
    fair = django_filters.CharFilter(field_name="fair__slug")
    level = django_filters.ChoiceFilter(choices=OutcomeLevel.choices)
    at_least = django_filters.NumberFilter(field_name="level", lookup_expr="gte")

    class Meta:
        model = Outcome
        fields: list[str] = []


class OutcomeViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Outcome]):
    """Outcomes of own talks; all those of own fairs."""

    serializer_class = OutcomeSerializer
    filterset_class = OutcomeFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    queryset = Outcome.objects.none()

    def get_queryset(self) -> QuerySet[Outcome]:
        rows = Outcome.objects.visible_to(self.request.user)
        return rows.select_related("fair", "school", "enterprise").prefetch_related("cooperation_kinds")

    @extend_schema(request=OutcomeSerializer, responses={201: OutcomeSerializer})
    def create(self, request: Request) -> Response:
        """Record what came of two at a fair; 409 if that was recorded before."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        outcome = record_outcome(
            school_id=given.validated_data["school"].pk,
            enterprise_id=given.validated_data["enterprise"].pk,
            facts=_facts(given.validated_data),
            actor=_person(request),
            at=timezone.now(),
        )
        return Response(self.get_serializer(outcome).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=OutcomeSerializer, responses=OutcomeSerializer)
    def update(self, request: Request, **_lookup: Any) -> Response:
        """Correct an outcome; 409 unless `version` is the current one. The pair stays as it is."""
        outcome = self.get_object()
        given = self.get_serializer(
            data={"school": outcome.school.public_id, "enterprise": outcome.enterprise.public_id, **_sent(request)}
        )
        given.is_valid(raise_exception=True)
        changed = record_outcome(
            school_id=outcome.school_id,
            enterprise_id=outcome.enterprise_id,
            facts=_facts(given.validated_data),
            version=given.validated_data.get("version", 0),
            actor=_person(request),
            at=timezone.now(),
        )
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=ConfirmSerializer, responses=OutcomeSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, **_lookup: Any) -> Response:
        """The side that did not record it agrees; 409 unless `version` is the current one."""
        outcome = self.get_object()
        given = ConfirmSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        confirm_outcome(outcome_id=outcome.pk, **given.validated_data, actor=_person(request), at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


def _facts(sent: dict[str, Any]) -> OutcomeFacts:
    """What was sent, once it is valid."""
    return OutcomeFacts(
        level=OutcomeLevel(sent["level"]),
        kinds=tuple(kind.code for kind in sent.get("cooperation_kinds", ())),
        headcount=sent["headcount"],
        note=sent["note"],
    )


def _sent(request: Request) -> dict[str, Any]:
    """The body without the pair, which an address already names."""
    if not isinstance(request.data, dict):
        raise serializers.ValidationError({"non_field_errors": ["An object is expected."]})
    return {name: value for name, value in request.data.items() if name not in {"school", "enterprise"}}


def _person(request: Request) -> User:
    """The API answers nobody who has not signed in."""
    return cast("User", request.user)
