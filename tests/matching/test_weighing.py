from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from matching.engine import Weights as EngineWeights
from matching.models import Match, Weights
from matching.rebuilding import rebuild_now
from matching.weighing import ReasonMissing, WeightsChanged, adopt, factors_of, try_weights, weights_in_force
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.jobs.models import Job
from tests.conftest import NOON
from tests.matching import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return User.objects.create_superuser("admin@portal.test", "x")


@pytest.fixture
def market() -> None:
    """A near school with few graduates and a far one with many: which is better depends on what a province counts."""
    world.lay_catalogue()
    world.school("深圳职院", "510205", 60, region="440300")
    world.school("昭通职院", "510205", 90)
    world.demand(world.enterprise("长盈"), "510205")
    rebuild_now()


def factors(**changed: str) -> dict[str, Decimal]:
    return factors_of(None) | {name: Decimal(value) for name, value in changed.items()}


def page_of(actor: User) -> tuple[Client, str]:
    client = Client()
    client.force_login(actor)
    return client, reverse("matching:weights")


def test_weights_in_force_are_the_engines_until_others_are_adopted(staff):
    assert weights_in_force().elsewhere == 0.6

    adopt(factors=factors(elsewhere="0.80"), note="远程实习多", based_on=0, actor=staff, at=NOON)

    assert weights_in_force() == replace(EngineWeights(), elsewhere=0.8)


def test_a_trial_of_the_weights_in_force_changes_nothing(market):
    effect = try_weights(factors())

    assert (effect.sampled, effect.changed_lists, effect.replaced, effect.mean_shift) == (1, 0, 0, 0.0)
    assert (effect.movers, effect.lists) == ([], [])


def test_a_trial_shows_who_moves_and_stores_nothing(market):
    before = list(Match.objects.order_by("side", "enterprise", "school").values())

    effect = try_weights(factors(same_province="1.00", elsewhere="1.00"))

    assert (effect.changed_lists, effect.replaced, effect.mean_shift) == (1, 0, 1.0)
    assert [(move.school.legal_name, move.before, move.after) for move in effect.movers] == [
        ("深圳职院", 1, 2),
        ("昭通职院", 2, 1),
    ]
    assert [school.legal_name for school in effect.lists[0].before] == ["深圳职院", "昭通职院"]
    assert [school.legal_name for school in effect.lists[0].after] == ["昭通职院", "深圳职院"]
    assert list(Match.objects.order_by("side", "enterprise", "school").values()) == before
    assert not Weights.objects.exists()


def test_a_trial_says_what_adoption_does(market, staff):
    chosen = factors(same_province="1.00", elsewhere="1.00")
    foretold = try_weights(chosen).lists[0].after

    adopt(factors=chosen, note="一视同仁", based_on=0, actor=staff, at=NOON)
    rebuild_now()

    listed = Match.objects.filter(side="E").order_by("-enterprise_score").select_related("school")
    assert [match.school for match in listed] == foretold


def test_adoption_needs_a_reason(staff):
    with pytest.raises(ReasonMissing) as refused:
        adopt(factors=factors(), note=" ", based_on=0, actor=staff, at=NOON)

    assert (refused.value.field, Weights.objects.count()) == ("note", 0)


def test_adoption_from_an_old_page_is_refused(staff):
    first = adopt(factors=factors(), note="一", based_on=0, actor=staff, at=NOON)

    with pytest.raises(WeightsChanged):
        adopt(factors=factors(), note="二", based_on=0, actor=staff, at=NOON)
    adopt(factors=factors(), note="三", based_on=first.pk, actor=staff, at=NOON)

    assert list(Weights.objects.values_list("note", flat=True)) == ["三", "一"]


def test_adoption_is_recorded_and_ranks_everybody_anew(staff):
    row = adopt(factors=factors(elsewhere="0.70"), note="试点", based_on=0, actor=staff, at=NOON)

    event = AuditEvent.objects.get(verb="weights.adopted")
    assert (event.subject_id, event.data["before"]["elsewhere"], event.data["after"]["elsewhere"]) == (
        str(row.pk),
        "0.60",
        "0.70",
    )
    assert Job.objects.filter(kind="matching.rebuild").count() == 1


def test_the_page_tries_before_it_offers_to_adopt(market, staff):
    client, url = page_of(staff)
    given = {name: str(value) for name, value in factors(elsewhere="0.80").items()} | {"based_on": "0"}

    fresh = client.get(url).content.decode()
    tried = client.post(url, given | {"try": ""}).content.decode()
    (mark,) = re.findall(r'name="adopt" value="([^"]+)"', tried)
    unsaid = client.post(url, given | {"adopt": mark}).content.decode()
    untried = client.post(url, given | {"adopt": mark, "note": "试点", "elsewhere": "0.70"}).content.decode()
    assert (Weights.objects.count(), "error-summary" in untried) == (0, True)
    done = client.post(url, given | {"adopt": mark, "note": "试点"})

    assert ['name="adopt"' in text for text in (fresh, tried)] == [False, True]
    assert ("field-invalid" in unsaid, done.status_code, Weights.objects.count()) == (True, 302, 1)


@pytest.mark.parametrize("wrong", [{"elsewhere": "1.5"}, {"elsewhere": "0.90"}, {"level_above": "x"}, {"based_on": ""}])
def test_the_page_refuses_what_cannot_be_and_keeps_what_was_typed(market, staff, wrong):
    client, url = page_of(staff)
    given = {name: str(value) for name, value in factors().items()} | {"based_on": "0", "note": "试点", "adopt": ""}

    answer = client.post(url, given | wrong)

    assert (answer.status_code, Weights.objects.count()) == (200, 0)
    assert "error-summary" in answer.content.decode()
    assert "试点" in answer.content.decode()


def test_earlier_weights_can_be_filled_in_again(staff):
    first = adopt(factors=factors(elsewhere="0.70"), note="一", based_on=0, actor=staff, at=NOON)
    adopt(factors=factors(elsewhere="0.75"), note="二", based_on=first.pk, actor=staff, at=NOON)
    client, url = page_of(staff)

    forms = [client.get(url + query).context["form"].initial for query in ("", f"?from={first.pk}", "?from=x")]

    assert [form["elsewhere"] for form in forms] == [Decimal("0.75"), Decimal("0.70"), Decimal("0.75")]
