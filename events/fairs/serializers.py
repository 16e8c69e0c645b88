"""What the API says of fairs and participations, and what programs send about them."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.fairs.models import Fair, FairStatus, Participation, ParticipationStatus, WishKind
from portal.organizations.models import Organization, OrganizationKind

SIDES = [(kind.value, kind.label) for kind in (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)]


class FairSerializer(serializers.ModelSerializer[Fair]):
    organizer = serializers.UUIDField(source="organizer.public_id", read_only=True)
    organizer_name = serializers.CharField(source="organizer.legal_name", read_only=True)
    region = serializers.CharField(source="region_id", read_only=True)

    class Meta:
        model = Fair
        fields = [
            "slug",
            "name",
            "theme",
            "organizer",
            "organizer_name",
            "hosts",
            "region",
            "venue",
            "starts_on",
            "ends_on",
            "registration_at",
            "registration_place",
            "duty_contact",
            "answers_due",
            "names_due",
            "timetable_due",
            "most_schools",
            "most_enterprises",
            "graduating_year",
            "min_meetings",
            "max_meetings",
            "status",
        ]
        read_only_fields = fields


class FairFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=FairStatus.choices)
    region = django_filters.CharFilter(field_name="region__code", lookup_expr="startswith")
    starts_after = django_filters.DateFilter(field_name="starts_on", lookup_expr="gte")
    starts_before = django_filters.DateFilter(field_name="starts_on", lookup_expr="lte")

    class Meta:
        model = Fair
        fields: list[str] = []


class ParticipationDetailsSerializer(serializers.ModelSerializer[Participation]):
    """What only the organization itself and the organizer see."""

    class Meta:
        model = Participation
        fields = [
            "delegates",
            "note",
            "origin",
            "invited_at",
            "answered_at",
            "waitlisted_at",
            "names_confirmed_at",
            "checked_in_at",
            "at_once",
            "min_meetings",
            "max_meetings",
        ]
        read_only_fields = fields


class ParticipationSerializer(serializers.ModelSerializer[Participation]):
    fair = serializers.SlugField(source="fair.slug", read_only=True)
    organization = serializers.UUIDField(source="organization.public_id", read_only=True)
    organization_name = serializers.CharField(source="organization.legal_name", read_only=True)
    side = serializers.ChoiceField(source="organization.kind", choices=SIDES, read_only=True)
    details = serializers.SerializerMethodField()

    class Meta:
        model = Participation
        fields = ["public_id", "fair", "organization", "organization_name", "side", "status", "details"]
        read_only_fields = fields

    @extend_schema_field(ParticipationDetailsSerializer(allow_null=True))
    def get_details(self, participation: Participation) -> Any:
        own = getattr(participation, "is_own", False)
        return ParticipationDetailsSerializer(participation).data if own else None


class InvitationSerializer(serializers.Serializer[Any]):
    """Whom to invite to which fair."""

    fair = serializers.SlugRelatedField(slug_field="slug", queryset=Fair.objects.none())
    organizations = serializers.SlugRelatedField(
        slug_field="public_id", many=True, queryset=Organization.objects.approved()
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            fields["fair"].queryset = Fair.objects.editable_by(request.user)  # type: ignore[attr-defined]
        return fields


class AnswerSerializer(serializers.Serializer[Any]):
    """The answer to an invitation."""

    accept = serializers.BooleanField()
    delegates = serializers.IntegerField(min_value=1, max_value=50, default=2)
    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class AbsencesSerializer(serializers.Serializer[Any]):
    """The beginnings of the slots in which the organization cannot meet; all others count as free."""

    slots = serializers.ListField(child=serializers.DateTimeField(), allow_empty=True, max_length=500)


class WishSerializer(serializers.Serializer[Any]):
    """A wish for a partner, named by its participation; null takes a wish back."""

    partner = serializers.UUIDField()
    wish = serializers.ChoiceField(choices=WishKind.choices, allow_null=True)


class ParticipationFilter(django_filters.FilterSet):
    fair = django_filters.CharFilter(field_name="fair__slug")
    status = django_filters.ChoiceFilter(choices=ParticipationStatus.choices)
    side = django_filters.ChoiceFilter(field_name="organization__kind", choices=SIDES)

    class Meta:
        model = Participation
        fields: list[str] = []
