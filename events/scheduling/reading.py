"""Reading parsed JSON strictly: every value is checked where it is taken, and an error names its path."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


class ProblemError(ValueError):
    """Input that cannot be used. `path` is a JSON path like `$.pairs[3][0]`, `reason` what is wrong there."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def parse(text: str | bytes) -> Node:
    """The root of a JSON document in UTF-8; raises ProblemError if it is none."""
    try:
        return Node(json.loads(text), "$")
    except RecursionError:
        raise ProblemError("$", "nested too deeply") from None
    except ValueError as error:  # also wrong UTF-8 and numbers too long to read
        raise ProblemError("$", f"not JSON: {error}") from None


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value and its path. Each method returns the value as the type it promises or raises ProblemError."""

    value: Any
    path: str

    def integer(self, minimum: int | None = None) -> int:
        """A whole number (true and 1.0 are none), at least `minimum`."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.refused("a whole number")
        if minimum is not None and self.value < minimum:
            raise ProblemError(self.path, f"must be at least {minimum}, not {self.value}")
        return self.value

    def optional_integer(self, minimum: int | None = None) -> int | None:
        """A whole number or null."""
        return None if self.value is None else self.integer(minimum)

    def number(self) -> float:
        """A number of any kind."""
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            raise self.refused("a number")
        return float(self.value)

    def boolean(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            raise self.refused("true or false")
        return self.value

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            raise self.refused("a string")
        return self.value

    def items(self, length: int | None = None) -> list[Node]:
        """The entries of a list, of exactly `length` if given."""
        if not isinstance(self.value, list):
            raise self.refused("a list")
        if length is not None and len(self.value) != length:
            raise ProblemError(self.path, f"must have {length} entries, not {len(self.value)}")
        return [Node(entry, f"{self.path}[{k}]") for k, entry in enumerate(self.value)]

    def integers(self, length: int | None = None) -> tuple[int, ...]:
        """A list of whole numbers."""
        return tuple(entry.integer() for entry in self.items(length))

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> Mapping[str, Node]:
        """The fields of an object; a missing and an unknown name are both refused, as either may be a typing error."""
        if not isinstance(self.value, dict):
            raise self.refused("an object")
        required = list(required)
        for name in required:
            if name not in self.value:
                raise ProblemError(self.path, f"lacks {name!r}")
        for name in self.value:
            if name not in required and name not in optional:
                raise ProblemError(f"{self.path}.{name}", "is not a known field")
        return {name: Node(value, f"{self.path}.{name}") for name, value in self.value.items()}

    def refused(self, wanted: str) -> ProblemError:
        """The error that this value is not what was wanted."""
        shown = json.dumps(self.value, ensure_ascii=False)
        return ProblemError(self.path, f"must be {wanted}, not {shown if len(shown) <= 40 else shown[:39] + '…'}")
