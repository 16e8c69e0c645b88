"""Folders and sockets: short, plain, and nobody else's."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from portal.embedded.errors import EmbeddedError
from portal.embedded.paths import Paths


def test_sockets_are_inside_a_folder_with_a_short_plain_name() -> None:
    assert Paths(Path("/srv/portal/var")).redis_sock == Path("/srv/portal/var/run/valkey.sock")


@pytest.mark.parametrize("var", ["/srv/" + "x" * 100, "/srv/my portal/var", "/srv/职桥/var", "/srv/a,b/var"])
def test_sockets_leave_a_folder_whose_name_is_long_or_needs_quoting(var: str) -> None:
    paths = Paths(Path(var))
    assert paths.socket_dir.parent == Path("/tmp")
    assert len(os.fsencode(paths.socket_dir / ".s.PGSQL.5432.lock")) < 107
    assert paths.socket_dir == Paths(Path(var)).socket_dir != Paths(Path(var + "2")).socket_dir


def test_ensure_opens_the_sockets_folder_to_its_owner_only(paths: Paths) -> None:
    paths.ensure()
    paths.ensure()
    assert stat.S_IMODE(paths.socket_dir.stat().st_mode) == 0o700
    assert paths.logs.is_dir()


def test_ensure_refuses_the_folder_of_another_user(paths: Paths) -> None:
    paths.ensure()
    theirs = Paths(Path("/"))
    if os.geteuid() == 0:
        os.chown(paths.var, 65534, 65534)
        theirs = paths
    with pytest.raises(EmbeddedError, match=rf"belongs to user \d+, you are user {os.geteuid()}"):
        theirs.ensure()


def test_ensure_says_which_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match=r"cannot write to .*file/var"):
        Paths(tmp_path / "file" / "var").ensure()
