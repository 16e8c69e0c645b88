"""The unified social credit code (统一社会信用代码, GB 32100-2015)."""

from __future__ import annotations

import re
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as standard
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from portal.common.errors import DomainError

_IGNORED = re.compile(r"[\s\-‐-―.·]+")


class InvalidUscc(DomainError):
    """The text is no unified social credit code."""


def valid_uscc(text: str | None) -> str | None:
    """The code as the database keeps it (18 capitals and digits), None for an empty text.

    Full-width characters, blanks and hyphens are understood. Raises InvalidUscc, whose text says what is wrong.
    """
    code = _IGNORED.sub("", unicodedata.normalize("NFKC", text or "")).upper()
    if not code:
        return None
    message: str | Promise
    try:
        return str(standard.validate(code))
    except InvalidLength:
        message = _("A unified social credit code has 18 characters; this one has %(count)d.") % {"count": len(code)}
    except InvalidChecksum:
        message = _("The last character does not fit the others: please compare the code with the licence.")
    except ValidationError:
        message = _("A unified social credit code has digits and capital letters without I, O, S, V and Z.")
    raise InvalidUscc(message, field="uscc")
