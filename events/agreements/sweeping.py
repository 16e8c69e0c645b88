"""Files of agreements that no row names: those of a transaction that was rolled back after the file was written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from events.agreements.models import AgreementDocument, AgreementFile, DocumentTemplate

logger = logging.getLogger(__name__)
FOLDERS = ("agreements", "templates")
KEPT_FOR = timedelta(days=1)  # far longer than any transaction that writes a file lasts
NAMING = (AgreementFile, AgreementDocument, DocumentTemplate)
AT_ONCE = 500


def sweep(*, at: datetime) -> int:
    """Delete the files in our folders that are older than a day and that no row names; returns how many.

    Names are never given twice while a file stands, and a row is written at most minutes after its file.
    """
    gone = 0
    batch: list[str] = []
    for name in _files():
        batch.append(name)
        if len(batch) == AT_ONCE:
            gone += _sweep(batch, at)
            batch = []
    return gone + _sweep(batch, at)


def _files() -> Iterator[str]:
    waiting = [folder for folder in FOLDERS if default_storage.exists(folder)]
    while waiting:
        folder = waiting.pop()
        folders, files = default_storage.listdir(folder)
        waiting += [f"{folder}/{name}" for name in folders]
        yield from (f"{folder}/{name}" for name in files)


def _sweep(names: list[str], at: datetime) -> int:
    named: set[str] = set()
    for model in NAMING:
        named |= set(model.objects.filter(file__in=names).values_list("file", flat=True))
    gone = 0
    for name in set(names) - named:
        try:
            if default_storage.get_modified_time(name) > at - KEPT_FOR:
                continue
            default_storage.delete(name)
        except FileNotFoundError:  # another sweep was faster
            continue
        logger.info("deleted %s, which no row names", name)
        gone += 1
    return gone
