"""Where the embedded servers keep data, and unix socket paths short enough for the kernel (107 bytes)."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from portal.embedded.errors import EmbeddedError
from portal.embedded.proc import account_for_postgres

LONGEST_SOCKET_FOLDER = 100 - len("/.s.PGSQL.5432.lock")
PLAIN = re.compile(r"[A-Za-z0-9_./-]+")  # needs no quoting in a URL, a connection string or a list of folders


class Paths:
    """The folders and sockets below one `var` folder; nothing is created before `ensure`."""

    def __init__(self, var: Path) -> None:
        self.var = Path(var).resolve()
        self.pgdata = self.var / "postgres"
        self.valkey = self.var / "valkey"
        self.logs = self.var / "log"
        self.locks = self.var / "lock"
        self.socket_dir = self._socket_dir()
        self.redis_sock = self.socket_dir / "valkey.sock"

    def _socket_dir(self) -> Path:
        """`var/run`, or a folder in /tmp when that path is too long or holds characters that need quoting."""
        inside = self.var / "run"
        encoded = os.fsencode(inside)
        if len(encoded) <= LONGEST_SOCKET_FOLDER and PLAIN.fullmatch(str(inside)):
            return inside
        tag = hashlib.sha256(encoded).hexdigest()[:12]
        return Path("/tmp") / f"portal-{os.geteuid()}-{tag}"  # noqa: S108 — ensure() refuses a stranger's folder

    def ensure(self) -> None:
        """Create the folders; raises EmbeddedError when they are another user's or cannot be written."""
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            self._refuse_a_strangers(self.var)
            for folder in (self.logs, self.locks, self.valkey):
                folder.mkdir(exist_ok=True)
            self.socket_dir.mkdir(exist_ok=True, mode=0o700)
            self._refuse_a_strangers(self.socket_dir)
            self.socket_dir.chmod(0o700)
        except OSError as error:
            raise EmbeddedError(f"cannot write to {self.var}: {error}") from error

    def _refuse_a_strangers(self, folder: Path) -> None:
        owner = folder.stat().st_uid
        given = folder == self.socket_dir and os.geteuid() == 0 and owner == account_for_postgres().pw_uid
        if owner != os.geteuid() and not given:
            raise EmbeddedError(
                f"{folder} belongs to user {owner}, you are user {os.geteuid()}: "
                "run as that user, remove the folder, or set PORTAL_VAR to another one"
            )
