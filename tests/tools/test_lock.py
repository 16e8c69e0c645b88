"""The lock file names versions and hashes, and nobody's index."""

from __future__ import annotations

import re

from tools.environment import uv_reads_lock
from tools.lock import LOCK, without_hosts

ENTRY = """
source = { registry = "https://index.example.org/simple" }
sdist = { url = "https://files.example.org/packages/a1/b2/django-5.2.19.tar.gz", hash = "sha256:00", size = 1 }
    { url = "https://files.example.org/x/django-5.2.19-py3-none-any.whl", hash = "sha256:01", size = 1 },
source = { virtual = "." }
"""


def test_without_hosts_keeps_file_names_and_hashes() -> None:
    assert without_hosts(ENTRY) == ENTRY.replace("https://index.example.org", "https://registry.invalid").replace(
        "https://files.example.org/packages/a1/b2", "https://registry.invalid/files"
    ).replace("https://files.example.org/x", "https://registry.invalid/files")
    assert without_hosts(without_hosts(ENTRY)) == without_hosts(ENTRY)


def test_lock_file_names_no_host() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", LOCK.read_text()))
    assert hosts == {"registry.invalid"}


def test_lock_file_fits_the_project() -> None:
    assert uv_reads_lock("lock")
