"""The clause of a kind that an administrator added is a term: what it says later changes no text that stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.agreements.documents import paper_of, text_to_print
from events.agreements.facts import TermFacts
from events.agreements.models import Agreement
from events.agreements.services import draft_agreement, renew_agreement, update_agreement
from events.agreements.terms import facts_of
from portal.taxonomy.models import CooperationKind
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, sign
from tests.factories import CooperationKindFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return lay_world()


@pytest.fixture
def kind() -> CooperationKind:
    return CooperationKindFactory(
        code="night_school", name="夜校", clause="校企双方合办夜校。", clause_en="A night school."
    )


@pytest.fixture
def agreement(world: World, kind: CooperationKind) -> Agreement:
    return draft_agreement(
        kind="framework",
        parties=(world.school, world.enterprise),
        fair=world.fair,
        cooperation_kinds=[kind],
        actor=world.organizer,
        at=NOON,
    )


def printed(agreement: Agreement, language: str = "zh-hans") -> list[str]:
    return [term.clause for term in paper_of(agreement, text_to_print(agreement), language).cooperation]


def test_clause_of_the_day_of_the_draft_is_printed_and_hashed(world, agreement, kind):
    before = open_hash(agreement)
    assert (printed(agreement), printed(agreement, "en")) == (["校企双方合办夜校。"], ["A night school."])
    approve_all(agreement, world.organizer)
    CooperationKind.objects.filter(pk=kind.pk).update(clause="另有约定。")
    signed = sign(agreement, world.organizer)
    assert (printed(signed), signed.texts.get().terms_hash) == (["校企双方合办夜校。"], before)
    assert printed(renew_agreement(agreement=signed, actor=world.hr, at=NOON)) == ["另有约定。"]


def test_edit_keeps_the_clause_and_a_kind_that_comes_in_brings_that_of_today(world, agreement, kind):
    CooperationKind.objects.filter(pk=kind.pk).update(clause="另有约定。")
    other = CooperationKindFactory(code="day_school", name="日校", clause="合办日校。", position=kind.position + 1)
    facts = facts_of(agreement.texts.get().content)
    typed = replace(facts, terms=(TermFacts(kind.code, majors="护理"), TermFacts(other.code)))
    update_agreement(agreement=agreement, version=agreement.version, facts=typed, actor=world.organizer, at=NOON)
    agreement.refresh_from_db()
    assert printed(agreement) == ["校企双方合办夜校。", "合办日校。"]
