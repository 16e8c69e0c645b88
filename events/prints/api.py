"""Packs for programs: ask for one, follow it; the file is that of the job."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from events.fairs.models import Fair
from events.printing.fair_pack import DOCUMENTS
from events.prints.packing import KIND
from events.prints.services import request_pack
from portal.accounts.models import User
from portal.jobs.models import Job, JobState


class PackSerializer(serializers.ModelSerializer[Job]):
    """A pack asked for; `file` is there once it is done."""

    documents = serializers.ListField(child=serializers.CharField(), source="arguments.documents", read_only=True)
    language = serializers.CharField(source="arguments.language", read_only=True)
    changed_only = serializers.BooleanField(source="arguments.changed_only", read_only=True)
    state = serializers.CharField(read_only=True, help_text="As on the job.")
    file = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = [
            "public_id",
            "title",
            "documents",
            "language",
            "changed_only",
            "state",
            "percent",
            "created_at",
            "finished_at",
            "error",
            "file",
        ]
        read_only_fields = fields

    def get_file(self, job: Job) -> str:
        """The address of the ZIP, or an empty text."""
        return reverse("jobs:download", args=[job.public_id]) if job.result_file else ""


class PackRequestSerializer(serializers.Serializer[Any]):
    fair = serializers.SlugField(help_text="Short address of the fair.")
    documents = serializers.MultipleChoiceField(choices=[(code, code) for code in DOCUMENTS])
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    changed_only = serializers.BooleanField(default=False)


class PackFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=JobState.choices)

    class Meta:
        model = Job
        fields: list[str] = []


class PackViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Job]):
    """Own packs of papers of fairs that one runs, newest first."""

    serializer_class = PackSerializer
    filterset_class = PackFilter
    lookup_field = "public_id"
    queryset = Job.objects.none()

    def get_queryset(self) -> QuerySet[Job]:
        run = Fair.objects.editable_by(self.request.user).values_list("pk", flat=True)
        return Job.objects.visible_to(self.request.user).filter(kind=KIND, arguments__fair_id__in=list(run))

    @extend_schema(request=PackRequestSerializer, responses={202: PackSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a pack of a fair that one runs; the same again, with nothing changed, is the same pack."""
        given = PackRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        actor = cast("User", request.user)
        fair = get_object_or_404(Fair.objects.editable_by(actor), slug=asked.pop("fair"))
        job = request_pack(fair_id=fair.pk, **asked, actor=actor, at=timezone.now())
        return Response(PackSerializer(job).data, status=status.HTTP_202_ACCEPTED)
