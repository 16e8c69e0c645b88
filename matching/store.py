"""The immutable files of a run, in a store that every worker of every machine sees.

That is a folder, shared where there are several machines, or whatever the storage `snapshots` of the settings names. A
file is there whole or not at all, and whoever writes it again writes the same bytes.
"""

from __future__ import annotations

import mmap
import os
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from matching.models import MatchRun

ALIAS = "snapshots"
SUPPLY = "supply.bundle"
STAMPS = "stamps.bundle"
_DRAFT = ".draft-"  # a file that is being written; never read


def demands_file(number: int) -> str:
    """The demands of a shard."""
    return f"demands-{number:04d}.bundle"


def columns_file(number: int) -> str:
    """The columns that came of them."""
    return f"columns-{number:04d}.bundle"


def lists_file(number: int) -> str:
    """What a shard found for the schools."""
    return f"lists-{number:04d}.bundle"


class FileMissing(FileNotFoundError):
    """The store does not hold this file of the run."""


def save_run_file(run: MatchRun, name: str, content: bytes) -> None:
    """Keep a file of a run; the same bytes may be saved again at any time, by several at once."""
    store, key = storages[ALIAS], _key(run, name)
    if isinstance(store, FileSystemStorage):
        _save_whole(Path(store.path(key)), content)
        return
    if store.exists(key):  # object stores replace a file; those that do not would choose another name
        store.delete(key)
    saved = store.save(key, ContentFile(content))
    if saved != key:  # somebody has just saved the same
        store.delete(saved)


def load_run_file(run: MatchRun, name: str) -> bytes | memoryview:
    """The bytes of a file of a run, mapped into memory where it lies in a folder; raises FileMissing."""
    store, key = storages[ALIAS], _key(run, name)
    try:
        if isinstance(store, FileSystemStorage):
            return _mapped(Path(store.path(key)))
        with store.open(key) as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError as error:
        raise FileMissing(key) from error


def has_run_file(run: MatchRun, name: str) -> bool:
    """Whether the store holds the file."""
    return storages[ALIAS].exists(_key(run, name))


def delete_run(run: MatchRun) -> None:
    """Remove all files of a run; who has one mapped keeps it until he lets go of it."""
    store, folder = storages[ALIAS], str(run.public_id)
    for name in _listed(store, folder)[1]:
        store.delete(f"{folder}/{name}")
    if isinstance(store, FileSystemStorage):
        with suppress(OSError):  # somebody saves a file just now, or the folder is not there
            os.rmdir(store.path(folder))


def stored_runs() -> list[UUID]:
    """Public ids of the runs of which the store holds anything; other runs' databases may share it."""
    found = []
    for folder in _listed(storages[ALIAS], "")[0]:
        with suppress(ValueError):
            found.append(UUID(folder))
    return found


def _key(run: MatchRun, name: str) -> str:
    return f"{run.public_id}/{name}"


def _listed(store: Storage, folder: str) -> tuple[list[str], list[str]]:
    """(folders, files) in a folder; none if it is not there."""
    try:
        return store.listdir(folder)
    except FileNotFoundError:
        return [], []


def _save_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{_DRAFT}{uuid4().hex}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
