"""Organizations by API: same querysets, same services as the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import mixins, serializers, viewsets

from portal.organizations.filters import FullOrganizationFilter
from portal.organizations.models import (
    EnterpriseProfile,
    Organization,
    OrganizationQuerySet,
    OrganizationStatus,
    SchoolProfile,
)
from portal.organizations.selectors import with_profiles
from portal.organizations.services import update_organization
from portal.taxonomy.api import KeyField
from portal.taxonomy.models import CooperationKind, Industry, Region


class SchoolProfileSerializer(serializers.ModelSerializer[SchoolProfile]):
    cooperation_kinds = KeyField(slug_field="code", many=True, required=False, queryset=CooperationKind.objects.all())

    class Meta:
        model = SchoolProfile
        fields = ["level", "moe_code", "students", "cooperation_kinds"]
        extra_kwargs: dict[str, Any] = {"moe_code": {"validators": []}}  # the service tells whose code it is


class EnterpriseProfileSerializer(serializers.ModelSerializer[EnterpriseProfile]):
    industry = KeyField(slug_field="code", required=False, allow_null=True, queryset=Industry.objects.all())

    class Meta:
        model = EnterpriseProfile
        fields = ["industry", "scale", "stock_code"]


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """`school` is there for schools only, `enterprise` for enterprises only."""

    uscc = serializers.CharField(max_length=60, required=False, allow_null=True, allow_blank=True)
    region = KeyField(slug_field="code", queryset=Region.objects.all())
    school = SchoolProfileSerializer(required=False)
    enterprise = EnterpriseProfileSerializer(required=False)

    class Meta:
        model = Organization
        fields = [
            "public_id",
            "kind",
            "status",
            "uscc",
            "legal_name",
            "short_name",
            "name_en",
            "former_names",
            "region",
            "address",
            "website",
            "description",
            "school",
            "enterprise",
            "verified_on",
            "is_sample",
            "version",
        ]
        read_only_fields = ["public_id", "kind", "status", "verified_on", "is_sample", "version"]
        validators: list[Any] = []  # the database and the services decide on codes

    def to_representation(self, instance: Organization) -> dict[str, Any]:
        shown = super().to_representation(instance)
        for profile in ("school", "enterprise"):
            if profile != instance.kind:
                shown.pop(profile, None)
        return shown

    def update(self, instance: Organization, validated_data: dict[str, Any]) -> Organization:
        fields = dict(validated_data)
        profiles = {kind: fields.pop(kind, {}) for kind in ("school", "enterprise")}
        fields |= profiles.get(instance.kind, {})
        actor = self.context["request"].user
        return update_organization(organization_id=instance.pk, actor=actor, at=timezone.now(), **fields)


class OrganizationViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet[Organization],
):
    """Organizations that the caller may see; those the caller acts for can be changed."""

    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer
    filterset_class = FullOrganizationFilter
    lookup_field = "public_id"

    def get_queryset(self) -> OrganizationQuerySet:
        if self.request.method in ("PUT", "PATCH"):
            rows = Organization.objects.editable_by(self.request.user).exclude(status=OrganizationStatus.ARCHIVED)
        else:
            rows = Organization.objects.visible_to(self.request.user)
        return with_profiles(rows).prefetch_related("school__cooperation_kinds")
