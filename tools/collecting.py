"""Bring a .po file up to date with the messages of code and templates, keeping every translation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import polib

from tools.messages import Message

Key = tuple[str | None, str]  # context and message
FORMATTED = re.compile(r"%\([a-z_0-9]+\)[a-z]|%[sdf]", re.IGNORECASE)
BORROWED = "shown by "  # begins the comment of a message that a library shows without a translation of its own


def collect(source: Path, messages: Iterable[Message]) -> None:
    """Write `source` anew, sorted by message: new ones empty, unused ones gone, borrowed ones kept.

    Places name files without lines, so that moving code changes nothing here.
    """
    catalogue = polib.pofile(str(source), encoding="utf-8", wrapwidth=100)
    old: dict[Key, polib.POEntry] = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    uses: dict[Key, list[Message]] = defaultdict(list)
    for message in messages:
        uses[message.context, message.text].append(message)
    entries = [_entry(key, found, old.get(key)) for key, found in uses.items()]
    entries += [entry for key, entry in old.items() if key not in uses and entry.tcomment.startswith(BORROWED)]
    catalogue[:] = sorted(entries, key=lambda entry: (entry.msgid.casefold(), entry.msgid, entry.msgctxt or ""))
    catalogue.save(str(source))


def _entry(key: Key, uses: list[Message], known: polib.POEntry | None) -> polib.POEntry:
    """The entry of a message with the places and the plural it has now and the translation it had before."""
    context, text = key
    plural = next((use.plural for use in uses if use.plural is not None), None)
    entry = polib.POEntry(msgctxt=context, msgid=text, occurrences=_files(uses))
    if known is not None:
        entry.tcomment, entry.flags = known.tcomment, list(known.flags)
    before = "" if known is None else known.msgstr_plural.get(0, "") if known.msgid_plural else known.msgstr
    if plural is None:
        entry.msgstr = before
    else:
        entry.msgid_plural, entry.msgstr_plural = plural, {0: before}
    if FORMATTED.search(f"{text} {plural or ''}") and "python-format" not in entry.flags:
        entry.flags.append("python-format")
    return entry


def _files(uses: Iterable[Message]) -> list[tuple[str, str]]:
    return [(name, "") for name in sorted({use.place.rsplit(":", 1)[0] for use in uses})]
