"""The messages that code and templates want translated, found without gettext programs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

APPS = ("portal", "matching", "events")
# position of the context, the message and its plural among the arguments
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], (None, 0, None)),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (None, 0, 1)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], (0, 1, None)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], (0, 1, 2)),
}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*({LITERAL})(?:\s*,\s*({LITERAL}))?(?:\s*,\s*({LITERAL}))?", re.DOTALL)


@dataclass(frozen=True)
class Message:
    """One use of a message: the key of its entry in a catalogue, and where it is used."""

    context: str | None
    text: str
    plural: str | None
    place: str


def used_messages(root: Path) -> Iterator[Message]:
    """Every message used below `root`, in the order of files and lines."""
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            yield from _in_code(path.read_text(encoding="utf-8"), str(path.relative_to(root)))
    templates = [*(root / "templates").rglob("*"), *root.glob("*/templates/**/*")]
    for path in sorted(path for path in templates if path.suffix in {".html", ".txt"}):
        yield from _in_template(path.read_text(encoding="utf-8"), str(path.relative_to(root)))


def _in_code(source: str, name: str) -> Iterator[Message]:
    tree = ast.parse(source, name)
    known_as = _aliases(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        called = known_as.get(called, called)
        if called in FUNCTIONS:
            arguments = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            yield from _message(called, arguments, f"{name}:{node.lineno}")


def _aliases(tree: ast.Module) -> dict[str, str]:
    """The names that a module gives to the functions of translation, as in `import gettext as _t`."""
    return {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname
    }


def _in_template(source: str, name: str) -> Iterator[Message]:
    code = templatize(source, origin=name)
    for call in CALL.finditer(code):
        arguments = [ast.literal_eval(text) if text else None for text in call.groups()[1:]]
        yield from _message(call[1], arguments, f"{name}:{code.count(chr(10), 0, call.start()) + 1}")


def _message(called: str, arguments: Sequence[object], place: str) -> Iterator[Message]:
    context, text, plural = (
        arguments[at] if at is not None and at < len(arguments) else None for at in FUNCTIONS[called]
    )
    if isinstance(text, str) and (FUNCTIONS[called][0] is None or isinstance(context, str)):
        yield Message(
            context if isinstance(context, str) else None, text, plural if isinstance(plural, str) else None, place
        )
