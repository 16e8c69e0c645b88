"""Eight people approve, then sign, one agreement at once, each on a connection of its own; and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from threading import Barrier
from typing import Any

from django.db import connection

from events.agreements.facts import Signatory
from events.agreements.models import Agreement, AgreementText, Approval, Signature
from events.agreements.services import AgreementConflict, approve, sign_agreement
from portal.audit.models import AuditEvent
from tests.conftest import NOON
from tests.events.agreements.world import World, scan
from tests.factories_agreements import AgreementFactory

AT_ONCE = 8
ROLES = ("first", "second")


@dataclass
class Tally:
    """What the attempts came to: `done` or the name of the refusal, by act; anything else is raised."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of(self, act: str) -> tuple[int, int]:
        """How many of an act were done, and how many refused as a conflict."""
        return self.answers[act, "done"], self.answers[act, "AgreementConflict"]


class Crowd:
    """Eight threads that begin at the same moment."""

    def __init__(self, size: int = AT_ONCE) -> None:
        self.size = size
        self.start = Barrier(size)
        self.threads = ThreadPoolExecutor(size)

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        self.threads.shutdown()

    def at_once(self, works: Sequence[Callable[[], object]]) -> list[object]:
        """What each of the works returns, or the refusal that it meets."""
        assert len(works) == self.size
        connection.close()  # the pool holds eight, one for each of them
        return list(self.threads.map(self._begin, works))

    def _begin(self, work: Callable[[], object]) -> object:
        self.start.wait(timeout=30)
        try:
            return work()
        except AgreementConflict as refusal:
            return refusal
        finally:
            connection.close()


def drafts(world: World, count: int) -> list[Agreement]:
    """So many drafts of the two of the world, not over yet."""
    return [
        AgreementFactory(
            fair=world.fair,
            school=world.school,
            enterprise=world.enterprise,
            terms=[],
            ends_on=date(2025, 5, 16),
        )
        for _ in range(count)
    ]


def race(world: World, agreements: Iterable[Agreement]) -> Tally:
    """Every agreement approved by eight at once, four for each party, then signed by eight at once.

    Every other one is signed by each party for itself, four times; the rest for both by the organizer, eight times.
    """
    tally = Tally()
    with Crowd() as crowd:
        for number, agreement in enumerate(agreements):
            text = AgreementText.objects.get(agreement=agreement, status="open")
            parties = {party.role: party for party in agreement.parties.select_related("organization")}
            approvals = [_approval(world, agreement, parties[role], text.terms_hash) for role in ROLES * 4]
            _note(tally, "approve", crowd.at_once(approvals))
            if number % 2:
                signatures = [_signature(world, agreement, text.terms_hash, (role,)) for role in ROLES * 4]
                _note(tally, "sign alone", crowd.at_once(signatures))
            else:
                signatures = [_signature(world, agreement, text.terms_hash, ROLES)] * 8
                _note(tally, "sign for all", crowd.at_once(signatures))
    return tally


def _approval(world: World, agreement: Agreement, party: Any, terms_hash: str) -> Callable[[], object]:
    return lambda: approve(
        agreement=agreement, party=party, terms_hash=terms_hash, actor=world.organizer, at=NOON, on_behalf="当面确认"
    )


def _signature(world: World, agreement: Agreement, terms_hash: str, roles: Sequence[str]) -> Callable[[], object]:
    person = world.organizer if len(roles) > 1 else {"first": world.teacher, "second": world.hr}[roles[0]]
    return lambda: sign_agreement(
        agreement=agreement,
        terms_hash=terms_hash,
        signed_on=date(2024, 5, 17),
        signatories={role: Signatory("䶮喆") for role in roles},
        scan=scan(),
        actor=person,
        at=NOON,
    )


def _note(tally: Tally, act: str, answers: Iterable[object]) -> None:
    for answer in answers:
        done = isinstance(answer, Agreement)
        tally.answers[act, "done" if done else type(answer).__name__] += 1


def doubled() -> dict[str, int]:
    """What is there twice, or not exactly once, that must be there once; empty if all is well."""
    agreements = Agreement.objects.filter(status="in_force").count()
    found = {
        "approvals": Approval.objects.count() - 2 * agreements,
        "standing approvals": Approval.objects.filter(standing=True).count() - 2 * agreements,
        "signatures": Signature.objects.count() - 2 * agreements,
        "current texts": AgreementText.objects.filter(status="current").count() - agreements,
        "lines of approvals": AuditEvent.objects.filter(verb="agreement.approved").count() - 2 * agreements,
    }
    return {what: number for what, number in found.items() if number}
