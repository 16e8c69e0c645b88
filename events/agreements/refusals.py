"""What is said when an agreement as stated cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from portal.common.errors import DomainError, StateConflict


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the field it belongs to and a sentence that says what to do."""

    field: str
    message: str | Promise


class AgreementRefused(DomainError):
    """The agreement as stated cannot be; `problems` has all that is wrong, the first of which is the message."""

    def __init__(self, message: str | Promise, *, field: str | None = None, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message, field=field)
        self.problems = tuple(problems) or (Problem(field or "", message),)


class AgreementConflict(StateConflict):
    """The agreement is no longer what the person has read, or not in the state that the act needs."""


class NotTheirTurn(AgreementConflict):
    """The draft is with another party."""


def refuse(problems: Iterable[Problem]) -> None:
    """Raise AgreementRefused if there are any."""
    found = list(dict.fromkeys(problems))
    if found:
        raise AgreementRefused(found[0].message, field=found[0].field, problems=found)
