"""The root of all errors that a person can cause and should read."""

from __future__ import annotations

from django.utils.functional import Promise


class DomainError(Exception):
    """A request that the rules refuse; its text is a translated sentence for the person who asked.

    Subclasses stand beside the function that raises them. `field` names the form field it belongs to, if one.
    """

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class StateConflict(DomainError):
    """The row is no longer in the state that the action needs: somebody was faster, or the page is old."""
