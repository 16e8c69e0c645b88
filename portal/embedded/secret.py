"""Secrets of an embedded installation: made once, kept beside its data, readable by their owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from portal.embedded.errors import EmbeddedError
from portal.embedded.locks import FileLock


def embedded_secret_key(var: Path) -> str:
    """The key in `var/secret_key`, made on first use; two processes that start at once get the same one.

    Raises EmbeddedError when the file cannot be read or made.
    """
    return kept_secret(Path(var) / "secret_key", length=48)


def kept_secret(path: Path, *, length: int) -> str:
    """The secret in a file, made of so many random bytes if there is none; raises EmbeddedError."""
    try:
        if not path.exists():
            _make(path, length)
        return path.read_text()
    except OSError as error:
        raise EmbeddedError(f"cannot keep a secret in {path}: {error}") from error


def _make(path: Path, length: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")) as lock:
        lock.own()
        if path.exists():
            return
        draft = path.with_name(f".{path.name}.draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(length))
        draft.rename(path)
