"""From JSON to a document, with every problem named by its place in the file."""

import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from events.printing.context import DOCUMENTS, Document
from events.printing.errors import DocumentDataError, Problem

WRONG = object()  # stands for a value whose problem has been noted


def read_document(template_name: str, text: str) -> Document:
    """Return the document of that template ("agreement", "brief", "timetable") from JSON.

    Dates are written "2024-05-17", amounts as numbers or strings ("1100000.00"), lists as arrays; fields that may be
    left out are those with a default in context. Raises DocumentDataError naming all problems, each by its JSON path,
    and ValueError for a template that does not exist.
    """
    if template_name not in DOCUMENTS:
        raise ValueError(f"no such document: {template_name!r}; there are {', '.join(DOCUMENTS)}")
    problems: list[Problem] = []
    document = _read(_parse(text), DOCUMENTS[template_name], "$", problems)
    if problems:
        raise DocumentDataError(problems)
    return document  # type: ignore[no-any-return]


def _parse(text: str) -> Any:
    """Return the JSON with its fractions as exact decimals."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError:
        raise DocumentDataError([Problem("$", "is nested too deeply")]) from None
    except ValueError as error:
        raise DocumentDataError([Problem("$", f"is not JSON: {error}")]) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _read(value: Any, kind: Any, path: str, problems: list[Problem]) -> Any:
    """Return the value as the kind that a field declares, or WRONG after noting why it is not."""
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _read_object(value, kind, path, problems)
    if origin is tuple:
        return _read_array(value, get_args(kind)[0], path, problems)
    if origin in (Union, types.UnionType):
        return _read_one_of(value, get_args(kind), path, problems)
    if origin is Literal:
        return _read_choice(value, get_args(kind), path, problems)
    expected, read = _SCALARS[kind]
    try:
        return read(value)
    except (ValueError, InvalidOperation):
        problems.append(Problem(path, f"expected {expected}, found {_shown(value)}"))
        return WRONG


def _read_object(value: Any, kind: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        problems.append(Problem(path, f"expected an object, found {_shown(value)}"))
        return WRONG
    hints, fields, before = get_type_hints(kind), dataclasses.fields(kind), len(problems)
    read: dict[str, Any] = {}
    for field in fields:
        if field.name in value:
            read[field.name] = _read(value[field.name], hints[field.name], f"{path}.{field.name}", problems)
        elif field.default is dataclasses.MISSING:
            problems.append(Problem(f"{path}.{field.name}", "is missing"))
    known = {field.name for field in fields}
    problems.extend(Problem(f"{path}.{name}", "is not a field of this object") for name in value if name not in known)
    if len(problems) > before:
        return WRONG
    try:
        return kind(**read)
    except DocumentDataError as error:  # the document's own checks speak of $, which it is
        problems.extend(error.problems)
        return WRONG


def _read_array(value: Any, kind: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(value, list):
        problems.append(Problem(path, f"expected an array, found {_shown(value)}"))
        return WRONG
    return tuple(_read(item, kind, f"{path}[{place}]", problems) for place, item in enumerate(value))


def _read_one_of(value: Any, kinds: tuple[Any, ...], path: str, problems: list[Problem]) -> Any:
    """Read the first kind that fits; the problem, if none does, is told for the first."""
    if value is None and types.NoneType in kinds:
        return None
    tries: list[list[Problem]] = []
    for kind in kinds:
        if kind is not types.NoneType:
            found: list[Problem] = []
            read = _read(value, kind, path, found)
            if not found:
                return read
            tries.append(found)
    problems.extend(tries[0])
    return WRONG


def _read_choice(value: Any, choices: tuple[Any, ...], path: str, problems: list[Problem]) -> Any:
    if isinstance(value, str) and value in choices:
        return value
    named = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)
    problems.append(Problem(path, f"expected one of {named}, found {_shown(value)}"))
    return WRONG


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _whole_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError
    return value


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError
    amount = Decimal(value)
    if not amount.is_finite():
        raise ValueError
    return amount


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _date(value: Any) -> date:
    day = date.fromisoformat(_text(value))
    if day.isoformat() != value:  # fromisoformat also takes 20240517 and 2024-W20-5
        raise ValueError
    return day


_SCALARS: dict[Any, tuple[str, Callable[[Any], Any]]] = {
    str: ("text", _text),
    int: ("a whole number", _whole_number),
    Decimal: ("an amount", _amount),
    bool: ("true or false", _truth),
    date: ("a date such as 2024-05-17", _date),
}


def _shown(value: Any) -> str:
    """Return a value as short JSON for a message."""
    words = json.dumps(value, ensure_ascii=False, default=str)
    return words if len(words) <= 60 else f"{words[:57]}..."
