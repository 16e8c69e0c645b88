"""Acts before the signature, and the signature itself: approve, take back, hand over, sign, give up."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from events.agreements import services
from events.agreements.forms.acts import (
    ApproveForm,
    HandOverForm,
    ReasonForm,
    SignatureForm,
    TakeBackForm,
    upload_of,
)
from events.agreements.models import Agreement, AgreementParty
from events.agreements.reading import listed
from events.agreements.situation import Situation
from events.agreements.standing import may_approve, may_take_back
from events.agreements.views.comparison import since_last_approval
from events.agreements.views.dialogs import WRITABLE, Dialog, ask, find, refuse, sent
from portal.common.http import Request


@require_http_methods(WRITABLE)
def approve(request: Request, pk: int) -> HttpResponse:
    """A party's word on the terms it has read: what is new to it, and what the word means."""
    situation = find(request, pk)
    sides, text = may_approve(situation), situation.open
    if text is None or not sides:
        return refuse(request, situation, _why_no_approval(situation))
    form = ApproveForm(sent(request), sides=sides, initial={"terms_hash": text.terms_hash})
    others = [side.name for side in situation.unapproved if side is not sides[0]]
    after = (
        _("Then the draft goes to the next party that has not approved it: %(others)s.") % {"others": listed(others)}
        if others
        else _("Then all have approved it, and the paper can be signed.")
    )
    dialog = Dialog(
        _("Approve the text"),
        [_("This is no signature: it says that the terms are right as they stand here."), after],
        _("Approve the text"),
        _("The approval is recorded. It stands until a term changes."),
        parts={"hash": text.terms_hash, "since": since_last_approval(situation, sides)},
    )

    def carry_out() -> Agreement:
        return services.approve(
            agreement=situation.agreement,
            party=form.party,
            terms_hash=form.cleaned_data["terms_hash"],
            on_behalf=form.on_behalf,
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)


def _why_no_approval(situation: Situation) -> str:
    if situation.open is None:
        return _("No text of this agreement is being negotiated.")
    if not situation.unapproved:
        return _("All parties have approved this text; it is ready to be signed.")
    if any(side.is_own and side.approval for side in situation.sides):
        return _("You have approved this text; the others still have to.")
    return _("It is not your turn: the draft is with %(party)s.") % {
        "party": situation.holder.name if situation.holder else ""
    }


@require_http_methods(WRITABLE)
def take_back(request: Request, pk: int) -> HttpResponse:
    """A party takes its approval back before anybody has signed."""
    situation = find(request, pk)
    sides = may_take_back(situation)
    if not sides:
        why = _("No approval of yours can be taken back: none stands, or a party has signed the text.")
        return refuse(request, situation, why)
    form = TakeBackForm(sent(request), sides=sides)
    dialog = Dialog(
        _("Take the approval back"),
        [_("The draft is then with this party again. The approvals of the others stand as long as no term changes.")],
        _("Take it back"),
        _("The approval is taken back."),
        "arrow-back-up",
    )

    def carry_out() -> Agreement:
        return services.take_back_approval(
            agreement=situation.agreement,
            party=form.party,
            on_behalf=form.on_behalf,
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)


@require_http_methods(WRITABLE)
def hand_over(request: Request, pk: int) -> HttpResponse:
    """Pass the draft to another party, with a message."""
    situation = find(request, pk)
    holder = situation.holder
    if holder is None or not situation.holds:
        return refuse(request, situation, _why_no_approval(situation))
    others = [side for side in situation.sides if side is not holder]
    form = HandOverForm(sent(request), sides=others)
    dialog = Dialog(
        _("Hand the draft over"),
        [_("The draft is with one party at a time: from then on that party may change and approve it. It is told.")],
        _("Hand over"),
        _("The draft is handed over."),
        "send",
    )

    def carry_out() -> None:
        services.hand_over(
            agreement=situation.agreement,
            to=form.receiver,
            message=form.cleaned_data["message"],
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)


@require_http_methods(WRITABLE)
def agreement_sign(request: Request, pk: int) -> HttpResponse:
    """Record signatures: the day, who signed, and the scan; before all have approved it says what is missing."""
    situation = find(request, pk)
    text = situation.open
    if text is None:
        return refuse(request, situation, _("No text of this agreement is waiting for signatures."))
    sides = situation.acting(situation.unsigned)
    if not sides:
        return refuse(request, situation, _("Your signature is recorded; others still have to sign."))
    form = None
    if not situation.unapproved:
        files = request.FILES if request.method == "POST" else None
        form = SignatureForm(
            sent(request),
            files,
            sides=sides,
            today=timezone.localdate(),
            initial={"terms_hash": text.terms_hash},
        )
    dialog = _signing(situation, text.terms_hash)
    return ask(request, situation, dialog, form, _sign(request, situation, form))


def _signing(situation: Situation, terms_hash: str) -> Dialog:
    unapproved = situation.unapproved
    if unapproved:
        missing = _("Nobody can sign yet: the approval of %(parties)s is missing.")
        said = [missing % {"parties": listed([side.name for side in unapproved])}]
    else:
        said = [
            _("Still to sign: %(parties)s.") % {"parties": listed([side.name for side in situation.unsigned])},
            _("The last signature makes the text valid; it cannot be changed any more, only amended."),
        ]
    return Dialog(
        _("Record the signature"),
        list(said),
        _("Record"),
        _("The signature is recorded."),
        "certificate",
        parts={"hash": terms_hash},
    )


def _sign(request: Request, situation: Situation, form: SignatureForm | None) -> Callable[[], Agreement | None]:
    def carry_out() -> Agreement | None:
        if form is None:
            return None
        return services.sign_agreement(
            agreement=situation.agreement,
            terms_hash=form.cleaned_data["terms_hash"],
            signed_on=form.cleaned_data["signed_on"],
            signatories=form.signatories(),
            scan=upload_of(form.cleaned_data["scan"]),
            actor=request.user,
            at=timezone.now(),
        )

    return carry_out


@require_http_methods(WRITABLE)
def agreement_withdraw(request: Request, pk: int) -> HttpResponse:
    """Give up a draft, or the change of a signed agreement."""
    situation = find(request, pk)
    if situation.open is None:
        return refuse(request, situation, _("No text of this agreement is being negotiated."))
    if situation.agreement.is_before_signature:
        dialog = Dialog(
            _("Withdraw the draft"),
            [_("A withdrawn draft cannot be signed any more; its number is not given again.")],
            _("Withdraw"),
            _("The draft is withdrawn."),
            "trash",
            is_grave=True,
        )
    else:
        dialog = Dialog(
            _("Give up the change"),
            [_("The text in force stays as it is. The proposed one stays on record, and nobody can sign it any more.")],
            _("Give up"),
            _("The change is given up; the text in force stays as it is."),
            "x",
            is_grave=True,
        )
    return _give_up(request, situation, dialog, None)


@require_http_methods(WRITABLE)
def reject(request: Request, pk: int) -> HttpResponse:
    """The party with which a draft is does not want it."""
    situation = find(request, pk)
    holder = situation.holder
    if holder is None or not situation.acting([holder]) or not situation.agreement.is_before_signature:
        return refuse(request, situation, _why_no_approval(situation))
    dialog = Dialog(
        _("Reject the draft"),
        [
            _("%(party)s does not want this agreement. It cannot be signed any more, and the others are told why.")
            % {"party": holder.name},
            _("If only something is to change, edit the text or hand it over with a message instead."),
        ],
        _("Reject"),
        _("The draft is rejected."),
        "x",
        is_grave=True,
    )
    return _give_up(request, situation, dialog, holder.party)


def _give_up(request: Request, situation: Situation, dialog: Dialog, party: AgreementParty | None) -> HttpResponse:
    form = ReasonForm(sent(request))

    def carry_out() -> Agreement:
        return services.give_up(
            agreement=situation.agreement,
            party=party,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)
