"""Job: the row behind every long work. PostgreSQL is the truth; a Celery message is only the doorbell."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.models import Identified


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")  # the dead letter: attempts used up, or an error that no retry mends


ENDED = (JobState.DONE, JobState.CANCELLED, JobState.FAILED)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Own jobs; the platform's staff sees all."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(requested_by=user)

    def open(self) -> Self:
        return self.filter(state__in=(JobState.QUEUED, JobState.RUNNING))


class Job(Identified):
    """One long work: who asked, how far it is, how it ended. Attempts fence: only the latest attempt may write."""

    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=dict)
    idempotency_key = models.CharField(_("idempotency key"), max_length=120, null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("requested by"),
    )
    return_url = models.CharField(_("where it leads"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    stage = models.CharField(_("stage"), max_length=60, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("attempts allowed"), default=5)
    cancel_requested = models.BooleanField(_("cancel requested"), default=False)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    rung_at = models.DateTimeField(_("last message sent"), null=True, blank=True)
    rings = models.PositiveSmallIntegerField(_("messages sent"), default=0)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict)
    result_file = models.FileField(_("result file"), upload_to="jobs/%Y/%m/", blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "idempotency_key"], name="job_once_per_key"),
            models.CheckConstraint(
                name="job_finished_when_ended",
                condition=Q(state__in=ENDED, finished_at__isnull=False) | (~Q(state__in=ENDED) & Q(finished_at=None)),
            ),
            models.CheckConstraint(
                name="job_running_has_heartbeat",
                condition=~Q(state="running") | Q(heartbeat_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="queued"), name="job_queued"),
            models.Index(fields=["heartbeat_at"], condition=Q(state="running"), name="job_running"),
            models.Index(fields=["requested_by", "-id"], name="job_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id} {self.state}"

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def percent(self) -> int:
        """Progress in whole percent, 0 … 100."""
        if self.state == JobState.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0
