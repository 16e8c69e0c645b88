"""The page of one agreement, what changed, and what its parties do to its text."""

from __future__ import annotations

from typing import Any

from tests.access.declaring import PAIR, PAIR_READERS, PART, SENT_BY_SCRIPT, Address, form, page, roles
from tests.access.world import Tenant

ORGANIZER = roles("organizer")
NOT_ITS_TURN = {"hr own": 302}  # the draft is with the school
LEADS_BACK = {"status": 302}  # with a sentence that says why the act is not possible now


def draft(t: Tenant) -> dict[str, Any]:
    return {"pk": t.agreements[0].pk}


def signed(t: Tenant) -> dict[str, Any]:
    return {"pk": t.agreements[1].pk}


def guests_draft(t: Tenant) -> dict[str, Any]:
    return {"pk": t.guests_agreement.pk}


def firm(t: Tenant) -> dict[str, Any]:
    return {"pk": t.agreements[0].pk, "role": "second"}


AGREEMENTS: tuple[Address, ...] = (
    page("agreements:detail", draft, see=PAIR_READERS, searches=("?text=1",)),
    page("agreements:detail", signed, see=PAIR_READERS, label="signed"),
    page("agreements:detail", guests_draft, see=ORGANIZER, label="of guests"),
    page("agreements:timeline", draft, see=PAIR_READERS),
    page("agreements:timeline", draft, see=PAIR_READERS, headers=PART, but=SENT_BY_SCRIPT, label="part"),
    page("agreements:compare", draft, see=PAIR_READERS, searches=("?from=1&to=1", "?from=second")),
    page("agreements:compare", signed, see=PAIR_READERS, headers=PART, but=SENT_BY_SCRIPT, label="part"),
    form("agreements:edit", draft, PAIR, but=NOT_ITS_TURN),
    form("agreements:annex-add", draft, PAIR, but=NOT_ITS_TURN),
    form("agreements:annex-remove", draft, PAIR, **LEADS_BACK),
    form("agreements:approve", draft, PAIR, but=NOT_ITS_TURN),
    form("agreements:take-back", draft, PAIR, **LEADS_BACK),
    form("agreements:hand-over", draft, PAIR, but=NOT_ITS_TURN),
    form("agreements:sign", draft, PAIR),
    form("agreements:reject", draft, PAIR, but=NOT_ITS_TURN),
    form("agreements:withdraw", draft, PAIR),
    form("agreements:party", firm, roles("hr organizer"), post_status=302),
    form("agreements:amend", signed, PAIR),
    form("agreements:amend", draft, PAIR, label="of a draft", **LEADS_BACK),
    form("agreements:extend", signed, PAIR),
    form("agreements:renew", signed, PAIR, post_status=302, but={"organizer own": 302}),
    form("agreements:complete", signed, PAIR, **LEADS_BACK),
    form("agreements:notice", signed, PAIR),
    form("agreements:notice-take-back", signed, PAIR, **LEADS_BACK),
)
