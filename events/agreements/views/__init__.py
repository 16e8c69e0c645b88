"""Pages of one agreement: what it says, what changed, and what a party does to it."""

from events.agreements.views.after import amend, complete, extend, notice, notice_take_back, particulars, renew
from events.agreements.views.before import (
    agreement_sign,
    agreement_withdraw,
    approve,
    hand_over,
    reject,
    take_back,
)
from events.agreements.views.comparison import compare
from events.agreements.views.editing import agreement_edit, annex_add, annex_remove
from events.agreements.views.page import agreement_detail, timeline

__all__ = [
    "agreement_detail",
    "agreement_edit",
    "agreement_sign",
    "agreement_withdraw",
    "amend",
    "annex_add",
    "annex_remove",
    "approve",
    "compare",
    "complete",
    "extend",
    "hand_over",
    "notice",
    "notice_take_back",
    "particulars",
    "reject",
    "renew",
    "take_back",
    "timeline",
]
