"""The translations: collect what is to be translated, compile it for use, check that none is missing.

No gettext programs are needed.
`python -m tools.catalogue collect` brings the .po files up to date: new messages empty, unused ones gone.
`python -m tools.catalogue compile` writes a .mo file beside every .po file that has changed.
`python -m tools.catalogue check` names every message of code and templates without a translation.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from tools.collecting import collect
from tools.messages import used_messages

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[a-z]|%[sdf]|\{[a-z_0-9]*\}", re.IGNORECASE)


def catalogues(root: Path) -> list[Path]:
    """The .po files of the languages that are translated into."""
    return sorted(root.glob("*/locale/*/LC_MESSAGES/*.po"))


def compile_all(root: Path) -> list[Path]:
    """Write the .mo files that are missing or older than their source; returns those written."""
    written = []
    for source in catalogues(root):
        target = source.with_suffix(".mo")
        times = (source.stat().st_atime_ns, source.stat().st_mtime_ns)
        if target.exists() and target.stat().st_mtime_ns == times[1]:
            continue
        draft = target.with_suffix(f".{os.getpid()}.draft")
        polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(draft))
        os.utime(draft, ns=times)
        draft.replace(target)
        written.append(target)
    return written


def faults(source: Path) -> Iterator[str]:
    """What is wrong with the entries of one .po file, one line each."""
    for entry in polib.pofile(str(source), encoding="utf-8", check_for_duplicates=True):
        if entry.obsolete:
            continue
        where = f"{source}:{entry.linenum}: {entry.msgid!r}"
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if not texts or not all(text.strip() for text in texts):
            yield f"{where} is not translated"
        elif entry.fuzzy:
            yield f"{where} is fuzzy"
        elif any(_placeholders(text) != _placeholders(entry.msgid_plural or entry.msgid) for text in texts):
            yield f"{where} and its translation have different placeholders"


def missing(root: Path) -> Iterator[str]:
    """The messages that are used and that a catalogue does not have, one line each for the first use."""
    messages = {(message.context, message.text): message.place for message in reversed(list(used_messages(root)))}
    sources = [path for path in catalogues(root) if path.name == "django.po"]
    if not sources:
        yield f"there is no catalogue in {root}"
    for source in sources:
        entries = polib.pofile(str(source), encoding="utf-8")
        known = {(entry.msgctxt, entry.msgid) for entry in entries if not entry.obsolete}
        for key, place in sorted(messages.items(), key=lambda item: item[1]):
            if key not in known:
                yield f"{place}: {key[1]!r} is not in {source.relative_to(root)}"


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["collect", "compile", "check"])
    action = parser.parse_args().action
    if action == "collect":
        for source in (path for path in catalogues(ROOT) if path.name == "django.po"):
            collect(source, used_messages(ROOT))
        return 0
    if action == "compile":
        compile_all(ROOT)
        return 0
    found = [fault for source in catalogues(ROOT) for fault in faults(source)] + list(missing(ROOT))
    print("\n".join(found) or "translations complete", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
