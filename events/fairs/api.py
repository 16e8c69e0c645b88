"""Fairs and who takes part, for programs: the same rows and services as on the pages."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.fairs.models import Fair, FairStatus, Participation, ParticipationStatus, Wish, WishKind
from events.fairs.services import answer_invitation, check_in, invite_partners, set_absences, set_wishes
from portal.accounts.models import User
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


class FairViewSet(viewsets.ReadOnlyModelViewSet[Fair]):
    """Announced fairs, and those in planning of own organizers."""

    serializer_class = FairSerializer
    filterset_class = FairFilter
    lookup_field = "slug"
    queryset = Fair.objects.none()

    def get_queryset(self) -> QuerySet[Fair]:
        return Fair.objects.visible_to(self.request.user).select_related("organizer")


class ParticipationDetailsSerializer(serializers.ModelSerializer[Participation]):
    """What only the organization itself and the organizer see."""

    class Meta:
        model = Participation
        fields = ["delegates", "note", "invited_at", "answered_at", "checked_in_at"]
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


class ParticipationViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Participation]):
    """Own participations, all those of own fairs, and who else comes to fairs that one takes part in."""

    serializer_class = ParticipationSerializer
    filterset_class = ParticipationFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    queryset = Participation.objects.none()

    def get_queryset(self) -> QuerySet[Participation]:
        own = Participation.objects.own_of(self.request.user).filter(pk=OuterRef("pk"))
        rows = Participation.objects.visible_to(self.request.user)
        return rows.annotate(is_own=Exists(own)).select_related("fair", "organization")

    @extend_schema(request=InvitationSerializer, responses={201: ParticipationSerializer(many=True)})
    def create(self, request: Request) -> Response:
        """Invite organizations; the answer lists those newly invited."""
        given = InvitationSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        invited = invite_partners(
            fair_id=given.validated_data["fair"].pk,
            organization_ids=[organization.pk for organization in given.validated_data["organizations"]],
            actor=_person(request),
            at=timezone.now(),
        )
        rows = self.get_queryset().filter(pk__in=[row.pk for row in invited]).order_by("pk")
        return Response(self.get_serializer(rows, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AnswerSerializer, responses=ParticipationSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, **_lookup: Any) -> Response:
        """Accept or decline, for the own organization or as the organizer."""
        given = AnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answer_invitation(
            participation_id=self.get_object().pk, **given.validated_data, actor=_person(request), at=timezone.now()
        )
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=ParticipationSerializer)
    @action(detail=True, methods=["post"], url_path="check-in")
    def check_in(self, request: Request, **_lookup: Any) -> Response:
        """The organization has arrived; for the organizer."""
        check_in(participation_id=self.get_object().pk, actor=_person(request), at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=AbsencesSerializer, responses=AbsencesSerializer)
    @action(detail=True, methods=["put"])
    def absences(self, request: Request, **_lookup: Any) -> Response:
        """Say in which slots, and in no others, the organization cannot meet."""
        participation = self.get_object()
        given = AbsencesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        starts = set(given.validated_data["slots"])
        found = {slot.starts_at: slot.pk for slot in participation.fair.slots.filter(starts_at__in=starts)}
        if starts - set(found):
            raise serializers.ValidationError({"slots": [_("No slot of the fair begins at one of these times.")]})
        set_absences(
            participation_id=participation.pk, slot_ids=found.values(), actor=_person(request), at=timezone.now()
        )
        return Response({"slots": sorted(found)})

    @extend_schema(responses=WishSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def wishes(self, request: Request, **_lookup: Any) -> Response:
        """All wishes of the organization; seen by itself and the organizer only."""
        return Response(_wishes_of(self.get_object(), request))

    @extend_schema(request=WishSerializer(many=True), responses=WishSerializer(many=True))
    @wishes.mapping.put
    def set_wishes(self, request: Request, **_lookup: Any) -> Response:
        """Change the wishes for the partners named; those for others stay.

        A wish is taken back even for a partner that no longer comes.
        """
        participation = self.get_object()
        given = WishSerializer(data=request.data, many=True)
        given.is_valid(raise_exception=True)
        asked = {wish["partner"]: wish["wish"] for wish in given.validated_data}
        guests = Participation.objects.filter(fair=participation.fair_id, public_id__in=asked)
        known = {row.public_id: row.pk for row in guests if row.takes_part or asked[row.public_id] is None}
        if set(asked) - set(known):
            raise serializers.ValidationError([{"partner": [_("This partner is not taking part in the fair.")]}])
        wishes = {known[public_id]: WishKind(kind) if kind else None for public_id, kind in asked.items()}
        set_wishes(participation_id=participation.pk, wishes=wishes, actor=_person(request), at=timezone.now())
        return Response(_wishes_of(participation, request))


def _wishes_of(participation: Participation, request: Request) -> list[dict[str, Any]]:
    rows = Wish.objects.visible_to(request.user).filter(wisher=participation).order_by("pk")
    return [{"partner": partner, "wish": kind} for partner, kind in rows.values_list("partner__public_id", "kind")]


def _person(request: Request) -> User:
    """The API answers nobody who has not signed in."""
    return cast("User", request.user)
