"""The register of agreements (台账) as a workbook, in the columns that offices keep: agreements, terms, money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from events.agreements.ledger import Part, parts_of
from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementTerm,
    FundingCommitment,
    Instalment,
    PartyRole,
    Payment,
    TermHeadCount,
)
from events.agreements.models.agreement import EVER_SIGNED
from portal.common.xlsx import Cell, Sheet, workbook
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind, Major

MOST_ROWS = 5000
ZERO = Decimal(0)


def register_workbook(agreements: QuerySet[Agreement]) -> bytes:
    """The .xlsx of these agreements, whose readers have been checked: a dozen queries, however many there are."""
    rows = list(_loaded(agreements))
    paid = _paid_by_promise(rows)
    return workbook([_agreements_sheet(rows, paid), _terms_sheet(rows), _money_sheet(rows, paid)])


def register_name(today: date) -> str:
    """What the file is called, in the reader's language."""
    return _("Register of agreements %(day)s") % {"day": today.isoformat()} + ".xlsx"


def _loaded(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """With all that the sheets tell; what many rows share, such as an organization, is read once."""
    names = Organization.objects.only("legal_name")
    parties = AgreementParty.objects.order_by("position").prefetch_related(Prefetch("organization", names))
    counts = TermHeadCount.objects.order_by("year", "major").prefetch_related(
        Prefetch("major", Major.objects.only("name"))
    )
    terms = AgreementTerm.objects.order_by("cooperation_kind__position", "pk").select_related("cooperation_kind")
    funding = FundingCommitment.objects.order_by("line").prefetch_related(
        Prefetch("instalments", Instalment.objects.order_by("number"))
    )
    rows = agreements.select_related("fair", "predecessor").order_by("-pk")
    return rows.prefetch_related(
        Prefetch("parties", parties),
        Prefetch("terms", terms.prefetch_related(Prefetch("headcounts", counts))),
        Prefetch("funding", funding),
    )


def _paid_by_promise(rows: Sequence[Agreement]) -> dict[int, Decimal]:
    paid = Payment.objects.filter(funding__agreement__in=[row.pk for row in rows], cancelled_at=None)
    return dict(paid.order_by().values_list("funding").annotate(total=Sum("amount")))


def _agreements_sheet(rows: Iterable[Agreement], paid: dict[int, Decimal]) -> Sheet:
    header = [
        pgettext("in a list", "No."),
        _("Agreement number"),
        _("Name of the agreement"),
        _("Kind of agreement"),
        PartyRole.FIRST.label,
        PartyRole.SECOND.label,
        _("Other parties"),
        _("Kinds of cooperation"),
        pgettext("register", "Signed on"),
        _("Begins on"),
        _("Ends on"),
        _("Status"),
        _("People agreed in all"),
        _("Amount (yuan)"),
        _("Paid so far (yuan)"),
        _("Not yet paid (yuan)"),
        _("Next instalment due"),
        _("Contacts"),
        _("From (fair)"),
        _("Last recorded on"),
        _("Remarks"),
    ]
    widths = (6, 15, 34, 16, 30, 30, 30, 34, 12, 12, 12, 12, 12, 14, 14, 14, 14, 34, 30, 12, 30)
    body = (_agreement_row(number, row, paid) for number, row in enumerate(rows, 1))
    return Sheet(pgettext("sheet", "Agreements"), [str(title) for title in header], body, widths)


def _agreement_row(number: int, row: Agreement, paid: dict[int, Decimal]) -> list[Cell]:
    funding = list(row.funding.all())
    done = sum((paid.get(promise.pk, ZERO) for promise in funding), ZERO)
    first, second, *others = row.parties.all()
    is_owed = bool(funding) and row.status in EVER_SIGNED  # a draft binds nobody to pay
    return [
        number,
        row.number,
        row.title,
        row.get_kind_display(),
        first.organization.legal_name,
        second.organization.legal_name,
        _joined(party.organization.legal_name for party in others),
        _joined(_kind(term.cooperation_kind) for term in row.terms.all()),
        row.signed_on,
        row.starts_on,
        row.ends_on,
        row.get_status_display(),
        sum(count.people for term in row.terms.all() for count in term.headcounts.all()),
        row.amount,
        done if is_owed else None,
        sum((promise.amount for promise in funding), ZERO) - done if is_owed else None,
        min((day for promise in funding for day in _open_days(promise, paid)), default=None) if is_owed else None,
        _contacts(row.parties.all()),
        row.fair.name if row.fair else None,
        timezone.localdate(row.last_activity_at),
        _remarks(row),
    ]


def _open_days(promise: FundingCommitment, paid: dict[int, Decimal]) -> Iterator[date]:
    """The days of the instalments that are not covered yet."""
    return (part.due_on for part in _parts(promise, paid) if part.left and part.due_on)


def _parts(promise: FundingCommitment, paid: dict[int, Decimal]) -> list[Part]:
    """The instalments of a promise with what of each is paid; none where it has none."""
    instalments = promise.instalments.all()
    done = paid.get(promise.pk, ZERO)
    return parts_of(promise.amount, instalments, done, timezone.localdate()) if instalments else []


def _terms_sheet(rows: Iterable[Agreement]) -> Sheet:
    header = [
        _("Agreement number"),
        _("Name of the agreement"),
        _("Kind of cooperation"),
        _("Begins on"),
        _("Ends on"),
        _("Year"),
        _("Code of the major"),
        _("Major"),
        _("People agreed"),
        _("Amount (yuan)"),
        _("Duties"),
    ]
    widths = (15, 34, 34, 12, 12, 8, 12, 24, 10, 14, 60)
    return Sheet(pgettext("sheet", "Terms"), header, (line for row in rows for line in _term_rows(row)), widths)


def _term_rows(row: Agreement) -> Iterator[list[Cell]]:
    """One row for each year and major; a kind without a plan of people has one. Amount and duties stand once."""
    for term in row.terms.all():
        head: list[Cell] = [row.number, row.title, _kind(term.cooperation_kind)]
        head += [term.starts_on or row.starts_on, term.ends_on or row.ends_on]
        once: list[Cell] = [term.amount, term.obligations]
        counts = list(term.headcounts.all())
        if not counts:
            yield [*head, None, None, term.majors, None, *once]
        for count in counts:
            name = count.major.name if count.major else _("all majors")
            yield [*head, count.year, count.major_id, name, count.people, *once]
            once = [None, None]


def _money_sheet(rows: Iterable[Agreement], paid: dict[int, Decimal]) -> Sheet:
    header = [
        _("Agreement number"),
        _("Name of the agreement"),
        _("Payer"),
        _("Payee"),
        pgettext("of money", "Purpose"),
        _("Promised (yuan)"),
        _("Paid so far (yuan)"),
        _("Instalment"),
        _("Due on"),
        _("Instalment (yuan)"),
        _("Paid of it (yuan)"),
        _("Left of it (yuan)"),
    ]
    widths = (15, 34, 30, 30, 30, 14, 14, 10, 12, 14, 14, 14)
    lines = (line for row in rows for line in _money_rows(row, paid))
    return Sheet(pgettext("sheet", "Money"), header, lines, widths)


def _money_rows(row: Agreement, paid: dict[int, Decimal]) -> Iterator[list[Cell]]:
    """One row for each instalment; a promise without instalments has one. Sums of the promise stand once."""
    names = {party.pk: party.organization.legal_name for party in row.parties.all()}
    for promise in row.funding.all():
        head: list[Cell] = [row.number, row.title, names[promise.payer_id], names[promise.payee_id], promise.purpose]
        once: list[Cell] = [promise.amount, paid.get(promise.pk, ZERO)]
        parts = _parts(promise, paid)
        if not parts:
            yield [*head, *once]
        for part in parts:
            yield [*head, *once, part.number, part.due_on, part.amount, part.paid, part.left]
            once = [None, None]


def _kind(kind: CooperationKind) -> str:
    return kind.name if (get_language() or "").startswith("zh") else kind.name_en


def _joined(names: Iterable[str]) -> str:
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(names)


def _contacts(parties: Iterable[AgreementParty]) -> str:
    """One line for each party that has named somebody."""
    lines = []
    for party in parties:
        person = " ".join(part for part in (party.contact, party.contact_phone) if part)
        if person:
            lines.append(_("%(role)s: %(person)s") % {"role": party.get_role_display(), "person": person})
    return "\n".join(lines)


def _remarks(row: Agreement) -> str:
    said = [row.closing_note]
    if row.predecessor:
        said.append(_("Renews %(number)s.") % {"number": row.predecessor.number})
    if row.dormant_since and row.is_valid:
        said.append(_("Nothing recorded for 180 days."))
    if row.is_sample:
        said.append(_("sample data"))
    return "\n".join(part for part in said if part)
