"""Talent demands by API: same querysets, same services as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.demands import services
from portal.demands.filters import DemandApiFilter
from portal.demands.models import TalentDemand, TalentDemandQuerySet
from portal.demands.selectors import wordings_shown_to
from portal.demands.wordings import waiting_names
from portal.organizations.models import Organization, OrganizationQuerySet
from portal.taxonomy.api import KeyField, MajorCodeField, SkillNameField
from portal.taxonomy.models import CooperationKind, EducationLevel, Major, Region, Skill
from portal.taxonomy.queue.api import UnknownNamesField
from portal.taxonomy.queue.models import NameKind
from portal.taxonomy.queue.services import Typed


class EnterpriseField(serializers.SlugRelatedField[Organization]):
    """An enterprise for which the caller may write."""

    def get_queryset(self) -> OrganizationQuerySet:
        request = self.context.get("request")
        editable = Organization.objects.editable_by(request.user) if request else Organization.objects.none()
        return editable.enterprises()


class DemandSerializer(serializers.ModelSerializer[TalentDemand]):
    """A talent demand. Majors are codes (present or old names are understood when written), skills are names.

    `unknown_majors`, `unknown_skills`: names that the lists do not have; what the staff decides, the demand gets. Only
    its enterprise and the staff read them.
    """

    enterprise = EnterpriseField(slug_field="public_id", queryset=Organization.objects.none())
    enterprise_name = serializers.CharField(source="enterprise.legal_name", read_only=True)
    headcount = serializers.IntegerField(min_value=1, max_value=services.MOST_PEOPLE)
    levels = serializers.ListField(child=serializers.ChoiceField(EducationLevel.choices), required=False)
    majors = MajorCodeField(many=True, required=False)
    skills = SkillNameField(many=True, required=False)
    unknown_majors = UnknownNamesField(NameKind.MAJOR)
    unknown_skills = UnknownNamesField(NameKind.SKILL)
    cooperation_kinds = KeyField(slug_field="code", many=True, required=False, queryset=CooperationKind.objects.all())
    workplace = KeyField(slug_field="code", required=False, allow_null=True, queryset=Region.objects.all())

    class Meta:
        model = TalentDemand
        fields = [
            "public_id",
            "enterprise",
            "enterprise_name",
            "title",
            "description",
            "headcount",
            "filled",
            "levels",
            "majors",
            "skills",
            "unknown_majors",
            "unknown_skills",
            "cooperation_kinds",
            "salary_min",
            "salary_max",
            "workplace",
            "graduating_year",
            "valid_until",
            "status",
            "published_at",
            "is_sample",
            "version",
        ]
        read_only_fields = ["public_id", "filled", "status", "published_at", "is_sample", "version"]

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        if self.instance is not None:
            fields["enterprise"].read_only = True
        return fields

    def create(self, validated_data: dict[str, Any]) -> TalentDemand:
        enterprise = validated_data.pop("enterprise")
        fields = self._with_unknown(validated_data)
        return services.create_demand(enterprise_id=enterprise.pk, **self._how(), **fields)

    def update(self, instance: TalentDemand, validated_data: dict[str, Any]) -> TalentDemand:
        return services.update_demand(demand_id=instance.pk, **self._how(), **self._with_unknown(validated_data))

    def _with_unknown(self, values: dict[str, Any]) -> dict[str, Any]:
        """The names that nobody knows as the service takes them; those of a kind that is not given stay."""
        given = {kind: values.pop(f"unknown_{kind}s") for kind in NameKind if f"unknown_{kind}s" in values}
        if not given:
            return values
        levels = values.get("levels", self.instance.levels if self.instance else [])
        level = levels[0] if len(levels) == 1 else ""
        kept = [name for name in (waiting_names(self.instance) if self.instance else []) if name.kind not in given]
        return values | {"typed": [*kept, *(Typed(kind, text, level) for kind in given for text in given[kind])]}

    def _how(self) -> dict[str, Any]:
        return {"actor": self.context["request"].user, "at": timezone.now()}


class RefreshSerializer(serializers.Serializer[None]):
    valid_until = serializers.DateField()


class FilledSerializer(serializers.Serializer[None]):
    filled = serializers.IntegerField(min_value=0)


class DemandViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[TalentDemand],
):
    """Open demands, and those of the caller's own enterprises in every status."""

    queryset = TalentDemand.objects.none()
    serializer_class = DemandSerializer
    filterset_class = DemandApiFilter
    lookup_field = "public_id"

    def get_queryset(self) -> TalentDemandQuerySet:
        safe = self.request.method in ("GET", "HEAD", "OPTIONS")
        rows = TalentDemand.objects
        allowed = rows.visible_to(self.request.user) if safe else rows.editable_by(self.request.user)
        majors = Prefetch("majors", Major.objects.order_by("code"))
        skills = Prefetch("skills", Skill.objects.order_by("name"))
        names = Prefetch("wordings", wordings_shown_to(self.request.user))
        return allowed.select_related("enterprise").prefetch_related(majors, skills, "cooperation_kinds", names)

    def _move(self, service: Any, **arguments: Any) -> Response:
        demand = service(demand_id=self.get_object().pk, actor=self.request.user, at=timezone.now(), **arguments)
        return Response(self.get_serializer(demand).data)

    @extend_schema(request=None, responses=DemandSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def publish(self, request: Request, public_id: str) -> Response:
        """Publish a draft; 409 if it is none (any more)."""
        return self._move(services.publish_demand)

    @extend_schema(request=None, responses=DemandSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def withdraw(self, request: Request, public_id: str) -> Response:
        """Take a demand back for good."""
        return self._move(services.withdraw_demand)

    @extend_schema(request=RefreshSerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def refresh(self, request: Request, public_id: str) -> Response:
        """Let an open or expired demand stand until a later day."""
        given = RefreshSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self._move(services.refresh_demand, **given.validated_data)

    @extend_schema(request=FilledSerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def fill(self, request: Request, public_id: str) -> Response:
        """Say how many people were found in all; the status follows."""
        given = FilledSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self._move(services.record_filled, **given.validated_data)
