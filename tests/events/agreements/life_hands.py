"""The hands through which an agreement goes in the life machine: who they are, what they might write, how they act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from events.agreements import services
from events.agreements.facts import AgreementFacts, FundingFacts, HeadCountFacts, InstalmentFacts, TermFacts
from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementText,
    FundingCommitment,
)
from events.agreements.terms import facts_of
from portal.audit.models import AuditEvent
from portal.audit.services import broken_links
from portal.common.errors import DomainError
from tests.conftest import NOON
from tests.events.agreements.life_invariants import check_agreement, check_ended
from tests.events.agreements.world import World

ROLES = ("first", "second")
KINDS = ("internship", "order_class", "training_base")
RIGHT = "whoever may"
PEOPLE = (RIGHT, RIGHT, RIGHT, RIGHT, "teacher", "hr", "organizer", "staff")
OWN = {"first": "teacher", "second": "hr"}
HOW = ("", "盖章函")

people, roles, how = st.sampled_from(PEOPLE), st.sampled_from(ROLES), st.sampled_from(HOW)
money = st.sampled_from([Decimal(1), Decimal("99.50"), Decimal(100), Decimal(1000)])


@st.composite
def funding_rows(draw: Any, lines: list[int]) -> tuple[FundingFacts, ...]:
    """Promises: old lines kept, changed or left out, and new ones; some in two instalments."""
    rows = []
    for line in [*draw(st.lists(st.sampled_from(lines), unique=True)), *draw(st.lists(st.just(0), max_size=1))]:
        amount = draw(money)
        parts = (InstalmentFacts(date(2024, 9, 1), amount / 2), InstalmentFacts(date(2025, 3, 1), amount / 2))
        whole = draw(st.booleans()) or amount / 2 != (amount / 2).quantize(Decimal("0.01"))
        rows.append(FundingFacts("second", "first", "基金", amount, () if whole else parts, line))
    return tuple(rows)


@st.composite
def changes(draw: Any, facts: AgreementFacts, lines: list[int]) -> AgreementFacts:
    """The facts with a few things changed, mostly such as may be."""
    choices = draw(st.sets(st.sampled_from(["title", "terms", "funding", "ends_on", "amount"]), min_size=1))
    if "title" in choices:
        facts = replace(facts, title=draw(st.sampled_from(["合作协议", "合作协议（修订）", "框架协议", ""])))
    if "ends_on" in choices:
        facts = replace(facts, ends_on=facts.starts_on + timedelta(days=draw(st.sampled_from([364, 500, 700, -1]))))
    if "funding" in choices:
        facts = replace(facts, funding=draw(funding_rows(lines)))
    if "terms" in choices:
        kinds = draw(st.lists(st.sampled_from(KINDS), unique=True))
        count = (HeadCountFacts(facts.starts_on.year, draw(st.integers(0, 9))),)
        facts = replace(facts, terms=tuple(TermFacts(kind, headcounts=count) for kind in kinds))
    total = sum((row.amount for row in facts.funding), Decimal(0))
    if facts.terms and draw(st.booleans()):
        amount = total if draw(st.integers(0, 4)) else total + 1
        facts = replace(facts, terms=(replace(facts.terms[0], amount=amount), *facts.terms[1:]))
    if "amount" in choices:
        facts = replace(facts, amount=draw(st.sampled_from([None, total, total + 1])))
    else:
        facts = replace(facts, amount=None)
    return facts


class Hands(RuleBasedStateMachine):
    """One outcome's agreement and its successors; `World` is laid once and every run ends in a rollback."""

    world: World
    staff: Any
    steps = 0
    refusals = 0
    counted: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.now: datetime = NOON
        self.texts_seen = 0
        self.word: set[int] = set()
        self.agreements: list[int] = []

    def draft(self) -> None:
        """For as long as a framework lasts."""
        drafted = self.do(
            "draft",
            lambda: services.draft_from_outcome(
                outcome=self.world.outcome, kind="framework", actor=self.world.organizer, at=self.now
            ),
        )
        assert isinstance(drafted, Agreement)
        self.agreements.append(drafted.pk)
        self.texts_seen = 0

    def promise(self, amount: Decimal) -> None:
        """The school, whose turn it is, writes money of the firm into the draft."""
        text = self.open()
        assert text is not None
        facts = replace(facts_of(text.content), funding=(FundingFacts("second", "first", "基金", amount),))
        by = {"actor": self.world.teacher, "at": self.now}
        version = self.agreement.version
        self.do(
            "edit",
            lambda: services.update_agreement(agreement=self.agreement, version=version, facts=facts, **by),
        )

    def pay_first(self, amount: Decimal) -> None:
        line = FundingCommitment.objects.get(agreement=self.agreements[-1])
        by = {"actor": self.world.hr, "at": self.now}
        self.do("pay", lambda: services.record_payment(funding=line, paid_on=self.now.date(), amount=amount, **by))

    def teardown(self) -> None:
        try:
            for agreement in Agreement.objects.filter(pk__in=self.agreements):
                check_agreement(agreement)
                check_ended(agreement)
            assert list(broken_links()) == []
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    # --- helpers ------------------------------------------------------------------------------------------------------

    @property
    def agreement(self) -> Agreement:
        """The agreement that people deal with now: the newest."""
        return Agreement.objects.get(pk=self.agreements[-1])

    def open(self) -> AgreementText | None:
        return AgreementText.objects.filter(agreement=self.agreements[-1], status="open").first()

    def actor(self, name: str, role: str | None = None) -> Any:
        """The person of that name; `RIGHT` is who acts for the party in the role, or whose turn it is."""
        if name == RIGHT:
            text = self.open()
            holder = text.with_party.role if text and text.with_party else "first"
            name = OWN[role or holder]
        return self.staff if name == "staff" else getattr(self.world, name)

    def party(self, role: str) -> AgreementParty:
        return AgreementParty.objects.select_related("organization").get(agreement=self.agreements[-1], role=role)

    def do(self, name: str, act: Callable[[], object], *, lines: int | None = 1) -> object:
        """One act: it leaves so many lines in the log (None: any), or is refused and leaves no trace."""
        kind = type(self)
        kind.steps += 1
        logged, versions = AuditEvent.objects.count(), self._versions()
        try:
            done = act()
        except DomainError:
            kind.refusals += 1
            assert (AuditEvent.objects.count(), self._versions()) == (logged, versions), (
                f"{name}: a refusal left a trace"
            )
            return None
        kind.counted[name] = kind.counted.get(name, 0) + 1
        if lines is not None:
            assert AuditEvent.objects.count() == logged + lines, f"{name}: not one line in the log"
        return done

    def _versions(self) -> list[tuple[int, int, str]]:
        return list(Agreement.objects.order_by("pk").values_list("pk", "version", "status"))
