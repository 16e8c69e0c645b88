"""What becomes of a signed agreement: in force, completed, expired, terminated by one or by all."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Min, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementStatus,
    AgreementText,
    TerminationNotice,
    TextStatus,
)
from events.agreements.models.agreement import DORMANT_AFTER, VALID
from events.agreements.notices import tell_parties
from events.agreements.refusals import AgreementConflict, AgreementRefused
from events.agreements.services.claiming import attends, claim, is_own, require_speaker
from events.agreements.signals import agreement_changed
from events.agreements.writing import tell
from events.fairs.services import NotTheirs
from portal.accounts.models import User
from portal.audit.services import record

NOTICE_DAYS = 30
"""Days of notice that the standard text asks of a party that cannot continue (events.printing.general_clauses)."""


def enter_into_force(today: date, at: datetime) -> int:
    """Signed agreements whose first day has come are in force; returns how many."""
    due = Agreement.objects.filter(status=AgreementStatus.SIGNED, starts_on__lte=today)
    return sum(_move(due.filter(pk=pk), pk, AgreementStatus.IN_FORCE, at) for pk in _keys(due))


def expire(today: date, at: datetime) -> int:
    """Agreements in force whose last day is past have expired; returns how many."""
    over = Agreement.objects.filter(status__in=VALID, ends_on__lt=today)
    return sum(_move(over.filter(pk=pk), pk, AgreementStatus.EXPIRED, at, ended_on=F("ends_on")) for pk in _keys(over))


def carry_out_notices(today: date, at: datetime) -> int:
    """Agreements of which a notice has taken effect are terminated; returns how many."""
    due = Agreement.objects.filter(pk__in=_notices_due(today).values("agreement"))
    return sum(_carry_out_notice(pk, today, at) for pk in _keys(due))


def _notices_due(today: date) -> QuerySet[TerminationNotice]:
    """Those whose day has come, of agreements that were not over by themselves before it."""
    standing = TerminationNotice.objects.filter(revoked_at=None, effective_on__lte=today)
    return standing.filter(agreement__status__in=VALID, agreement__ends_on__gte=F("effective_on"))


@transaction.atomic
def _carry_out_notice(agreement_id: int, today: date, at: datetime) -> int:
    """Its row is held before the notice is read again: nobody takes the notice back between the two."""
    rows = Agreement.objects.filter(pk=agreement_id, status__in=VALID)
    if rows.select_for_update(no_key=True).first() is None:
        return 0
    day = _notices_due(today).filter(agreement=agreement_id).aggregate(day=Min("effective_on"))["day"]
    return _move(rows, agreement_id, AgreementStatus.TERMINATED, at, ended_on=day) if day else 0


def mark_dormant(today: date, at: datetime) -> list[Agreement]:
    """Mark agreements in force of which nothing was recorded for 180 days; returns those marked now."""
    quiet = Agreement.objects.filter(
        status=AgreementStatus.IN_FORCE, dormant_since=None, last_activity_at__lte=at - DORMANT_AFTER
    )
    marked = []
    for agreement in quiet.order_by("pk"):
        still = quiet.filter(pk=agreement.pk)
        if still.update(dormant_since=today):
            marked.append(Agreement.objects.get(pk=agreement.pk))
    return marked


@transaction.atomic
def complete(
    *, agreement: Agreement, version: int, ended_on: date, closing_note: str, actor: User, at: datetime
) -> Agreement:
    """Close an agreement whose work is done, with a note on what came of it; AgreementRefused without one."""
    if not closing_note.strip():
        raise AgreementRefused(_("Say what came of the agreement, for the file."), field="closing_note")
    today = timezone.localdate(at)
    if not agreement.starts_on <= ended_on <= today:
        raise AgreementRefused(_("The day lies between the agreement's first day and today."), field="ended_on")
    standing = claim(
        agreement.pk,
        at=at,
        states=(AgreementStatus.IN_FORCE,),
        version=version,
        status=AgreementStatus.COMPLETED,
        ended_on=ended_on,
        closing_note=closing_note.strip(),
    )
    _require_part(standing, actor)
    _drop_open_text(standing, at)
    record(verb="agreement.completed", subject=standing, actor=actor, at=at, ended_on=ended_on.isoformat())
    tell(agreement_changed, standing)
    tell_parties(standing, event="agreement_completed", actor=actor, at=at)
    return standing


@transaction.atomic
def give_notice(
    *,
    agreement: Agreement,
    party: AgreementParty,
    reason: str,
    effective_on: date,
    actor: User,
    at: datetime,
    on_behalf: str = "",
) -> Agreement:
    """One party gives notice; the agreement ends on that day, or at once as soon as all parties have given notice.

    AgreementRefused for less than 30 days' notice or no reason; AgreementConflict if the party's notice stands already.
    """
    today = timezone.localdate(at)
    standing = claim(agreement.pk, at=at, states=VALID)
    how = require_speaker(standing, party, actor, on_behalf=on_behalf)
    if not reason.strip():
        raise AgreementRefused(_("Say why, for the other parties."), field="reason")
    others = AgreementParty.objects.filter(agreement=standing).exclude(pk=party.pk)
    given = TerminationNotice.objects.filter(party=OuterRef("pk"), revoked_at=None)
    is_last = not others.exclude(Exists(given)).exists()
    if not is_last and effective_on < today + timedelta(days=NOTICE_DAYS):
        raise AgreementRefused(
            _("A party gives at least %(days)s days' notice.") % {"days": NOTICE_DAYS}, field="effective_on"
        )
    _store_notice(
        TerminationNotice(
            agreement=standing,
            party=party,
            reason=reason.strip(),
            given_on=today,
            effective_on=max(effective_on, today),
            given_by=actor,
        )
    )
    record(
        verb="agreement.notice_given",
        subject=standing,
        actor=actor,
        at=at,
        role=party.role,
        effective_on=effective_on.isoformat(),
        reason=reason.strip(),
        on_behalf=how,
    )
    if is_last:
        rows = Agreement.objects.filter(pk=standing.pk, status__in=VALID)
        _move(rows, standing.pk, AgreementStatus.TERMINATED, at, ended_on=today, actor=actor)
    else:
        tell(agreement_changed, standing)
        tell_parties(standing, event="agreement_notice_given", actor=actor, at=at)
    return Agreement.objects.get(pk=standing.pk)


def _store_notice(notice: TerminationNotice) -> None:
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError as error:
        raise AgreementConflict(_("This party has given notice already.")) from error


@transaction.atomic
def take_back_notice(
    *, agreement: Agreement, party: AgreementParty, actor: User, at: datetime, on_behalf: str = ""
) -> Agreement:
    """A party takes its notice back before the agreement has ended; `on_behalf` as for giving it."""
    standing = claim(agreement.pk, at=at, states=VALID)
    how = require_speaker(standing, party, actor, on_behalf=on_behalf)
    notice = TerminationNotice.objects.filter(agreement=standing, party=party, revoked_at=None)
    if not notice.update(revoked_at=at):
        raise AgreementConflict(_("No notice of this party stands."))
    record(verb="agreement.notice_taken_back", subject=standing, actor=actor, at=at, role=party.role, on_behalf=how)
    tell(agreement_changed, standing)
    tell_parties(standing, event="agreement_notice_taken_back", actor=actor, at=at)
    return standing


def _keys(rows: QuerySet[Agreement]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _move(
    rows: QuerySet[Agreement],
    agreement_id: int,
    after: AgreementStatus,
    at: datetime,
    *,
    ended_on: date | F | None = None,
    actor: User | None = None,
) -> int:
    """One step that no person decides; 1, or 0 if somebody was faster.

    `rows` is the agreement as long as all holds that calls for the step, its dates too: an extension may come between.
    """
    if not rows.update(status=after, ended_on=ended_on, version=F("version") + 1, updated_at=at):
        return 0
    moved = Agreement.objects.get(pk=agreement_id)
    if ended_on is not None:
        _drop_open_text(moved, at)
    record(verb=f"agreement.{after.value}", subject=moved, actor=actor, at=at)
    tell(agreement_changed, moved)
    tell_parties(moved, event=f"agreement_{after.value}", actor=actor, at=at)
    return 1


def _drop_open_text(agreement: Agreement, at: datetime) -> None:
    AgreementText.objects.filter(agreement=agreement, status=TextStatus.OPEN).update(
        status=TextStatus.DROPPED, settled_at=at, with_party=None
    )


def _require_part(agreement: Agreement, actor: User) -> None:
    parties = agreement.parties.all()
    if not (attends(agreement, actor) or any(is_own(party, actor) for party in parties)):
        raise NotTheirs(_("Only a party of the agreement can do this."))
