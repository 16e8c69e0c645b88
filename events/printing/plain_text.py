"""Values made fit to print in both formats."""

import unicodedata
from collections.abc import Iterator
from typing import Any


def printable(value: Any) -> Any:
    """Return dicts, lists and strings with every control character and line end in a string made a space.

    XML 1.0 cannot hold most controls, lone surrogates and non-characters; docxtpl gives some a meaning (tab, bell,
    form feed). What is a paragraph of its own has been split before.
    """
    if isinstance(value, str):
        return "".join(" " if _is_unprintable(character) else character for character in value)
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return value


def _is_unprintable(character: str) -> bool:
    """Whether a character is a control, a surrogate, a line or paragraph separator or a non-character."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or ord(character) & 0xFFFE == 0xFFFE


def strings(value: Any) -> Iterator[str]:
    """Yield every string in nested dicts and lists, but not the keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
