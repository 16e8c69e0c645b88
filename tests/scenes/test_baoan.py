"""Scene S0: 57 schools and 98 firms of Bao'an, from registration to the brief, through the real services."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from events.agreements.models import (
    Agreement,
    AgreementText,
    Approval,
    FundingCommitment,
    Milestone,
    Payment,
    TermResult,
)
from events.agreements.terms import facts_of, hash_of
from events.fairs.models import Fair, Participation, ParticipationQuerySet, Wish
from events.meetings.models import Meeting, Outcome, OutcomeLevel, Timetable, UnmetWish
from events.seeding.baoan import seed_baoan
from portal.audit.services import broken_links
from portal.majors.models import SupplyLine
from portal.organizations.models import Organization, SchoolProfile

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def scene(
    django_db_setup: None, django_db_blocker: pytest.FixtureDef, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fair]:
    """The scene, seeded once for this module and rolled back after it."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with media, django_db_blocker.unblock(), transaction.atomic():
        call_command("load_taxonomy", verbosity=0)
        fair = seed_baoan(seed=1, say=lambda text: None)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself once rows are committed
        yield fair
        transaction.set_rollback(True)


def brief() -> dict[str, object]:
    out = StringIO()
    call_command("brief", "baoan", format="json", stdout=out)
    return json.loads(out.getvalue())


def test_the_brief_shows_what_the_news_reported(scene):
    figures = brief()

    reported = {
        "schools": 57,
        "provinces": 12,
        "framework_agreements": 4,
        "funding_yuan": 1_100_000,
        "schools_with_intent": 36,
        "enterprises_with_consensus": 27,
        "intent_agreements": 12,
    }
    assert {name: figures[name] for name in reported} == reported
    assert figures["share_secondary_and_technician"] == pytest.approx(0.65, abs=0.01)
    assert figures["graduates"] > 45_000
    assert 95 <= figures["enterprises"] < 100
    sought = {"510108", "510301", "510205", "460104", "500211"}  # the five majors of the news, as they are today
    assert {major["code"] for major in figures["top_majors"]} == sought


def _guests() -> ParticipationQuerySet:
    return Participation.objects.filter(fair__slug="baoan")


def _one_school() -> Participation:
    return _guests().schools().order_by("pk")[0]


def _leave(participation: Participation) -> None:
    Participation.objects.filter(pk=participation.pk).update(status="absent", checked_in_at=None)


def _empty_a_province() -> None:
    hainan = _guests().schools().filter(organization__region__code__startswith="46")
    hainan.update(status="absent", checked_in_at=None)


def _best_outcome(level: int, side: str) -> Outcome:
    """An outcome of that level whose school (or firm) reached it in no other talk."""
    reached = Counter(Outcome.objects.filter(level__gte=level).values_list(side, flat=True))
    return next(o for o in Outcome.objects.filter(level__gte=level).order_by("pk") if reached[getattr(o, side)] == 1)


def _lower(level: int, side: str) -> None:
    Outcome.objects.filter(pk=_best_outcome(level, side).pk).update(level=OutcomeLevel.FOLLOW_UP)


def _unsign(kind: str) -> None:
    first = Agreement.objects.filter(kind=kind).order_by("pk")[0]
    Agreement.objects.filter(pk=first.pk).update(status="withdrawn", signed_on=None, ended_on=None)


def _graduate_a_thousand_more() -> None:
    line = SupplyLine.objects.order_by("pk")[0]
    SupplyLine.objects.filter(pk=line.pk).update(graduating=F("graduating") + 1000)


CHANGES: dict[str, tuple[Callable[[], object], object]] = {
    "schools": (lambda: _leave(_one_school()), 56),
    "provinces": (_empty_a_province, 11),
    "enterprises": (lambda: _leave(_guests().enterprises().order_by("pk")[0]), 97),
    "share_secondary_and_technician": (
        lambda: SchoolProfile.objects.filter(level="secondary").update(level="bachelor"),
        round(11 / 57, 4),
    ),
    "graduates": (
        lambda: SupplyLine.objects.filter(pk=SupplyLine.objects.first().pk).update(graduating=F("graduating") + 1000),
        None,
    ),
    "framework_agreements": (lambda: _unsign("framework"), 3),
    "funding_yuan": (lambda: FundingCommitment.objects.filter(amount=300_000).update(amount=200_000), 900_000),
    "schools_with_intent": (lambda: _lower(OutcomeLevel.INTENT, "school_id"), 35),
    "enterprises_with_consensus": (lambda: _lower(OutcomeLevel.CONSENSUS, "enterprise_id"), 26),
    "intent_agreements": (lambda: _unsign("intent"), 11),
}


@pytest.mark.parametrize("figure", CHANGES)
def test_each_figure_changes_with_a_row(scene, figure):
    before = brief()[figure]
    change, expected = CHANGES[figure]

    change()

    assert brief()[figure] == (before + 1000 if expected is None else expected)


def test_the_timetable_is_proven_best_and_everybody_has_enough_meetings(scene):
    timetable = Timetable.objects.get(fair=scene)

    assert timetable.score == timetable.upper_bound
    assert timetable.report["min_shortfall"] == 0


def test_nobody_and_no_table_is_twice_in_a_slot_or_away(scene):
    meetings = Meeting.objects.filter(timetable__fair=scene)

    for place in ("school", "enterprise", "table"):
        used = Counter(meetings.values_list("slot", place))
        assert max(used.values()) == 1
    for side in ("school", "enterprise"):
        assert not meetings.filter(**{f"{side}__absences__slot": F("slot")}).exists()


def test_every_must_is_met_or_has_its_reason(scene):
    met = set(Meeting.objects.filter(timetable__fair=scene).values_list("school", "enterprise"))
    explained = set(
        UnmetWish.objects.filter(timetable__fair=scene).exclude(reason="").values_list("school", "enterprise")
    )
    wanted = Wish.objects.filter(wisher__fair=scene).exclude(kind="no").select_related("wisher__organization")
    pairs = {
        (w.wisher_id, w.partner_id) if w.wisher.organization.kind == "school" else (w.partner_id, w.wisher_id)
        for w in wanted
    }

    assert pairs
    assert pairs - met - explained == set()


def test_nobody_meets_a_partner_refused(scene):
    refused = Wish.objects.filter(kind="no")

    assert refused.exists()
    for wish in refused:
        pair = {wish.wisher_id, wish.partner_id}
        assert not Meeting.objects.filter(school__in=pair, enterprise__in=pair).exists()


def test_real_and_sample_rows_are_told_apart(scene):
    named = dict(Organization.objects.values_list("legal_name", "is_sample"))

    assert named["昭通市职业教育中心"] is named["长盈精密"] is False
    assert all("样例" in name for name, sample in named.items() if sample)
    assert sum(named.values()) == 36 + 38


@pytest.mark.parametrize(("kind", "signed"), [("framework", 4), ("intent", 12)])
def test_its_agreements_were_approved_and_signed_text_by_text(scene, kind, signed):
    agreements = Agreement.objects.signed().filter(fair=scene, kind=kind)

    assert agreements.count() == signed
    for agreement in agreements:
        text = agreement.texts.get(status="current")
        roles = {"first", "second"}
        word = text.approvals.filter(standing=True, terms_hash=text.terms_hash)
        assert hash_of(text.content) == text.terms_hash
        assert {row.party.role for row in word} == roles
        assert all("样例" in row.on_behalf for row in word)
        names = text.signatures.filter(terms_hash=text.terms_hash, signed_on__gte=scene.starts_on)
        assert {row.party.role for row in names} == roles
        for row in names.select_related("scan"):
            with row.scan.file.open("rb") as scan:
                assert sha256(scan.read()).hexdigest() == row.scan.sha256


def test_the_money_promised_at_the_opening_stands_in_texts_and_rows_alike(scene):
    frameworks = Agreement.objects.signed().filter(fair=scene, kind="framework")

    texts = [facts_of(row.texts.get(status="current").content) for row in frameworks]

    assert sum(row.amount for text in texts for row in text.funding) == 1_100_000
    assert sum(row.amount for row in frameworks) == 1_100_000


def test_every_page_of_an_agreement_has_something_to_show(scene):
    today = timezone.localdate()
    ours = Agreement.objects.filter(fair=scene)

    negotiated = AgreementText.objects.get(agreement__fair=scene, status="open", change="original")
    assert [row.party for row in negotiated.approvals.filter(standing=True)] == [
        negotiated.agreement.parties.exclude(pk=negotiated.with_party_id).get()
    ]
    amended = ours.get(kind="framework", texts__status="open")
    assert set(amended.texts.values_list("change", "status")) == {("original", "current"), ("amendment", "open")}
    followed = ours.get(kind="framework", results__year=2025, results__cooperation_kind="order_class")
    paid = followed.funding.get().payments.filter(cancelled_at=None)
    assert sum(row.amount for row in paid) == 200_000
    assert followed.funding.get().instalments.filter(due_on__lt=today).count() == 3  # of which two are paid
    assert [row.done_on is None for row in followed.milestones.order_by("due_on")] == [False, True]
    assert ours.ending_by(today + timedelta(days=90)).filter(ends_on__gte=today).count() == 1
    assert ours.filter(status="in_force", dormant_since__isnull=False).count() == 2


def _made() -> tuple[int, ...]:
    """How much there is of what a second seeding might make again."""
    models = (Organization, Meeting, Agreement, AgreementText, Approval, Payment, Milestone, TermResult, Outcome)
    return tuple(model.objects.count() for model in models)


def test_a_second_seeding_finds_nothing_to_do(scene):
    before = _made()

    seed_baoan(seed=1, say=lambda text: None)

    assert _made() == before


def test_the_audit_chain_of_all_that_is_unbroken(scene):
    assert list(broken_links()) == []


def test_the_brief_of_an_unknown_fair_is_refused_clearly(scene):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("brief", "nowhere", stdout=StringIO())
