"""What happened at the door, for programs: a turnstile, a badge reader, a sheet that was scanned."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from events.door.models import DoorEvent, DoorEventKind
from events.door.reading import ToldSerializer, told_by
from events.door.services import tell
from events.door.services.telling import MOST_AT_ONCE
from events.fairs.models import Fair
from portal.accounts.models import User


class DoorEventSerializer(serializers.ModelSerializer[DoorEvent]):
    fair = serializers.SlugField(source="fair.slug", read_only=True)
    party = serializers.UUIDField(source="participation.public_id", read_only=True, allow_null=True, default=None)
    person = serializers.UUIDField(source="delegate.public_id", read_only=True, allow_null=True, default=None)

    class Meta:
        model = DoorEvent
        fields = ["nonce", "fair", "kind", "party", "person", "people", "note", "happened_at", "received_at"]
        read_only_fields = fields


class ToldBatchSerializer(serializers.Serializer[Any]):
    """Events of one fair; `sent_at` is the sender's clock at the sending, by which their times are put right."""

    fair = serializers.SlugRelatedField(slug_field="slug", queryset=Fair.objects.none())
    sent_at = serializers.DateTimeField()
    events = serializers.ListField(child=ToldSerializer(), allow_empty=False, max_length=MOST_AT_ONCE)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            fields["fair"].queryset = Fair.objects.editable_by(request.user)  # type: ignore[attr-defined]
        return fields


class ReportSerializer(serializers.Serializer[Any]):
    """What became of one event; one that was sent before is stored too."""

    nonce = serializers.UUIDField()
    stored = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)


class DoorEventFilter(django_filters.FilterSet):
    fair = django_filters.CharFilter(field_name="fair__slug")
    kind = django_filters.ChoiceFilter(choices=DoorEventKind.choices)

    class Meta:
        model = DoorEvent
        fields: list[str] = []


class DoorEventViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[DoorEvent]):
    """Events at the doors of own fairs."""

    serializer_class = DoorEventSerializer
    filterset_class = DoorEventFilter
    queryset = DoorEvent.objects.none()

    def get_queryset(self) -> QuerySet[DoorEvent]:
        rows = DoorEvent.objects.visible_to(self.request.user)
        return rows.select_related("fair", "participation", "delegate")

    @extend_schema(request=ToldBatchSerializer, responses=ReportSerializer(many=True))
    def create(self, request: Request) -> Response:
        """Tell what happened; the answer has one report an event, in their order. Sending it again changes nothing."""
        given = ToldBatchSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        batch, now = given.validated_data, timezone.now()
        told = [told_by(one, sent_at=batch["sent_at"], received_at=now) for one in batch["events"]]
        reports = tell(fair_id=batch["fair"].pk, told=told, actor=cast("User", request.user), at=now)
        return Response(ReportSerializer(reports, many=True).data)
