"""The numbers of agreements: without a gap within a year, and never given twice."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from events.agreements.models import AgreementYear

PREFIX = "ZQ"


def next_number(at: datetime) -> str:
    """The next number of the year in which `at` lies here: ZQ-2024-0001.

    Must be called in the transaction that stores the agreement: it holds the year's row until the end, so the next
    one waits, and a number whose agreement is not stored is given again.
    """
    year = timezone.localtime(at).year
    AgreementYear.objects.get_or_create(year=year)
    AgreementYear.objects.filter(year=year).update(last=F("last") + 1)
    last = AgreementYear.objects.values_list("last", flat=True).get(year=year)
    return f"{PREFIX}-{year}-{last:04d}"
