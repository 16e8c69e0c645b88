"""Child processes that end with their parent, and a way for root to run what refuses root (Linux)."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
USER_NAMESPACE = "user namespace"  # an identity; any other one is the name of a user
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def account_for_postgres() -> pwd.struct_passwd:
    """The account that root lends PostgreSQL where there are no user namespaces."""
    return pwd.getpwnam(os.environ.get("PORTAL_PG_USER") or "nobody")


def identity_for_postgres() -> str | None:
    """Who PostgreSQL, which refuses root and a user without a name, is to run as; None is the present user."""
    if os.geteuid() == 0:
        lend = "PORTAL_PG_USER" in os.environ or not _user_namespaces_work()
        return account_for_postgres().pw_name if lend else USER_NAMESPACE
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:  # as in a container that was started for a bare number
        return USER_NAMESPACE
    return None


def _user_namespaces_work() -> bool:
    child = os.fork()
    if child == 0:
        try:
            _enter_user_namespace()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _enter_user_namespace() -> None:
    """Become an ordinary user with a name inside, stay who we are outside: files remain ours, nothing is chowned.

    Raises OSError where the kernel or a container forbids it.
    """
    inner = min((user for user in pwd.getpwall() if user.pw_uid != 0), key=lambda user: user.pw_name != "nobody")
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    if _libc is None or _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inner.pw_uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{inner.pw_gid} {outer_gid} 1")


def _become(identity: str | None) -> None:
    if identity == USER_NAMESPACE:
        _enter_user_namespace()
    elif identity:
        user = pwd.getpwnam(identity)
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)


def end_with_parent(sig: signal.Signals) -> None:
    """Have the kernel send `sig` to this process when the thread that started it ends, even by kill -9."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0)


def before_exec(*, end_with: signal.Signals | None = None, identity: str | None = None) -> Callable[[], None]:
    """What a child does between fork and exec: a session of its own, its identity, its parent's death."""
    parent = os.getpid()

    def prepare() -> None:
        os.setsid()  # the terminal's Ctrl-C reaches only the parent, which stops its children in order
        _become(identity)
        if end_with is not None:
            end_with_parent(end_with)  # after the change of identity, which clears it
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def start_child(
    command: Sequence[str | Path],
    *,
    log: Path,
    end_with: signal.Signals,
    identity: str | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path = Path("/"),
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a long-running child that writes to `log`; call it from the main thread, whose end it shares."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            cwd=cwd,
            pass_fds=pass_fds,
            preexec_fn=before_exec(end_with=end_with, identity=identity),  # noqa: PLW1509 — no threads at that time
        )


def is_alive(pid: int) -> bool:
    """Is there a process of this number, anybody's?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def tail(log: Path, *, size: int = 2000) -> str:
    """The last `size` characters of a log, or nothing when there is none."""
    try:
        return log.read_text(errors="replace")[-size:]
    except OSError:
        return ""
