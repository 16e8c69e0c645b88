"""What changes if …: somebody does not come, comes late, a table is out of use; looked at, then taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from events.fairs.models import Fair, FairTable, Participation, Slot
from events.meetings.forms import PartnersField, SlotsField
from events.meetings.models import Timetable
from events.meetings.replanning import MOST_MOVES, WhatIf, preview
from events.meetings.services.replanning import REPLANNABLE, take_replan
from events.meetings.views.timetables import own_fair, page_of
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal


class WhatIfForm(forms.Form):
    """What happened, and since when."""

    absent = PartnersField(
        Participation.objects.none(),
        label=gettext_lazy("Who is not there"),
        required=False,
        widget=forms.SelectMultiple(attrs={"class": "js-search-select"}),
    )
    since = SlotsField(Slot.objects.none(), label=gettext_lazy("Since"), empty_label=None)
    until = SlotsField(
        Slot.objects.none(),
        label=gettext_lazy("There again from"),
        required=False,
        empty_label=gettext_lazy("not any more"),
    )
    tables = forms.ModelMultipleChoiceField(
        FairTable.objects.none(),
        label=gettext_lazy("Tables out of use"),
        required=False,
        widget=forms.SelectMultiple(attrs={"class": "js-search-select"}),
    )
    moves = forms.IntegerField(
        label=gettext_lazy("Meetings of others that may move"),
        help_text=gettext_lazy("0 fills free places only. With more, as many may move if others gain by it."),
        min_value=0,
        max_value=MOST_MOVES,
        initial=0,
        required=False,
    )

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Participation.objects.taking_part().filter(fair=fair).select_related("organization")
        choices: dict[str, Any] = {
            "absent": people.order_by("organization__pinyin", "pk"),
            "since": fair.slots.all(),
            "until": fair.slots.all(),
            "tables": fair.tables.all(),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def asked(self) -> WhatIf:
        """What was typed, once the form is valid."""
        typed = self.cleaned_data
        return WhatIf(
            since=typed["since"].pk,
            absent=tuple(sorted(row.pk for row in typed["absent"])),
            until=typed["until"].pk if typed["until"] else None,
            tables=tuple(sorted(row.pk for row in typed["tables"])),
            moves=typed["moves"] or 0,
        )


@require_http_methods(["GET", "HEAD", "POST"])
def replan(request: Request, slug: str) -> HttpResponse:
    """The question and, once it is asked, the new plan with all that it changes; taking it publishes it."""
    fair = own_fair(request, slug)
    given = request.POST if request.method == "POST" else request.GET
    asks = "since" in given
    form = WhatIfForm(given if asks else None, fair=fair, initial=_initial(request, fair))
    plan = None
    if asks and form.is_valid():
        try:
            if request.method == "POST" and given.get("mark"):
                version = take_replan(
                    fair_id=fair.pk, what=form.asked(), mark=given["mark"][:64], actor=request.user, at=timezone.now()
                )
                messages.success(request, _("Version %(n)d counts from now on.") % {"n": version.number})
                return redirect(page_of(version))
            plan = preview(fair, form.asked())
        except DomainError as error:
            show_refusal(form, error)
    context = {
        "fair": fair,
        "form": form,
        "plan": plan,
        "may_take": fair.status in REPLANNABLE,
        "published": Timetable.objects.published().filter(fair=fair).exists(),
    }
    return render(request, "meetings/replan.html", context)


def _initial(request: Request, fair: Fair) -> dict[str, Any]:
    """Who and which table the link names; from the first slot that is not over."""
    slots = list(fair.slots.order_by("starts_at"))
    coming = [slot for slot in slots if slot.ends_at > timezone.now()]
    since = next(iter(coming or slots), None)
    return {
        "absent": request.GET.getlist("absent"),
        "tables": request.GET.getlist("table"),
        "since": since.pk if since else None,
        "moves": 0,
    }
