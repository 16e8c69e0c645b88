"""What several tests of agreements want."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def in_english() -> Iterator[None]:
    """Refusals are compared with their English sentence; the portal speaks Chinese unless told otherwise."""
    with translation.override("en"):
        yield
