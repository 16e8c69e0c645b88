"""Kinds of cooperation that an administrator adds, with clauses of their own."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from portal.audit.models import AuditEvent
from portal.taxonomy.cooperation_kinds import KindInUse, UnusableKind, is_in_use, keep_kind, remove_kind
from portal.taxonomy.loading import _cooperation_kinds, _sync
from portal.taxonomy.models import CooperationKind
from portal.taxonomy.readers import DATA
from tests.factories import DemandFactory, UserFactory
from tests.factories_agreements import AgreementFactory

pytestmark = pytest.mark.django_db


def kind(**values: object) -> CooperationKind:
    given = {"code": "language_lab", "name": "共建语言实验室", "name_en": "Language lab", "position": 13}
    return CooperationKind(**given | values)


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def page(name: str, *arguments: str) -> str:
    return reverse(f"admin:portal_cooperationkind_{name}", args=arguments)


def load() -> None:
    _sync(CooperationKind, "code", _cooperation_kinds(DATA))


def test_loading_again_keeps_added_kinds_and_every_clause(noon: datetime) -> None:
    load()
    CooperationKind.objects.filter(pk="internship").update(clause="本校自拟条款", name="旧名")
    added = keep_kind(kind=kind(clause="双方共建实验室。"), is_new=True, actor=None, at=noon)

    load()

    shipped = CooperationKind.objects.get(pk="internship")
    added.refresh_from_db()
    assert (shipped.name, shipped.clause, added.clause) == ("岗位实习", "本校自拟条款", "双方共建实验室。")
    assert CooperationKind.objects.count() == 13


def test_administrator_adds_a_kind_and_changes_its_clause(administrator: Client) -> None:
    typed = {"code": "language_lab", "name": "共建语言实验室", "name_en": "Language lab", "position": "13"}
    assert administrator.post(page("add"), typed | {"measures": "places|yuan"}).status_code == 302
    changed = typed | {"measures": "places", "clause": "甲方提供场地。", "clause_en": "The school provides rooms."}
    assert administrator.post(page("change", "language_lab"), changed).status_code == 302

    row = CooperationKind.objects.get(pk="language_lab")
    assert (row.measures, row.clause, row.clause_en) == ("places", "甲方提供场地。", "The school provides rooms.")
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["cooperation_kind_added", "cooperation_kind_changed"]


def test_administrator_changes_only_the_clauses_of_a_shipped_kind(administrator: Client) -> None:
    load()

    administrator.post(page("change", "internship"), {"name": "改名", "position": "1", "clause": "自拟条款"})

    row = CooperationKind.objects.get(pk="internship")
    assert (row.name, row.position, row.clause) == ("岗位实习", 2, "自拟条款")


@pytest.mark.parametrize(("field", "value"), [("code", "Sprach-Labor"), ("measures", "=1+1")])
def test_kind_that_programs_could_not_read_is_refused_beside_its_field(
    administrator: Client, noon: datetime, field: str, value: str
) -> None:
    with pytest.raises(UnusableKind) as refused:
        keep_kind(kind=kind(**{field: value}), is_new=True, actor=None, at=noon)
    typed = {"code": "language_lab", "name": "共建语言实验室", "name_en": "Language lab", "position": "13"}

    answer = administrator.post(page("add"), typed | {field: value})

    assert refused.value.field == field
    assert list(answer.context["adminform"].form.errors) == [field]
    assert CooperationKind.objects.count() == 0


def test_kind_in_use_is_never_removed(administrator: Client, noon: datetime) -> None:
    unused = keep_kind(kind=kind(code="unused"), is_new=True, actor=None, at=noon)
    wanted = keep_kind(kind=kind(code="wanted"), is_new=True, actor=None, at=noon)
    agreed = keep_kind(kind=kind(code="agreed"), is_new=True, actor=None, at=noon)
    DemandFactory().cooperation_kinds.add(wanted)
    agreement = AgreementFactory(terms=[{"cooperation_kind": agreed}])
    agreement.terms.all().delete()  # the text that is negotiated still names it
    assert [is_in_use(row) for row in (unused, wanted, agreed)] == [False, True, True]

    for row in (wanted, agreed):
        with pytest.raises(KindInUse):
            remove_kind(kind=row, actor=None, at=noon)
        assert administrator.post(page("delete", row.pk), {"post": "yes"}).status_code == 403
    assert administrator.post(page("delete", "unused"), {"post": "yes"}).status_code == 302

    assert not CooperationKind.objects.filter(pk="unused").exists()
    assert CooperationKind.objects.filter(pk__in=("wanted", "agreed")).count() == 2


def test_shipped_kind_is_never_removed(noon: datetime) -> None:
    load()

    with pytest.raises(KindInUse):
        remove_kind(kind=CooperationKind.objects.get(pk="internship"), actor=None, at=noon)

    assert CooperationKind.objects.count() == 12
