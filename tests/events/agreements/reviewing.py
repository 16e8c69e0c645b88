"""Change and propose in a word, for the tests of what a review found."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from events.agreements.facts import AgreementFacts, FundingFacts
from events.agreements.models import Agreement, AgreementText
from events.agreements.services import open_amendment, update_agreement
from events.agreements.terms import facts_of
from portal.accounts.models import User
from tests.conftest import NOON
from tests.events.agreements.world import party

TODAY = NOON.date()
GRANT = FundingFacts("second", "first", "职业培训基金", Decimal(1000))


def stated(agreement: Agreement) -> AgreementFacts:
    return facts_of(agreement.texts.get(status="open").content)


def rewrite(agreement: Agreement, actor: User, **changes: Any) -> Agreement:
    """Change the open text, with what it says otherwise."""
    version = Agreement.objects.values_list("version", flat=True).get(pk=agreement.pk)
    facts = replace(stated(agreement), **changes)
    return update_agreement(agreement=agreement, version=version, facts=facts, actor=actor, at=NOON)


def amend(agreement: Agreement, actor: User) -> AgreementText:
    return open_amendment(agreement=agreement, party=party(agreement), reason="变更", actor=actor, at=NOON)
