"""What is said of where an agreement stands, in plain sentences, and what the reader may do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from events.agreements.models import AgreementStatus, AgreementText, TextChange
from events.agreements.models.agreement import EVER_SIGNED
from events.agreements.reading import listed
from events.agreements.situation import Side, Situation


def sentences_of(situation: Situation) -> list[str]:
    """Where the agreement stands: what is valid, what is negotiated and whose turn it is, what was given notice of."""
    agreement = situation.agreement
    if agreement.is_valid:
        said = [_validity(situation)]
        if situation.open is not None:
            said.append(_change(situation.open) + " " + _negotiation(situation))
        return said + _notices(situation)
    if situation.open is not None and agreement.is_before_signature:
        return [_negotiation(situation)]
    return [_end(situation)]


def _validity(situation: Situation) -> str:
    agreement = situation.agreement
    number = situation.current.number if situation.current else 1
    if agreement.status == AgreementStatus.SIGNED:
        return _("Signed by all; in force from %(day)s, text %(number)s.") % {
            "day": agreement.starts_on,
            "number": number,
        }
    return _("In force until %(day)s, text %(number)s.") % {"day": agreement.ends_on, "number": number}


def _change(text: AgreementText) -> str:
    if text.change == TextChange.EXTENSION:
        return _("An extension is being negotiated:")
    return _("An amendment is being negotiated:")


def _negotiation(situation: Situation) -> str:
    """Whose turn it is for the open text."""
    unapproved, unsigned = situation.unapproved, situation.unsigned
    if unapproved:
        holder = situation.holder
        if holder is None:
            return _("waiting for the approval of %(parties)s.") % {"parties": _names(unapproved)}
        if holder.approval is not None:
            return _("With %(party)s, which has approved it; the approval of %(others)s is missing.") % {
                "party": holder.name,
                "others": _names(unapproved),
            }
        return _("With %(party)s: waiting for its approval.") % {"party": holder.name}
    if len(unsigned) == len(situation.sides):
        return _("All have approved; no party has signed yet.")
    return _("All have approved; the signature of %(parties)s is missing.") % {"parties": _names(unsigned)}


def _notices(situation: Situation) -> list[str]:
    return [
        _("%(party)s has given notice: it ends on %(day)s.") % {"party": side.name, "day": side.notice}
        for side in situation.sides
        if side.notice
    ]


def _end(situation: Situation) -> str:
    agreement = situation.agreement
    said = {
        AgreementStatus.COMPLETED: _("Completed on %(day)s."),
        AgreementStatus.EXPIRED: _("Expired: its last day was %(day)s."),
        AgreementStatus.TERMINATED: _("Terminated on %(day)s."),
        AgreementStatus.REJECTED: _("Rejected before it was signed. Its number is not given again."),
        AgreementStatus.WITHDRAWN: _("Withdrawn before it was signed. Its number is not given again."),
    }.get(AgreementStatus(agreement.status), str(agreement.get_status_display()))
    return said % {"day": agreement.ended_on} if agreement.ended_on else said


def _names(sides: Iterable[Side]) -> str:
    return listed([side.name for side in sides])


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that the reader may do now: the name of its page, and how its button looks."""

    url: str
    label: str | Promise
    icon: str
    is_first: bool = False
    is_grave: bool = False


def offers_of(situation: Situation) -> list[Offer]:
    """What the reader may do now, the most likely first; nothing for who only reads."""
    if not situation.may_edit:
        return []
    found = [*_of_negotiation(situation), *_of_validity(situation)]
    first = next((offer for offer in found if offer.is_first), None)
    return sorted(found, key=lambda offer: (offer is not first, offer.is_grave))


def _of_negotiation(situation: Situation) -> Iterator[Offer]:
    if situation.open is None:
        return
    if may_approve(situation):
        own = any(side.is_own for side in may_approve(situation))
        label = _lazy("Approve the text") if own else _lazy("Record an approval")
        yield Offer("approve", label, "check", is_first=True)
    if not situation.unapproved and situation.acting(situation.unsigned):
        yield Offer("sign", _lazy("Record the signature"), "certificate", is_first=True)
    yield from _of_wording(situation)
    if may_take_back(situation):
        yield Offer("take-back", _lazy("Take the approval back"), "arrow-back-up")
    yield from _of_giving_up(situation)


def _of_wording(situation: Situation) -> Iterator[Offer]:
    if not situation.holds or situation.signed_by_some:
        return
    yield Offer("edit", _lazy("Edit the text"), "edit", is_first=not situation.attends)
    if situation.holder is not None:
        yield Offer("hand-over", _lazy("Hand over"), "send")
    yield Offer("annex-add", _lazy("Add an annex"), "plus")


def _of_giving_up(situation: Situation) -> Iterator[Offer]:
    if not situation.agreement.is_before_signature:
        yield Offer("withdraw", _lazy("Give up the change"), "x", is_grave=True)
        return
    if situation.holder is not None and situation.acting([situation.holder]):
        yield Offer("reject", _lazy("Reject"), "x", is_grave=True)
    yield Offer("withdraw", _lazy("Withdraw the draft"), "trash", is_grave=True)


def _of_validity(situation: Situation) -> Iterator[Offer]:
    agreement = situation.agreement
    if agreement.is_valid and situation.open is None:
        yield Offer("amend", _lazy("Amend"), "edit")
        if may_extend(situation):
            yield Offer("extend", _lazy("Extend"), "calendar")
    if may_renew(situation):
        yield Offer("renew", _lazy("Renew the agreement"), "refresh")
    if agreement.status == AgreementStatus.IN_FORCE:
        yield Offer("complete", _lazy("Complete"), "circle-check")
    if agreement.is_valid:
        if situation.acting([side for side in situation.sides if side.notice is None]):
            yield Offer("notice", _lazy("Give notice"), "hourglass", is_grave=True)
        if situation.acting([side for side in situation.sides if side.notice]):
            yield Offer("notice-take-back", _lazy("Take the notice back"), "arrow-back-up")


def may_approve(situation: Situation) -> list[Side]:
    """The parties whose approval the reader may give: an own one in its turn; any for who attends."""
    missing = situation.unapproved
    return [side for side in missing if situation.attends or (side.is_own and side is situation.holder)]


def may_take_back(situation: Situation) -> list[Side]:
    """The parties whose approval of the open text the reader may take back: before anybody has signed it."""
    if situation.open is None or situation.signed_by_some:
        return []
    return situation.acting([side for side in situation.sides if side.approval])


def may_renew(situation: Situation) -> bool:
    """Whether the reader may draft the successor: its parties and the staff; it is of the fair no more."""
    agreement = situation.agreement
    its_own = bool(situation.own) or situation.by_staff
    return its_own and agreement.status in EVER_SIGNED and not getattr(agreement, "successor", None)


def may_extend(situation: Situation) -> bool:
    """Whether the agreement was never extended."""
    return not any(text.change == TextChange.EXTENSION and text.status != "dropped" for text in situation.texts)
