"""What follows the signature of an agreement, its files, their verification by anybody, and the templates."""

from __future__ import annotations

from typing import Any

from tests.access.declaring import (
    EVERYBODY,
    PAIR,
    PAIR_READERS,
    PART,
    SENT_BY_SCRIPT,
    Address,
    May,
    button,
    form,
    page,
    roles,
)
from tests.access.world import Tenant

STAFF = roles("")
NEXT_TO_NOTHING = 6  # queries of a page that anybody may ask for, of which four are about who signed in


def draft(t: Tenant) -> dict[str, Any]:
    return {"pk": t.agreements[0].pk}


def signed(t: Tenant) -> dict[str, Any]:
    return {"pk": t.agreements[1].pk}


def milestone(t: Tenant) -> dict[str, Any]:
    return {"public_id": t.milestone.public_id}


def template(t: Tenant) -> dict[str, Any]:
    return {"public_id": t.template.public_id}


def paper(t: Tenant) -> dict[str, Any]:
    """What the code on the paper of a tenant's agreement leads to."""
    agreement = t.agreements[1]
    text = agreement.texts.get()
    return {"number": agreement.number, "version": text.number, "digits": text.terms_hash[:12]}


def ledger(name: str) -> tuple[Address, ...]:
    """A page of what follows the signature, and the part of the agreement's page that it is."""
    methods = {"GET": May(PAIR_READERS), "POST": May(PAIR)}
    by_script = {"GET": May(PAIR_READERS, but=SENT_BY_SCRIPT), "POST": May(PAIR, but=SENT_BY_SCRIPT)}
    return (
        Address(name, methods, signed),
        Address(name, by_script, signed, headers=PART, label="part"),
        Address(name, methods, draft, label="of a draft"),
    )


AGREEMENT_FOLLOWING: tuple[Address, ...] = (
    *ledger("agreements:money"),
    *ledger("agreements:milestones"),
    *ledger("agreements:results"),
    button("agreements:payment-cancel", lambda t: {"public_id": t.payment.public_id}, PAIR),
    button("agreements:milestone-reach", milestone, PAIR, status=200),
    button("agreements:milestone-reopen", milestone, PAIR),
    button("agreements:milestone-remove", milestone, PAIR),
    page("agreements:file", lambda t: {"public_id": t.file.public_id}, see=PAIR_READERS),
    page("agreements:verify-form", see=EVERYBODY, searches=("?number=x&hash=1",), budget=NEXT_TO_NOTHING),
    page("agreements:verify", paper, see=EVERYBODY, budget=NEXT_TO_NOTHING),
    form("agreements:templates", None, STAFF),
    page("agreements:template-file", template, see=STAFF),
    page("agreements:template-sample", template, see=STAFF),
    page("agreements:template-standard", lambda _t: {"kind": "intent", "language": "en"}, see=STAFF),
    button("agreements:template-use", template, STAFF),
    button("agreements:template-retire", template, STAFF),
)
