"""Meetings for programs: own ones to be read; those of own fairs to be moved, cancelled and locked."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.meetings.models import Meeting, MeetingState, TimetableStatus
from events.meetings.services import cancel_meeting, lock_meetings, move_meeting
from portal.accounts.models import User


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting as both sides may see it: what one of them had wished is not among it."""

    fair = serializers.SlugField(source="timetable.fair.slug", read_only=True)
    version = serializers.IntegerField(source="timetable.number", read_only=True)
    school = serializers.UUIDField(source="school.public_id", read_only=True)
    school_name = serializers.CharField(source="school.organization.legal_name", read_only=True)
    enterprise = serializers.UUIDField(source="enterprise.public_id", read_only=True)
    enterprise_name = serializers.CharField(source="enterprise.organization.legal_name", read_only=True)
    starts_at = serializers.DateTimeField(source="slot.starts_at", read_only=True)
    ends_at = serializers.DateTimeField(source="slot.ends_at", read_only=True)
    table = serializers.CharField(source="table.__str__", read_only=True)

    class Meta:
        model = Meeting
        fields = [
            "public_id",
            "fair",
            "version",
            "school",
            "school_name",
            "enterprise",
            "enterprise_name",
            "starts_at",
            "ends_at",
            "table",
            "state",
            "is_locked",
        ]
        read_only_fields = fields


class PlaceSerializer(serializers.Serializer[Any]):
    """A slot by its beginning, a table by its number."""

    starts_at = serializers.DateTimeField()
    table = serializers.IntegerField(min_value=1, max_value=32_767)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Find both at the fair of the meeting."""
        fair = self.context["meeting"].timetable.fair
        slot = fair.slots.filter(starts_at=attrs["starts_at"]).first()
        table = fair.tables.filter(number=attrs["table"]).first()
        if slot is None:
            raise serializers.ValidationError({"starts_at": [_("This slot does not belong to the fair.")]})
        if table is None:
            raise serializers.ValidationError({"table": [_("This table does not belong to the fair.")]})
        return attrs | {"slot": slot, "table_row": table}


class LockSerializer(serializers.Serializer[Any]):
    """Whether a meeting stays where it is, whatever is planned anew."""

    locked = serializers.BooleanField()


class MeetingFilter(django_filters.FilterSet):
    fair = django_filters.CharFilter(field_name="timetable__fair__slug")
    version = django_filters.NumberFilter(field_name="timetable__number")
    timetable = django_filters.ChoiceFilter(field_name="timetable__status", choices=TimetableStatus.choices)
    state = django_filters.ChoiceFilter(choices=MeetingState.choices)

    class Meta:
        model = Meeting
        fields: list[str] = []


class MeetingViewSet(viewsets.ReadOnlyModelViewSet[Meeting]):
    """Own meetings of published timetables; all meetings of every version of own fairs."""

    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    queryset = Meeting.objects.none()

    def get_queryset(self) -> QuerySet[Meeting]:
        return Meeting.objects.visible_to(self.request.user).with_parties()

    @extend_schema(request=PlaceSerializer, responses=MeetingSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **_lookup: Any) -> Response:
        """Put a planned meeting of an own fair elsewhere; 422 says what stands against the place."""
        meeting = self._own()
        given = PlaceSerializer(data=request.data, context={"meeting": meeting})
        given.is_valid(raise_exception=True)
        place = {"slot_id": given.validated_data["slot"].pk, "table_id": given.validated_data["table_row"].pk}
        moved = move_meeting(meeting_id=meeting.pk, **place, actor=_person(request), at=timezone.now())
        return Response(self.get_serializer(moved).data)

    @extend_schema(request=None, responses=MeetingSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **_lookup: Any) -> Response:
        """Take a planned meeting of an own fair off the timetable."""
        cancelled = cancel_meeting(meeting_id=self._own().pk, actor=_person(request), at=timezone.now())
        return Response(self.get_serializer(cancelled).data)

    @extend_schema(request=LockSerializer, responses=MeetingSerializer)
    @action(detail=True, methods=["post"])
    def lock(self, request: Request, **_lookup: Any) -> Response:
        """Lock a planned meeting of an own fair, so that no new plan moves it, or unlock it."""
        meeting = self._own()
        given = LockSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        lock_meetings(
            timetable_id=meeting.timetable_id,
            meeting_ids=[meeting.pk],
            locked=given.validated_data["locked"],
            actor=_person(request),
            at=timezone.now(),
        )
        return Response(self.get_serializer(self.get_object()).data)

    def _own(self) -> Meeting:
        """The meeting if the user runs its fair; a participant gets a 404, as for all it may not touch."""
        rows = Meeting.objects.editable_by(self.request.user).with_parties()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])


def _person(request: Request) -> User:
    """The API answers nobody who has not signed in."""
    return cast("User", request.user)
