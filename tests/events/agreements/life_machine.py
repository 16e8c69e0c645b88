"""An agreement in the hands of four people who do what comes to their minds, in any order, right or wrong.

Every step is one call of a real service on the real database. A refusal leaves no trace; an act leaves one line in the
audit log; what holds of agreements (life_invariants) holds after every step.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from events.agreements import services
from events.agreements.facts import Signatory
from events.agreements.models import (
    Agreement,
    AgreementText,
    Approval,
    FundingCommitment,
    Payment,
)
from events.agreements.terms import facts_of
from portal.audit.models import AuditEvent
from tests.events.agreements.life_hands import HOW, OWN, RIGHT, ROLES, Hands, changes, how, money, people, roles
from tests.events.agreements.life_invariants import ENDED, GIVEN_UP, check_agreement, check_ended, word_lost
from tests.events.agreements.world import scan


class AgreementLife(Hands):
    """One outcome's agreement and its successors, in the hands of everybody."""

    @initialize(stage=st.sampled_from(["draft", "promised", "signed", "signed", "paid"]))
    def begin(self, stage: str) -> None:
        """The desk drafts what came of the talk; some runs begin further on."""
        self.draft()
        if stage == "draft":
            return
        self.promise(Decimal(1000))
        if stage == "promised":
            return
        self.approve_in_turn()
        self.approve_in_turn()
        self.sign_all()
        if stage == "paid":
            self.pay_first(Decimal(100))

    # --- negotiation --------------------------------------------------------------------------------------------------

    @rule(role=roles, who=people, on_behalf=how, stale=st.integers(0, 20))
    def approve(self, role: str, who: str, on_behalf: str, stale: int) -> None:
        text = self.open()
        read = text.terms_hash if text and stale else "0" * 64
        self.do(
            "approve",
            lambda: services.approve(
                agreement=self.agreement,
                party=self.party(role),
                terms_hash=read,
                actor=self.actor(who, role),
                at=self.now,
                on_behalf=on_behalf,
            ),
        )

    @precondition(lambda self: bool(self.agreements) and self.open() is not None)
    @rule()
    def approve_in_turn(self) -> None:
        """Whoever has the draft says yes, if it has not already."""
        text = self.open()
        assert text is not None
        waiting = services.parties_waited_for(text)
        if waiting:
            who = OWN[waiting[0].role]
            on_behalf = "" if text.with_party_id == waiting[0].pk else HOW[1]
            self.approve(waiting[0].role, who if not on_behalf else "organizer", on_behalf, 1)

    @rule(role=roles, who=people, on_behalf=how)
    def take_back(self, role: str, who: str, on_behalf: str) -> None:
        self.do(
            "take_back",
            lambda: services.take_back_approval(
                agreement=self.agreement,
                party=self.party(role),
                on_behalf=on_behalf,
                actor=self.actor(who, role),
                at=self.now,
            ),
        )

    @rule(data=st.data(), who=people, late=st.integers(0, 20))
    def edit(self, data: st.DataObject, who: str, late: int) -> None:
        text = self.open()
        latest = AgreementText.objects.filter(agreement=self.agreements[-1]).order_by("-number")[0]
        facts = facts_of((text or latest).content)
        lines = [row.line for row in facts.funding] or [0]
        facts = data.draw(changes(facts, lines))
        version = self.agreement.version if late else max(1, self.agreement.version - 1)
        before = text.terms_hash if text else ""
        same: dict[str, bool] = {}

        def act() -> object:
            done = services.update_agreement(
                agreement=self.agreement, version=version, facts=facts, actor=self.actor(who), at=self.now
            )
            after = self.open()
            same["same"] = after is not None and after.terms_hash == before
            return done

        logged = AuditEvent.objects.count()
        if self.do("edit", act, lines=None) is not None:
            assert AuditEvent.objects.count() == logged + (not same["same"])

    @rule(role=roles, who=people)
    def hand_over(self, role: str, who: str) -> None:
        self.do(
            "hand_over",
            lambda: services.hand_over(
                agreement=self.agreement, to=self.party(role), actor=self.actor(who), at=self.now, message="请看"
            ),
        )

    @rule(names=st.sets(roles), who=people, days=st.integers(-1, 3), stale=st.integers(0, 20))
    def sign(self, names: set[str], who: str, days: int, stale: int) -> None:
        text = self.open()
        read = text.terms_hash if text and stale else "0" * 64
        self.do(
            "sign",
            lambda: services.sign_agreement(
                agreement=self.agreement,
                terms_hash=read,
                signed_on=self.now.date() - timedelta(days=days),
                signatories={name: Signatory("䶮喆") for name in names},
                scan=scan(),
                actor=self.actor(who, next(iter(sorted(names)), None)),
                at=self.now,
            ),
        )

    @precondition(lambda self: bool(self.agreements) and self._is_ready())
    @rule()
    def sign_all(self) -> None:
        """The ceremony."""
        self.sign(set(ROLES), "organizer", 0, 1)

    def _is_ready(self) -> bool:
        text = self.open()
        return text is not None and not services.parties_waited_for(text)

    @rule(who=people, role=st.sampled_from([None, *ROLES]), wanted=st.integers(0, 3))
    def give_up(self, who: str, role: str | None, wanted: int) -> None:
        if wanted:  # not so often that nothing is ever signed
            return
        self.do(
            "give_up",
            lambda: services.give_up(
                agreement=self.agreement,
                actor=self.actor(who),
                at=self.now,
                reason="不再需要",
                party=self.party(role) if role else None,
            ),
        )

    @rule(who=people, role=roles, days=st.sampled_from([0, 30, 300, 400]), longer=st.booleans())
    def propose(self, who: str, role: str, days: int, longer: bool) -> None:
        agreement = self.agreement
        facts: dict[str, Any] = {
            "agreement": agreement,
            "party": self.party(role),
            "reason": "变更",
            "actor": self.actor(who, role),
            "at": self.now,
        }
        if longer:
            ends_on = agreement.ends_on + timedelta(days=days)
            self.do("extend", lambda: services.open_extension(ends_on=ends_on, **facts))
        else:
            self.do("amend", lambda: services.open_amendment(**facts))

    @rule(role=roles, who=people, name=st.sampled_from(["王芳", "李堃"]))
    def change_contact(self, role: str, who: str, name: str) -> None:
        hashes = list(Approval.objects.filter(standing=True).values_list("pk", flat=True))
        facts = {"own_number": "7", "signatory": name, "signatory_post": "", "contact": name, "contact_phone": "1"}
        self.do(
            "contact",
            lambda: services.change_party(party=self.party(role), actor=self.actor(who, role), at=self.now, **facts),
        )
        assert hashes == list(Approval.objects.filter(standing=True).values_list("pk", flat=True))

    # --- money, notices, time -----------------------------------------------------------------------------------------

    @rule(data=st.data(), who=people, amount=money)
    def pay(self, data: st.DataObject, who: str, amount: Decimal) -> None:
        lines = list(FundingCommitment.objects.filter(agreement=self.agreements[-1]).order_by("line"))
        if lines:
            line = data.draw(st.sampled_from(lines))
            self.do(
                "pay",
                lambda: services.record_payment(
                    funding=line, paid_on=self.now.date(), amount=amount, actor=self.actor(who), at=self.now
                ),
            )

    @rule(data=st.data(), who=people)
    def cancel(self, data: st.DataObject, who: str) -> None:
        payments = list(Payment.objects.filter(funding__agreement=self.agreements[-1]).order_by("pk"))
        if payments:
            payment = data.draw(st.sampled_from(payments))
            self.do("cancel", lambda: services.cancel_payment(payment=payment, actor=self.actor(who), at=self.now))

    @rule(role=roles, who=people, on_behalf=how, days=st.sampled_from([1, 30, 40]))
    def give_notice(self, role: str, who: str, on_behalf: str, days: int) -> None:
        agreement = self.agreement
        standing = agreement.notices.filter(revoked_at=None).exclude(party__role=role).exists()
        self.do(
            "notice",
            lambda: services.give_notice(
                agreement=agreement,
                party=self.party(role),
                reason="停招",
                effective_on=self.now.date() + timedelta(days=days),
                actor=self.actor(who, role),
                at=self.now,
                on_behalf=on_behalf,
            ),
            lines=2 if standing else 1,  # the last notice also ends it
        )

    @rule(role=roles, who=people, on_behalf=how)
    def take_back_notice(self, role: str, who: str, on_behalf: str) -> None:
        self.do(
            "revoke",
            lambda: services.take_back_notice(
                agreement=self.agreement,
                party=self.party(role),
                on_behalf=on_behalf,
                actor=self.actor(who, role),
                at=self.now,
            ),
        )

    @rule(who=people, late=st.integers(0, 3))
    def complete(self, who: str, late: int) -> None:
        agreement = self.agreement
        self.do(
            "complete",
            lambda: services.complete(
                agreement=agreement,
                version=agreement.version if late else agreement.version + 1,
                ended_on=self.now.date(),
                closing_note="完成",
                actor=self.actor(who),
                at=self.now,
            ),
        )

    @precondition(lambda self: bool(self.agreements) and self.agreement.status in GIVEN_UP | ENDED)
    @rule()
    def begin_again(self) -> None:
        """Of what was given up a new draft is made, of what has ended a successor."""
        if self.agreement.status in ENDED or self.agreement.predecessor_id:
            self.renew("hr")
        else:
            self.draft()

    @rule(who=people)
    def renew(self, who: str) -> None:
        if self.agreement.status not in ENDED and who == RIGHT:
            return
        successor = self.do(
            "renew", lambda: services.renew_agreement(agreement=self.agreement, actor=self.actor(who), at=self.now)
        )
        if isinstance(successor, Agreement):
            self.agreements.append(successor.pk)
            self.texts_seen = 0

    @rule(days=st.sampled_from([0, 1, 1, 20, 40, 200]))
    def time_passes(self, days: int) -> None:
        """What the beat does of itself, on a later day."""
        self.now += timedelta(days=days)
        today = self.now.date()
        logged = AuditEvent.objects.count()
        moved = services.enter_into_force(today, self.now)
        moved += services.carry_out_notices(today, self.now)
        moved += services.expire(today, self.now)
        services.mark_dormant(today, self.now)
        assert AuditEvent.objects.count() == logged + moved
        type(self).steps += 1
        kind = type(self)
        kind.counted["time"] = kind.counted.get("time", 0) + 1

    # --- what holds after every step ----------------------------------------------------------------------------------

    @invariant()
    def everything_holds(self) -> None:
        """Of the newest agreement; of those before it at the end of the run."""
        for agreement in Agreement.objects.filter(pk__in=self.agreements[-1:]):
            check_agreement(agreement)
            check_ended(agreement)
        texts = AgreementText.objects.filter(agreement__in=self.agreements[-1:]).count()
        assert texts >= self.texts_seen, "a version is lost"
        self.texts_seen = texts
        assert word_lost(self.word) == set()
        self.word = set(Approval.objects.values_list("pk", flat=True))
