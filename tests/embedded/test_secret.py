"""The secret key of an embedded installation."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from portal.embedded.errors import EmbeddedError
from portal.embedded.secret import embedded_secret_key
from tests.embedded.conftest import PROJECT


def test_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = embedded_secret_key(tmp_path / "var")
    assert len(key) >= 50
    assert embedded_secret_key(tmp_path / "var") == key != embedded_secret_key(tmp_path / "other")
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_secret_key_is_the_same_for_processes_that_start_at_once(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, portal.embedded.secret as s; print(s.embedded_secret_key(pathlib.Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "var")]
    started = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({process.communicate()[0] for process in started}) == 1


def test_secret_key_that_cannot_be_kept_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match=r"cannot keep a secret in .*file/secret_key"):
        embedded_secret_key(tmp_path / "file")
