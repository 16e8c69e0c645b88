"""Acts on a signed agreement: amend, extend, renew, complete, give notice; and a party's own particulars."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from events.agreements import services
from events.agreements.forms.acts import (
    AmendForm,
    CompleteForm,
    ExtendForm,
    NoticeForm,
    ParticularsForm,
    RenewForm,
    TakeBackForm,
)
from events.agreements.models import Agreement, AgreementStatus, FundingCommitment, TermHeadCount, TermResult
from events.agreements.periods import years_after
from events.agreements.reading import kind_name
from events.agreements.services.life import NOTICE_DAYS
from events.agreements.services.texts import LONGEST_EXTENSION_IN_YEARS
from events.agreements.situation import Side, Situation
from events.agreements.standing import may_extend, may_renew
from events.agreements.views.dialogs import WRITABLE, Dialog, ask, find, refuse, sent
from portal.common.http import Request


def _why_no_change(situation: Situation) -> str:
    """Why no other text can be proposed now; empty if one can."""
    if not situation.agreement.is_valid:
        return _("Only a signed agreement that has not ended can be amended or extended.")
    if situation.open is not None:
        return _("Another text of this agreement is being negotiated already.")
    return ""


@require_http_methods(WRITABLE)
def amend(request: Request, pk: int) -> HttpResponse:
    """Begin another text beside the one in force."""
    situation = find(request, pk)
    if why := _why_no_change(situation):
        return refuse(request, situation, why)
    form = AmendForm(sent(request), sides=situation.acting(situation.sides))
    dialog = Dialog(
        _("Propose an amendment"),
        [
            _("A new text begins as a copy of the one in force. The text in force stays valid until all have signed."),
            _("The proposed text is with the party that proposes it first; change it, approve it, hand it over."),
        ],
        _("Propose"),
        _("The new text is open. Change what is to be different."),
        "edit",
    )

    def carry_out() -> None:
        services.open_amendment(
            agreement=situation.agreement,
            party=form.party,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)


@require_http_methods(WRITABLE)
def extend(request: Request, pk: int) -> HttpResponse:
    """Propose a later last day and nothing else."""
    situation = find(request, pk)
    agreement = situation.agreement
    if why := _why_no_change(situation):
        return refuse(request, situation, why)
    if not may_extend(situation):
        return refuse(request, situation, _("This agreement has been extended once. Renew it instead."))
    latest = years_after(agreement.ends_on, LONGEST_EXTENSION_IN_YEARS)
    form = ExtendForm(sent(request), sides=situation.acting(situation.sides), initial={"ends_on": latest})
    dialog = Dialog(
        _("Propose an extension"),
        [
            _("The last day is now %(day)s. It can be moved once, to %(latest)s at the latest.")
            % {"day": agreement.ends_on, "latest": latest},
            _("All parties approve and sign the extension; until then the present last day stands."),
        ],
        _("Propose"),
        _("The extension is proposed."),
        "calendar",
    )

    def carry_out() -> None:
        services.open_extension(
            agreement=agreement,
            party=form.party,
            ends_on=form.cleaned_data["ends_on"],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)


@require_http_methods(WRITABLE)
def renew(request: Request, pk: int) -> HttpResponse:
    """Draft the agreement that follows this one."""
    situation = find(request, pk)
    agreement = situation.agreement
    if getattr(agreement, "successor", None):
        return refuse(request, situation, _("This agreement has a successor already."))
    if not may_renew(situation):
        return refuse(request, situation, _("Its parties renew an agreement, once it was signed."))
    form = RenewForm(sent(request))
    dialog = Dialog(
        _("Renew the agreement"),
        [
            _("A new draft begins with its own number, from %(day)s: the same parties and terms.")
            % {"day": agreement.ends_on + timedelta(days=1)},
            _("Head-counts move to the new years. Money is not promised anew: add it where it is meant."),
        ],
        _("Draft the successor"),
        _("The draft is stored. Read it through, then approve it."),
        "refresh",
    )

    def carry_out() -> Agreement:
        return services.renew_agreement(
            agreement=agreement, ends_on=form.cleaned_data["ends_on"], actor=request.user, at=timezone.now()
        )

    return ask(request, situation, dialog, form, carry_out)


@require_http_methods(WRITABLE)
def complete(request: Request, pk: int) -> HttpResponse:
    """Close an agreement whose work is done, with what was promised beside what was recorded."""
    situation = find(request, pk)
    agreement = situation.agreement
    if agreement.status != AgreementStatus.IN_FORCE:
        return refuse(request, situation, _("Only an agreement in force can be completed."))
    today = timezone.localdate()
    initial = {"ended_on": min(today, agreement.ends_on), "version": agreement.version}
    form = CompleteForm(sent(request), initial=initial)
    said = [_("The agreement ends on that day. Payments and results can still be recorded.")]
    if situation.open is not None:
        said.append(_("The text that is being negotiated is given up."))
    dialog = Dialog(
        _("Complete the agreement"),
        list(said),
        _("Complete"),
        _("The agreement is completed."),
        "circle-check",
        parts={"results": results_against_promises(agreement), "money": money_against_promises(agreement)},
    )

    def carry_out() -> Agreement:
        return services.complete(
            agreement=agreement,
            version=form.cleaned_data["version"],
            ended_on=form.cleaned_data["ended_on"],
            closing_note=form.cleaned_data["closing_note"],
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)


def results_against_promises(agreement: Agreement) -> list[tuple[str, int, int]]:
    """Kind of cooperation, people planned, people recorded; three queries."""
    planned: dict[str, int] = defaultdict(int)
    for kind, people in TermHeadCount.objects.filter(term__agreement=agreement).values_list(
        "term__cooperation_kind", "people"
    ):
        planned[kind] += people
    recorded: dict[str, int] = defaultdict(int)
    for kind, people in TermResult.objects.filter(agreement=agreement).values_list("cooperation_kind", "people"):
        recorded[kind] += people
    return [
        (
            kind_name(term.cooperation_kind),
            planned[term.cooperation_kind_id],
            recorded[term.cooperation_kind_id],
        )
        for term in agreement.terms.select_related("cooperation_kind")
    ]


def money_against_promises(agreement: Agreement) -> list[dict[str, Any]]:
    """Purpose, yuan promised and yuan paid of every promise; two queries."""
    promised = FundingCommitment.objects.filter(agreement=agreement)
    paid = promised.filter(payments__cancelled_at=None).annotate(sum=Sum("payments__amount")).values_list("pk", "sum")
    sums = dict(paid)
    return [
        {"purpose": row.purpose, "promised": row.amount, "paid": sums.get(row.pk) or 0}
        for row in promised.order_by("line")
    ]


@require_http_methods(WRITABLE)
def notice(request: Request, pk: int) -> HttpResponse:
    """One party gives notice; with the last one the agreement ends at once."""
    situation = find(request, pk)
    sides = situation.acting([side for side in situation.sides if side.notice is None])
    if not situation.agreement.is_valid or not sides:
        return refuse(request, situation, _("No notice can be given now."))
    earliest = timezone.localdate() + timedelta(days=NOTICE_DAYS)
    form = NoticeForm(sent(request), sides=sides, initial={"effective_on": earliest})
    dialog = Dialog(
        _("Give notice"),
        [*_said_of_notice(situation, sides), _("A notice can be taken back until it takes effect.")],
        _("Give notice"),
        _("The notice is recorded, and the other parties are told."),
        "hourglass",
        is_grave=True,
    )

    def carry_out() -> Agreement:
        return services.give_notice(
            agreement=situation.agreement,
            party=form.party,
            reason=form.cleaned_data["reason"],
            effective_on=form.cleaned_data["effective_on"],
            on_behalf=form.on_behalf,
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)


def _said_of_notice(situation: Situation, sides: list[Side]) -> list[Any]:
    without = [side for side in situation.sides if side.notice is None]
    if len(without) == 1 and without[0] in sides:
        return [_("All others have given notice: with this one the agreement ends at once.")]
    return [
        _("The agreement ends for all on the day named, at least %(days)s days from now.") % {"days": NOTICE_DAYS},
        _("If all parties give notice, it ends at once."),
    ]


@require_http_methods(WRITABLE)
def notice_take_back(request: Request, pk: int) -> HttpResponse:
    """A party takes its notice back."""
    situation = find(request, pk)
    sides = situation.acting([side for side in situation.sides if side.notice])
    if not sides:
        return refuse(request, situation, _("No notice of yours stands."))
    form = TakeBackForm(sent(request), sides=sides)
    dialog = Dialog(
        _("Take the notice back"),
        [_("The agreement goes on as before, unless another party's notice stands.")],
        _("Take it back"),
        _("The notice is taken back."),
        "arrow-back-up",
    )

    def carry_out() -> Agreement:
        return services.take_back_notice(
            agreement=situation.agreement,
            party=form.party,
            on_behalf=form.on_behalf,
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)


@require_http_methods(WRITABLE)
def particulars(request: Request, pk: int, role: str) -> HttpResponse:
    """What of a party changes without anybody's approval: own number, signatory, contact."""
    situation = find(request, pk)
    side = next((side for side in situation.acting(situation.sides) if side.role == role), None)
    if side is None:
        raise Http404
    party = side.party
    form = ParticularsForm(sent(request), instance=party)
    dialog = Dialog(
        _("Particulars of %(party)s") % {"party": side.name},
        [_("They are no terms: no approval is reset. Who has signed stays as it was signed.")],
        _("Save"),
        _("Saved."),
        "check",
    )

    def carry_out() -> None:
        services.change_party(party=party, **form.cleaned_data, actor=request.user, at=timezone.now())

    return ask(request, situation, dialog, form, carry_out)
