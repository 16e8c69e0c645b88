"""The page of one agreement, and its timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from events.agreements.models import Agreement, AgreementFile, AgreementText, FileUse, Signature
from events.agreements.paperwork import papers_context
from events.agreements.reading import names_of, shown_text
from events.agreements.selectors import history_of
from events.agreements.situation import Situation
from events.agreements.standing import offers_of, sentences_of
from events.agreements.terms import facts_of
from events.agreements.views.dialogs import find
from portal.common.http import Request

FOLLOWING = (
    ("money", _lazy("Money: promised and paid")),
    ("milestones", _lazy("Milestones")),
    ("results", _lazy("Results")),
)
"""Parts of other pages that the agreement's page fetches once it is shown: name of the page, heading."""


@require_safe
def agreement_detail(request: Request, pk: int) -> HttpResponse:
    """One agreement: where it stands, who, what it says, and what the reader may do; other parts come by htmx.

    `?text=` chooses another of its texts, such as the one that is negotiated beside the one in force; `?papers=1` shows
    the papers at once, for who has no script.
    """
    situation = find(request, pk, writing=False)
    agreement, text = situation.agreement, _chosen(situation, request.GET.get("text", ""))
    facts = facts_of(text.content)
    context: dict[str, Any] = {
        "agreement": agreement,
        "situation": situation,
        "text": text,
        "shown": shown_text(facts, names_of(situation.parties, facts)),
        "sentences": sentences_of(situation),
        "offers": offers_of(situation),
        "annexes": _annexes(agreement, text.content["annexes"]),
        "signed": _signed_papers(situation.signatures.get(text.pk, [])),
        "may_remove_annex": text.is_open and any(offer.url == "annex-add" for offer in offers_of(situation)),
        "demand": agreement.demand if getattr(agreement, "demand_is_seen", False) else None,
        "following": _following(agreement),
        "with_papers": "papers" in request.GET,
    }
    if context["with_papers"]:
        context |= papers_context(agreement)
    return render(request, "agreements/detail.html", context)


def _chosen(situation: Situation, number: str) -> AgreementText:
    """The text of this number, else the one that counts now."""
    return next((text for text in situation.texts if str(text.number) == number), situation.shown)


def _annexes(agreement: Agreement, stated: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Name, digest and file of every annex; one query, none without annexes."""
    if not stated:
        return []
    digests = [annex["sha256"] for annex in stated]
    files = {file.sha256: file for file in agreement.files.filter(use=FileUse.ANNEX, sha256__in=digests)}
    return [{**annex, "file": files.get(annex["sha256"])} for annex in stated]


@dataclass(slots=True)
class SignedPaper:
    """One scan, and the signatures on it."""

    scan: AgreementFile
    signatures: list[Signature]


def _signed_papers(signatures: list[Signature]) -> list[SignedPaper]:
    """The scans, each once, with who signed on it."""
    papers: dict[int, SignedPaper] = {}
    for signature in signatures:
        papers.setdefault(signature.scan_id, SignedPaper(signature.scan, [])).signatures.append(signature)
    return list(papers.values())


def _following(agreement: Agreement) -> list[tuple[str, str, str | Promise]]:
    """Name, address and heading of the parts that follow a signature, where there is such a page."""
    if agreement.is_before_signature:
        return []
    found: list[tuple[str, str, str | Promise]] = []
    for name, heading in FOLLOWING:
        try:
            found.append((name, reverse(f"agreements:{name}", args=[agreement.pk]), heading))
        except NoReverseMatch:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; `note` is what people said of it."""

    at: datetime
    what: str | Promise
    by: str
    note: str = ""


@require_safe
def timeline(request: Request, pk: int) -> HttpResponse:
    """What was done with an agreement and said of it, latest first; a part of its page, or a page of its own."""
    situation = find(request, pk, writing=False)
    context = {"agreement": situation.agreement, "situation": situation, "moments": _moments(situation)}
    return render(request, "agreements/_timeline.html" if request.htmx else "agreements/timeline.html", context)


def _moments(situation: Situation) -> list[Moment]:
    roles = {side.role: side.name for side in situation.sides}
    moments = []
    for line in history_of(situation.agreement):
        note = str(line.data.get("reason") or line.data.get("message") or line.data.get("on_behalf") or "")
        towards = roles.get(str(line.data.get("to", "")), "")
        who = roles.get(str(line.data.get("role", "")), "")
        what = f"{line.what}{f' → {towards}' if towards else ''}{f' · {who}' if who else ''}"
        moments.append(Moment(line.at, what, line.by, note))
    return moments
