"""Next actions and figures of the portal's own slices; those above register theirs beside these."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from portal.accounts.models import User
from portal.demands.models import OPEN_STATUSES, DemandStatus, TalentDemand
from portal.jobs.models import Job, JobState
from portal.majors.models import SupplyLine, SupplyState
from portal.organizations.models import Organization, OrganizationKind, OrganizationStatus
from portal.organizations.standing import Role, roles_of, standing_of
from portal.pages import registry
from portal.pages.registry import NextAction, Number, Severity

EXPIRES_SOON = timedelta(days=14)
FAILED_LATELY = timedelta(days=7)
UNFINISHED = (OrganizationStatus.DRAFT, OrganizationStatus.RETURNED)


def register() -> None:
    """Let the home pages show what the portal's own slices know."""
    for provider in (organization_actions, demand_actions, supply_actions, staff_actions):
        registry.register_next_actions(provider)
    registry.register_numbers(enterprise_numbers)
    registry.register_numbers(school_numbers)
    registry.register_numbers(staff_numbers)
    registry.register_public_section("pages/public_numbers.html", public_numbers)


def organization_actions(user: User) -> Iterator[NextAction]:
    """Registrations that the person has begun or got back; no query of its own."""
    for seat in standing_of(user).seats:
        if seat.status in UNFINISHED:
            returned = seat.status == OrganizationStatus.RETURNED
            text = _("Correct and submit again: %(name)s") if returned else _("Submit the registration: %(name)s")
            url = reverse("organizations:detail", args=[seat.organization_id])
            button = _("Correct") if returned else _("Continue")
            yield NextAction(text % {"name": seat.name}, url, button, severity=Severity.BLOCKING)


def demand_actions(user: User) -> Iterator[NextAction]:
    """Demands of the person's enterprises that wait for publication, or end soon; the first one, if there is none."""
    if Role.ENTERPRISE not in roles_of(user):
        return
    today = timezone.localdate()
    ending = Q(status__in=OPEN_STATUSES, valid_until__lte=today + EXPIRES_SOON)
    drafts = Q(status=DemandStatus.DRAFT)
    found = TalentDemand.objects.filter(enterprise__in=Organization.objects.of_member(user)).aggregate(
        every=Count("pk"),
        drafts=Count("pk", filter=drafts),
        ending=Count("pk", filter=ending),
        first_end=Min("valid_until", filter=ending),
    )
    url = reverse("demands:list")
    if not found["every"]:
        yield NextAction(_("Post your first talent demand"), reverse("demands:new"), pgettext("verb", "Post"))
    if n := found["ending"]:
        text = ngettext("Renew %(n)s demand that ends soon", "Renew %(n)s demands that end soon", n) % {"n": n}
        yield NextAction(text, url, _("Look"), deadline=found["first_end"])
    if n := found["drafts"]:
        text = ngettext("Publish %(n)s demand still in draft", "Publish %(n)s demands still in draft", n) % {"n": n}
        yield NextAction(text, url, _("Look"))


def supply_actions(user: User) -> Iterator[NextAction]:
    """Supply that the person's school has not entered or not confirmed; unconfirmed people are not matched."""
    if Role.SCHOOL not in roles_of(user):
        return
    mine = SupplyLine.objects.filter(
        programme__school__in=Organization.objects.of_member(user), programme__is_active=True
    )
    found = mine.aggregate(every=Count("pk"), unconfirmed=Count("pk", filter=Q(state=SupplyState.DRAFT)))
    if not found["every"]:
        yield NextAction(_("Enter your majors and their graduates"), reverse("majors:list"), _("Enter"))
    if n := found["unconfirmed"]:
        text = ngettext("Confirm the graduates of %(n)s programme", "Confirm the graduates of %(n)s programmes", n) % {
            "n": n
        }
        yield NextAction(text, reverse("majors:list"), _("Confirm"), severity=Severity.BLOCKING)


def staff_actions(user: User) -> Iterator[NextAction]:
    """What only the platform's administrators can move on."""
    if not user.is_staff:
        return
    if n := Organization.objects.filter(status=OrganizationStatus.SUBMITTED).count():
        text = ngettext("Review %(n)s organization", "Review %(n)s organizations", n) % {"n": n}
        yield NextAction(text, reverse("organizations:review"), _("Review"), severity=Severity.BLOCKING)
    lately = timezone.now() - FAILED_LATELY
    if n := Job.objects.filter(state=JobState.FAILED, finished_at__gte=lately).count():
        text = ngettext("Look into %(n)s failed job", "Look into %(n)s failed jobs", n) % {"n": n}
        yield NextAction(text, f"{reverse('jobs:list')}?state=failed", _("Look"))


def enterprise_numbers(user: User) -> Iterator[Number]:
    """Open demands of the person's enterprises and the people they still seek."""
    if Role.ENTERPRISE not in roles_of(user):
        return
    mine = TalentDemand.objects.open().filter(enterprise__in=Organization.objects.of_member(user))
    found = mine.aggregate(n=Count("pk"), sought=Sum(F("headcount") - F("filled")))
    yield Number(gettext_lazy("Open demands"), found["n"], reverse("demands:list"))
    yield Number(gettext_lazy("People still sought"), found["sought"] or 0, reverse("demands:list"))


def school_numbers(user: User) -> Iterator[Number]:
    """Programmes of the person's school and the graduates nobody has been promised yet, of the coming classes."""
    if Role.SCHOOL not in roles_of(user):
        return
    lines = SupplyLine.objects.filter(
        programme__school__in=Organization.objects.of_member(user),
        programme__is_active=True,
        graduating_year__gte=timezone.localdate().year,
    )
    found = lines.aggregate(programmes=Count("programme", distinct=True), free=Sum(F("graduating") - F("committed")))
    yield Number(gettext_lazy("Programmes with graduates"), found["programmes"], reverse("majors:list"))
    yield Number(
        gettext_lazy("Graduates available"),
        found["free"] or 0,
        reverse("majors:list"),
        gettext_lazy("this year's class and later ones"),
    )


def staff_numbers(user: User) -> Iterator[Number]:
    """How many there are of what the platform joins."""
    if {Role.STAFF, Role.ORGANIZER} & roles_of(user):
        counted = _approved()
        url = reverse("organizations:list")
        yield Number(gettext_lazy("Schools"), counted["schools"], f"{url}?kind=school")
        yield Number(gettext_lazy("Enterprises"), counted["enterprises"], f"{url}?kind=enterprise")


def public_numbers(request: HttpRequest) -> dict[str, Any]:
    """Counts for everybody, nothing of anybody; no figure while there is none."""
    counted = _approved()
    open_demands = TalentDemand.objects.open().aggregate(n=Count("pk"), sought=Sum(F("headcount") - F("filled")))
    found = [
        Number(gettext_lazy("Schools"), counted["schools"]),
        Number(gettext_lazy("Enterprises"), counted["enterprises"]),
        Number(gettext_lazy("Open demands"), open_demands["n"]),
        Number(gettext_lazy("People sought"), open_demands["sought"] or 0),
    ]
    return {"numbers": [number for number in found if number.value]}


def _approved() -> dict[str, int]:
    return Organization.objects.approved().aggregate(
        schools=Count("pk", filter=Q(kind=OrganizationKind.SCHOOL)),
        enterprises=Count("pk", filter=Q(kind=OrganizationKind.ENTERPRISE)),
    )
