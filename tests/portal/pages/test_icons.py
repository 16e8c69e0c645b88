from __future__ import annotations

import re

from django.conf import settings

from portal.pages.navigation import ENTRIES
from tools.pick_assets import ICONS

USES = (re.compile(r'{% icon "([a-z0-9-]+)"'), re.compile(r'icon_name="([a-z0-9-]+)"'))


def test_every_icon_of_the_pages_is_in_the_sprite():
    texts = [path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html")]
    used = {name for text in texts for use in USES for name in use.findall(text)}
    used |= {entry.icon for entry in ENTRIES}
    assert {"home", "arrow-left", "heart-handshake"} <= used  # the search finds what it looks for
    assert used - set(ICONS) == set()
