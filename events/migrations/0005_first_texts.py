"""Give every earlier agreement its first text, made of the rows that it had."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

POSITIONS = {"first": 1, "second": 2, "third": 3}


def give_first_texts(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Positions of parties, lines and instalments of money, people by year, then the text itself."""
    for agreement in apps.get_model("events", "Agreement").objects.order_by("pk"):
        for party in agreement.parties.all():
            party.position = POSITIONS[party.role]
            party.save(update_fields=["position"])
        _number_money(apps, agreement)
        _move_people(apps, agreement)
        _store_text(apps, agreement)


def _number_money(apps: StateApps, agreement: Any) -> None:
    instalments = apps.get_model("events", "Instalment").objects
    total = None
    for line, funding in enumerate(agreement.funding.order_by("pk"), 1):
        funding.line = line
        funding.save(update_fields=["line"])
        total = (total or 0) + funding.amount
        if funding.due_on:
            instalments.create(funding=funding, number=1, due_on=funding.due_on, amount=funding.amount)
    if total is None:  # the head says what the terms add up to where no money is promised
        stated = [amount for amount in agreement.terms.values_list("amount", flat=True) if amount is not None]
        total = sum(stated) if stated else None
    agreement.amount = total


def _move_people(apps: StateApps, agreement: Any) -> None:
    """The annex of majors goes to the first term that counts people, else the first one; others keep their number."""
    counts = apps.get_model("events", "TermHeadCount").objects
    terms = sorted(agreement.terms.order_by("cooperation_kind__position"), key=lambda term: not term.headcount)
    if not terms:
        return
    term, *others = terms
    first, last = agreement.starts_on.year, agreement.ends_on.year
    planned: dict[tuple[int, str | None], int] = {}
    for row in agreement.majors.all():
        key = (min(max(row.graduating_year, first), last), row.major_id)
        planned[key] = planned.get(key, 0) + row.people
    if not planned and term.headcount:
        planned = {(first, None): term.headcount}
    for (year, major), people in planned.items():
        counts.create(term=term, year=year, major_id=major, people=people)
    for other in others:
        if other.headcount:
            counts.create(term=other, year=first, major_id=None, people=other.headcount)


def _store_text(apps: StateApps, agreement: Any) -> None:
    """A draft's text is open and with its first party; a signed one's is the valid one."""
    now, today = timezone.now(), timezone.localdate()
    content = _content(agreement)
    digest = hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
    status = {"draft": "open", "signed": "current"}.get(agreement.status, "dropped")
    apps.get_model("events", "AgreementText").objects.create(
        agreement=agreement,
        number=1,
        status=status,
        content=content,
        terms_hash=digest,
        with_party=agreement.parties.order_by("position").first() if status == "open" else None,
        opened_at=agreement.created_at,
        settled_at=None if status == "open" else now,
    )
    agreement.documents.filter(agreement_version=agreement.version).update(terms_hash=digest)
    if agreement.status == "signed":
        over = agreement.ends_on < today
        agreement.status = "expired" if over else "in_force" if agreement.starts_on <= today else "signed"
        agreement.ended_on = agreement.ends_on if over else None
    agreement.title, agreement.purpose, agreement.place = (content[name] for name in ("title", "purpose", "place"))
    agreement.last_activity_at = agreement.updated_at
    agreement.save()


def _content(agreement: Any) -> dict[str, Any]:
    """The canonical form as events.agreements.terms made it when texts began."""
    return {
        "kind": agreement.kind,
        "parties": {party.role: str(party.organization.public_id) for party in agreement.parties.all()},
        "title": agreement.title.strip(),
        "purpose": _lines(agreement.purpose),
        "place": agreement.place.strip(),
        "starts_on": agreement.starts_on.isoformat(),
        "ends_on": agreement.ends_on.isoformat(),
        "amount": None,
        "terms": [
            {
                "cooperation_kind": term.cooperation_kind_id,
                "starts_on": None,
                "ends_on": None,
                "majors": term.majors.strip(),
                "headcounts": _people(term.headcounts.all()),
                "obligations": _lines(term.obligations),
                "amount": None if term.amount is None else f"{term.amount:.2f}",
            }
            for term in agreement.terms.order_by("cooperation_kind_id")
        ],
        "funding": [
            {
                "line": row.line,
                "payer": row.payer.role,
                "payee": row.payee.role,
                "purpose": _lines(row.purpose),
                "amount": f"{row.amount:.2f}",
                "instalments": [
                    {"due_on": part.due_on.isoformat(), "amount": f"{part.amount:.2f}"}
                    for part in row.instalments.all()
                ],
            }
            for row in agreement.funding.order_by("line")
        ],
        "annexes": [],
    }


def _people(rows: Iterable[Any]) -> list[dict[str, Any]]:
    found = [{"year": row.year, "major": row.major_id or "", "people": row.people} for row in rows]
    return sorted(found, key=lambda row: (row["year"], row["major"]))


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


class Migration(migrations.Migration):
    dependencies = [("events", "0004_agreements_that_hold")]

    operations = [migrations.RunPython(give_first_texts, migrations.RunPython.noop)]
