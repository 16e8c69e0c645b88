"""What stands in the QR code of a badge: the public identifier of a participation or a delegate, nothing else."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from portal.common.errors import DomainError

MARK = "ZQ"  # tells our badges from any other QR code
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that looks like something else
LENGTH = 26  # of 128 bits, five at a time


class NoBadge(DomainError):
    """The code is not one of our badges."""


def code_of(public_id: UUID) -> str:
    """28 characters of the alphanumeric QR alphabet: they fit a QR code of version 2."""
    rest, digits = public_id.int, ""
    for _place in range(LENGTH):
        rest, digit = divmod(rest, len(DIGITS))
        digits = DIGITS[digit] + digits
    return MARK + digits


def read(code: str) -> UUID:
    """The public identifier behind a code, whatever the case it is typed in; NoBadge if it is none of ours."""
    text = code.strip().upper()
    digits = text.removeprefix(MARK)
    number = 0
    if text == digits or len(digits) != LENGTH or set(digits) - set(DIGITS):
        raise NoBadge(_("This is not a badge of the fair."))
    for digit in digits:
        number = number * len(DIGITS) + DIGITS.index(digit)
    if number >= 1 << 128:
        raise NoBadge(_("This is not a badge of the fair."))
    return UUID(int=number)
