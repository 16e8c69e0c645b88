"""Names that nobody knows yet: the queue in which they wait for the staff, and the rows that wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.models import Identified
from portal.taxonomy.models import Decided, EducationLevel, Major, Skill

if TYPE_CHECKING:
    from portal.taxonomy.queue.places import Place


class NameKind(models.TextChoices):
    MAJOR = "major", _("Major")
    SKILL = "skill", _("Skill")


class NameState(models.TextChoices):
    OPEN = "open", _("To be checked")
    DECIDED = "decided", _("Decided")
    REJECTED = "rejected", _("Not accepted")


class UnresolvedNameQuerySet(models.QuerySet["UnresolvedName"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The queue is the staff's."""
        return self if user.is_authenticated and user.is_staff else self.none()


class UnresolvedName(Identified, Decided):
    """A wording that stood for nothing when it was typed, once per kind and level however often it is typed.

    `level` is empty for skills, and where the level of schooling was not known. Decided: it stands for `skill` or
    `major`; rejected: `reason` tells those who typed it why.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=NameKind)
    text = models.CharField(_("text"), max_length=120)
    normalised = models.CharField(max_length=120, editable=False)  # naming.bare_form, of a skill normal_form
    level = models.CharField(_("level"), max_length=20, choices=EducationLevel, blank=True)
    times = models.PositiveIntegerField(_("times typed"), default=0)
    first_seen_at = models.DateTimeField(_("first typed"))
    last_seen_at = models.DateTimeField(_("last typed"))
    state = models.CharField(_("state"), max_length=8, choices=NameState, default=NameState.OPEN)
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skill"))
    major = models.ForeignKey(Major, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("major"))
    made_skill = models.BooleanField(_("skill made by the decision"), default=False, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = UnresolvedNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name to be placed")
        verbose_name_plural = _("names to be placed")
        constraints = [
            models.UniqueConstraint(fields=["kind", "normalised", "level"], name="unresolved_name_once"),
            models.CheckConstraint(
                name="unresolved_name_decision_of_its_kind",
                condition=Q(state="decided", kind="skill", skill__isnull=False, major=None)
                | Q(state="decided", kind="major", major__isnull=False, skill=None)
                | (~Q(state="decided") & Q(skill=None, major=None)),
            ),
            models.CheckConstraint(
                name="unresolved_name_rejected_with_reason",
                condition=(Q(state="rejected") & ~Q(reason="")) | (~Q(state="rejected") & Q(reason="")),
            ),
            models.CheckConstraint(
                name="unresolved_name_decided_when",
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["first_seen_at", "id"], condition=Q(state="open"), name="unresolved_name_queue"),
            models.Index(fields=["-decided_at", "-id"], name="unresolved_name_decisions"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def target(self) -> Skill | Major | None:
        """What the name was decided to stand for."""
        return self.skill or self.major


class WordingQuerySet(models.QuerySet[Any]):
    def unsettled(self) -> Self:
        """Those whose row does not yet have what was decided, or still has what was taken back."""
        return self.filter(_differs("skill") | _differs("major"))

    def waiting(self) -> Self:
        """Those to be checked, and those whose decision has not reached their row yet; in the order typed."""
        coming = Q(name__state=NameState.DECIDED) & (_differs("skill") | _differs("major"))
        return self.filter(Q(name__state=NameState.OPEN) | coming).order_by("pk")


def _differs(target: str) -> Q:
    """`IS DISTINCT FROM`, which Django has no lookup for."""
    ours, decided = f"{target}__isnull", f"name__{target}__isnull"
    return (
        Q(**{ours: True, decided: False})
        | Q(**{ours: False, decided: True})
        | (Q(**{ours: False, decided: False}) & ~Q(**{target: F(f"name__{target}")}))
    )


class Wording(models.Model):
    """A row (a demand, a programme) that was given an unknown name; slices above say of which row (`OWNER`).

    `skill` or `major`: what the row got because of the name; it follows the decision (queue.settling).
    """

    OWNER: ClassVar[str]  # the foreign key to the row, which has `skills`, for majors also `majors`
    REACH: ClassVar[tuple[str, ...]]  # what select_related needs for `place`

    name = models.ForeignKey(UnresolvedName, models.CASCADE, related_name="%(class)ss", verbose_name=_("name"))
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    major = models.ForeignKey(Major, models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects = WordingQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def place(self) -> Place:
        """Where the name was typed."""
        raise NotImplementedError
