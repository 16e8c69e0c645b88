"""The unified social credit code as people type it."""

from __future__ import annotations

import pytest
from django.utils import translation

from portal.organizations.identity import InvalidUscc, valid_uscc


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("91110000600037341L", "91110000600037341L"),
        ("91110000600037341l", "91110000600037341L"),
        ("9111 0000-6000 3734 1L", "91110000600037341L"),
        ("９１１１００００６０００３７３４１Ｌ", "91110000600037341L"),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_valid_uscc_understands_width_case_and_blanks(typed: str | None, stored: str | None) -> None:
    assert valid_uscc(typed) == stored


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("9111000060003734", "A unified social credit code has 18 characters; this one has 16."),
        (
            "91110000600037342L",
            "The last character does not fit the others: please compare the code with the licence.",
        ),
        (
            "9111000060003734OL",
            "A unified social credit code has digits and capital letters without I, O, S, V and Z.",
        ),
        (
            "深圳市精密制造有限公司一二三四五六七",
            "A unified social credit code has digits and capital letters without I, O, S, V and Z.",
        ),
    ],
)
def test_valid_uscc_says_what_is_wrong(typed: str, message: str) -> None:
    with translation.override("en"):
        with pytest.raises(InvalidUscc) as raised:
            valid_uscc(typed)
        assert (str(raised.value), raised.value.field) == (message, "uscc")
