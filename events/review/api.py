"""Breaches and call-backs for programs: the same rows and services as on the pages."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.meetings.models import OutcomeLevel
from events.review.models import CallBack, Strike, StrikeKind
from events.review.selectors import call_backs_seen_by
from events.review.services import answer_appeal, finish_call_back, raise_appeal, waive_strike
from portal.accounts.models import User


class StrikeSerializer(serializers.ModelSerializer[Strike]):
    participation = serializers.UUIDField(source="participation.public_id", read_only=True)
    fair = serializers.SlugField(source="participation.fair.slug", read_only=True)
    organization = serializers.UUIDField(source="participation.organization.public_id", read_only=True)
    appeal = serializers.SerializerMethodField()

    class Meta:
        model = Strike
        fields = ["public_id", "fair", "organization", "participation", "kind", "noted_at", "waived_at", "appeal"]
        read_only_fields = fields

    def get_appeal(self, strike: Strike) -> str:
        """ "" for none, else open, upheld or refused."""
        said = getattr(strike, "appeal", None)
        if said is None:
            return ""
        return "open" if said.is_upheld is None else "upheld" if said.is_upheld else "refused"


class WaiverSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class WordSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)


class AppealAnswerSerializer(serializers.Serializer[Any]):
    upheld = serializers.BooleanField()
    answer = serializers.CharField(max_length=2000, allow_blank=True, default="")


class StrikeFilter(django_filters.FilterSet):
    fair = django_filters.CharFilter(field_name="participation__fair__slug")
    kind = django_filters.ChoiceFilter(choices=StrikeKind.choices)

    class Meta:
        model = Strike
        fields: list[str] = []


class StrikeViewSet(viewsets.ReadOnlyModelViewSet[Strike]):
    """Breaches of own organizations and at own fairs."""

    serializer_class = StrikeSerializer
    filterset_class = StrikeFilter
    lookup_field = "public_id"
    queryset = Strike.objects.none()

    def get_queryset(self) -> QuerySet[Strike]:
        rows = Strike.objects.visible_to(self.request.user)
        return rows.select_related("participation__fair", "participation__organization", "appeal")

    def _answer(self, strike: Strike) -> Response:
        return Response(StrikeSerializer(self.get_queryset().get(pk=strike.pk)).data)

    @extend_schema(request=WaiverSerializer, responses=StrikeSerializer)
    @action(detail=True, methods=["post"])
    def waive(self, request: Request, public_id: str) -> Response:
        """The organizer lets a breach no longer count."""
        strike = get_object_or_404(Strike.objects.editable_by(request.user), public_id=public_id)
        typed = _checked(WaiverSerializer(data=request.data))
        waive_strike(strike_id=strike.pk, **typed, actor=cast("User", request.user), at=timezone.now())
        return self._answer(strike)

    @extend_schema(request=WordSerializer, responses=StrikeSerializer)
    @action(detail=True, methods=["post"])
    def appeal(self, request: Request, public_id: str) -> Response:
        """The organization objects, once and in time."""
        strike = get_object_or_404(self.get_queryset(), public_id=public_id)
        typed = _checked(WordSerializer(data=request.data))
        raise_appeal(strike_id=strike.pk, **typed, actor=cast("User", request.user), at=timezone.now())
        return self._answer(strike)

    @extend_schema(request=AppealAnswerSerializer, responses=StrikeSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, public_id: str) -> Response:
        """The organizer answers the objection."""
        rows = Strike.objects.editable_by(request.user).filter(appeal__isnull=False).select_related("appeal")
        strike = get_object_or_404(rows, public_id=public_id)
        typed = _checked(AppealAnswerSerializer(data=request.data))
        answer_appeal(appeal_id=strike.appeal.pk, **typed, actor=cast("User", request.user), at=timezone.now())
        return self._answer(strike)


class CallBackSerializer(serializers.ModelSerializer[CallBack]):
    fair = serializers.SlugField(source="outcome.fair.slug", read_only=True)
    outcome = serializers.UUIDField(source="outcome.public_id", read_only=True)

    class Meta:
        model = CallBack
        fields = ["public_id", "fair", "outcome", "due_on", "note", "done_at", "finding"]
        read_only_fields = fields


class FindingSerializer(serializers.Serializer[Any]):
    """What was said, and the level that the outcome has by now; without one it stays."""

    finding = serializers.CharField(max_length=500)
    level = serializers.ChoiceField(choices=OutcomeLevel.choices, allow_null=True, default=None)


class CallBackFilter(django_filters.FilterSet):
    fair = django_filters.CharFilter(field_name="outcome__fair__slug")
    due_before = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    done = django_filters.BooleanFilter(field_name="done_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = CallBack
        fields: list[str] = []


class CallBackViewSet(viewsets.ReadOnlyModelViewSet[CallBack]):
    """Call-backs of own fairs."""

    serializer_class = CallBackSerializer
    filterset_class = CallBackFilter
    lookup_field = "public_id"
    queryset = CallBack.objects.none()

    def get_queryset(self) -> QuerySet[CallBack]:
        return call_backs_seen_by(cast("User", self.request.user))

    @extend_schema(request=FindingSerializer, responses=CallBackSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, public_id: str) -> Response:
        """Note what was said."""
        row = get_object_or_404(self.get_queryset(), public_id=public_id)
        typed = _checked(FindingSerializer(data=request.data))
        level = None if typed["level"] is None else OutcomeLevel(typed["level"])
        finish_call_back(
            call_back_id=row.pk,
            finding=typed["finding"],
            level=level,
            actor=cast("User", request.user),
            at=timezone.now(),
        )
        return Response(CallBackSerializer(self.get_queryset().get(pk=row.pk)).data)


def _checked(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
