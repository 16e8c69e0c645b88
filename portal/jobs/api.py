"""Jobs over the API: what runs, how far it is, and cancelling."""

from __future__ import annotations

from typing import Any

import django_filters
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.jobs.models import Job, JobQuerySet, JobState
from portal.jobs.services import request_cancel


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job as its owner sees it; `file` is the address of the result file, empty while there is none."""

    file = serializers.SerializerMethodField()
    percent = serializers.IntegerField(read_only=True, min_value=0, max_value=100)

    class Meta:
        model = Job
        fields = [
            "public_id",
            "kind",
            "title",
            "state",
            "stage",
            "done",
            "total",
            "percent",
            "attempts",
            "max_attempts",
            "cancel_requested",
            "created_at",
            "started_at",
            "finished_at",
            "result",
            "file",
            "error",
        ]
        read_only_fields = fields

    def get_file(self, job: Job) -> str:
        return reverse("jobs:download", args=[job.public_id]) if job.result_file else ""


class JobFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=JobState.choices)
    kind = django_filters.CharFilter()

    class Meta:
        model = Job
        fields: list[str] = ["state", "kind"]


class JobViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Job]):
    """Own jobs; for the platform's staff all."""

    serializer_class = JobSerializer
    filterset_class = JobFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    queryset = Job.objects.none()

    def get_queryset(self) -> JobQuerySet:
        return Job.objects.visible_to(self.request.user)

    @extend_schema(request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **_lookup: Any) -> Response:
        """Ask the job to stop; 409 if it has ended."""
        job = request_cancel(job_id=self.get_object().pk, at=timezone.now())
        return Response(self.get_serializer(job).data)
