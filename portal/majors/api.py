"""Programmes and their people by API: same querysets, same services as the pages."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.models import User
from portal.majors import services
from portal.majors.filters import ProgrammeApiFilter
from portal.majors.models import Programme, ProgrammeQuerySet, SupplyLine
from portal.majors.selectors import wordings_shown_to
from portal.organizations.models import Organization, OrganizationQuerySet
from portal.taxonomy.api import MajorCodeField, SkillNameField
from portal.taxonomy.queue.api import UnknownNamesField
from portal.taxonomy.queue.models import NameKind
from portal.taxonomy.queue.services import Typed


class SchoolField(serializers.SlugRelatedField[Organization]):
    """A school for which the caller may write."""

    def get_queryset(self) -> OrganizationQuerySet:
        request = self.context.get("request")
        editable = Organization.objects.editable_by(request.user) if request else Organization.objects.none()
        return editable.schools()


class SupplyLineSerializer(serializers.ModelSerializer[SupplyLine]):
    """The people of one graduating year; `available` are those not yet promised."""

    available = serializers.IntegerField(read_only=True)

    class Meta:
        model = SupplyLine
        fields = ["graduating_year", "enrolled", "graduating", "committed", "available", "state"]
        read_only_fields = ["state"]
        validators: list[Any] = []  # the service explains what does not fit


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    """A programme with its people by year, the latest first. School and major stay what they are once made."""

    school = SchoolField(slug_field="public_id", queryset=Organization.objects.none())
    major = MajorCodeField()
    major_name = serializers.CharField(source="major.name", read_only=True)
    skills = SkillNameField(many=True, required=False)
    unknown_skills = UnknownNamesField(NameKind.SKILL)
    supply = SupplyLineSerializer(many=True, read_only=True)

    class Meta:
        model = Programme
        fields = [
            "public_id",
            "school",
            "major",
            "major_name",
            "direction",
            "skills",
            "unknown_skills",
            "is_active",
            "supply",
        ]
        read_only_fields = ["public_id"]
        extra_kwargs = {"direction": {"required": False}}
        validators: list[Any] = []  # the service tells what is there already

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        if self.instance is not None:
            fields["school"].read_only = fields["major"].read_only = True
        return fields

    def create(self, validated_data: dict[str, Any]) -> Programme:
        return services.add_programme(
            school_id=validated_data["school"].pk,
            major=validated_data["major"],
            direction=validated_data.get("direction", ""),
            skills=validated_data.get("skills", ()),
            typed=_typed(validated_data) or (),
            actor=self.context["request"].user,
            at=timezone.now(),
        )

    def update(self, instance: Programme, validated_data: dict[str, Any]) -> Programme:
        return services.update_programme(
            programme_id=instance.pk,
            direction=validated_data.get("direction", instance.direction),
            skills=validated_data.get("skills"),
            is_active=validated_data.get("is_active", instance.is_active),
            typed=_typed(validated_data),
            actor=self.context["request"].user,
            at=timezone.now(),
        )


def _typed(values: dict[str, Any]) -> list[Typed] | None:
    """The skills that nobody knows; None if nothing is said of them."""
    texts = values.get("unknown_skills")
    return None if texts is None else [Typed(NameKind.SKILL, text) for text in texts]


class ProgrammeViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[Programme],
):
    """Programmes of the schools that the caller may see; those of the caller's own school can be changed."""

    queryset = Programme.objects.none()
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeApiFilter
    lookup_field = "public_id"

    def get_queryset(self) -> ProgrammeQuerySet:
        safe = self.request.method in ("GET", "HEAD", "OPTIONS")
        rows = Programme.objects
        allowed = rows.visible_to(self.request.user) if safe else rows.editable_by(self.request.user)
        latest_first = Prefetch("supply", SupplyLine.objects.visible_to(self.request.user).order_by("-graduating_year"))
        names = Prefetch("wordings", wordings_shown_to(self.request.user))
        return allowed.select_related("major", "school").prefetch_related(latest_first, "skills", names)

    @extend_schema(request=SupplyLineSerializer, responses=ProgrammeSerializer)
    @action(detail=True, methods=["put"], filterset_class=None)
    def supply(self, request: Request, public_id: str) -> Response:
        """Store the people of one graduating year; a changed line is a draft until the school confirms it."""
        programme = self.get_object()
        line = SupplyLineSerializer(data=request.data)
        line.is_valid(raise_exception=True)
        given = line.validated_data
        numbers = services.SupplyNumbers(given.get("enrolled", 0), given["graduating"], given.get("committed", 0))
        services.save_supply(
            school_id=programme.school_id,
            graduating_year=given["graduating_year"],
            numbers={programme.pk: numbers},
            actor=cast("User", request.user),
            at=timezone.now(),
        )
        return Response(self.get_serializer(self.get_object()).data, status=status.HTTP_200_OK)
