"""What holds of every agreement at every moment, checked from the rows alone, without the services' own code paths."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from events.agreements.models import Agreement, AgreementText, Approval

BEFORE, VALID = {"draft", "approved"}, {"signed", "in_force"}
ENDED, GIVEN_UP = {"completed", "expired", "terminated"}, {"rejected", "withdrawn"}


def digest(content: Any) -> str:
    """The hash as it is defined: SHA-256 of JSON with sorted keys, without spaces, in UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_agreement(agreement: Agreement) -> None:
    """Everything that must hold of one agreement; AssertionError names what does not."""
    texts = list(agreement.texts.order_by("number").prefetch_related("approvals", "signatures"))
    parties = {party.pk: party for party in agreement.parties.select_related("organization")}
    _check_texts(agreement, texts)
    for text in texts:
        _check_word(text, set(parties))
    _check_status(agreement, texts, set(parties))
    _check_rows(agreement, texts, parties)
    _check_money(agreement)


def _check_texts(agreement: Agreement, texts: list[AgreementText]) -> None:
    assert [text.number for text in texts] == list(range(1, len(texts) + 1)), "a text is lost, or a number given twice"
    for text in texts:
        assert digest(text.content) == text.terms_hash, "the hash is not that of the content"
        assert (text.status == "open") == (text.settled_at is None)
    assert sum(text.status == "open" for text in texts) <= 1
    assert sum(text.status == "current" for text in texts) == (agreement.status not in BEFORE | GIVEN_UP)
    assert sum(text.change == "original" for text in texts) == 1
    extended = [text for text in texts if text.change == "extension" and text.status != "dropped"]
    assert len(extended) <= 1, "extended twice"


def _check_word(text: AgreementText, parties: set[int]) -> None:
    """Approvals and signatures are of the very content; a text that came into force has those of all."""
    standing = [row for row in text.approvals.all() if row.standing]
    for row in standing:
        assert (row.terms_hash, row.content) == (text.terms_hash, text.content), "an approval of other terms stands"
    assert all(digest(row.content) == row.terms_hash for row in text.approvals.all()), "the proof is not what was read"
    signed = {row.party_id for row in text.signatures.all()}
    assert all(row.terms_hash == text.terms_hash for row in text.signatures.all()), "another wording was signed"
    if signed:
        assert {row.party_id for row in standing} == parties, "signed before all had approved"
    if text.status in ("current", "superseded"):
        assert signed == parties, "in force without the signature of all"
    if text.status == "open":
        assert signed != parties, "signed by all and not in force"


def _check_status(agreement: Agreement, texts: list[AgreementText], parties: set[int]) -> None:
    negotiated = next((text for text in texts if text.status == "open"), None)
    status = agreement.status
    if status in BEFORE:
        assert negotiated is not None
        assert negotiated.change == "original"
    else:
        assert negotiated is None or (negotiated.change != "original" and status in VALID)
    if negotiated is None:
        return
    approved = {row.party_id for row in negotiated.approvals.all() if row.standing}
    assert (negotiated.with_party_id is None) == (approved == parties), "with one party, or approved by all"
    assert negotiated.with_party_id is None or negotiated.with_party_id in parties
    if status in BEFORE:
        assert (status == "approved") == (approved == parties)


def _check_rows(agreement: Agreement, texts: list[AgreementText], parties: dict[int, Any]) -> None:
    """Columns and rows say what the governing text says: the valid one, else the first."""
    governing = next((text for text in texts if text.status == "current"), texts[0])
    content = governing.content
    assert content["kind"] == agreement.kind
    assert content["parties"] == {party.role: str(party.organization.public_id) for party in parties.values()}
    for name in ("title", "purpose", "place"):
        assert getattr(agreement, name) == content[name], name
    assert (str(agreement.starts_on), str(agreement.ends_on)) == (content["starts_on"], content["ends_on"])
    assert _terms_of(agreement) == content["terms"]
    assert _funding_of(agreement, parties) == content["funding"]


def _terms_of(agreement: Agreement) -> list[dict[str, Any]]:
    rows = agreement.terms.order_by("cooperation_kind_id").prefetch_related("headcounts")
    return [
        {
            "cooperation_kind": term.cooperation_kind_id,
            "starts_on": str(term.starts_on) if term.starts_on else None,
            "ends_on": str(term.ends_on) if term.ends_on else None,
            "majors": term.majors,
            "headcounts": sorted(
                (
                    {"year": row.year, "major": row.major_id or "", "people": row.people}
                    for row in term.headcounts.all()
                ),
                key=lambda row: (row["year"], row["major"]),
            ),
            "obligations": term.obligations,
            "amount": None if term.amount is None else str(term.amount),
        }
        for term in rows
    ]


def _funding_of(agreement: Agreement, parties: dict[int, Any]) -> list[dict[str, Any]]:
    rows = agreement.funding.order_by("line").prefetch_related("instalments")
    return [
        {
            "line": row.line,
            "payer": parties[row.payer_id].role,
            "payee": parties[row.payee_id].role,
            "purpose": row.purpose,
            "amount": str(row.amount),
            "instalments": [
                {"due_on": str(part.due_on), "amount": str(part.amount)}
                for part in sorted(row.instalments.all(), key=lambda part: part.number)
            ],
        }
        for row in rows
    ]


def _check_money(agreement: Agreement) -> None:
    """All sums agree, and nobody has paid more than was promised."""
    terms = [row.amount for row in agreement.terms.all() if row.amount is not None]
    promised = [row.amount for row in agreement.funding.all()]
    if terms and promised:
        assert sum(terms) == sum(promised), "terms and promises differ"
    for sums in filter(None, (promised, terms)):
        assert sum(sums) == agreement.amount, "the head differs from the rows"
    for row in agreement.funding.prefetch_related("instalments"):
        parts = [part.amount for part in row.instalments.all()]
        assert not parts or sum(parts) == row.amount, "the instalments differ from the promise"
        valid = row.payments.filter(cancelled_at=None)
        assert (valid.aggregate(paid=Sum("amount"))["paid"] or Decimal(0)) <= row.amount, "more paid than promised"


def check_ended(agreement: Agreement) -> None:
    """An end has its day and leaves nothing open; a notice stands once a party."""
    assert (agreement.ended_on is not None) == (agreement.status in ENDED)
    assert (agreement.signed_on is not None) == (agreement.status in VALID | ENDED)
    standing = list(agreement.notices.filter(revoked_at=None).values_list("party", flat=True))
    assert len(set(standing)) == len(standing)
    if agreement.status in VALID:
        assert len(standing) < agreement.parties.count(), "all have given notice, and it goes on"


def word_lost(before: set[int]) -> set[int]:
    """Approvals that were there and are no more: they are kept as proof, whatever becomes of the text."""
    return before - set(Approval.objects.values_list("pk", flat=True))
