"""Ranked lists as CSV files: whole or not at all."""

from __future__ import annotations

import csv
import gzip
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

HEADER = ("query_id", "doc_id", "score")
Ranked = tuple[str, str, float]  # query, document, score


def write_ranked(path: Path, pairs: Iterable[Ranked]) -> None:
    """Write pairs in their order; a name that ends in .gz is packed. Raises OSError, and then `path` is as it was.

    Nine digits tell any two scores of single precision apart. The bytes depend on the pairs alone.
    """
    with _replacing(path) as file, _text(file, packed=path.suffix == ".gz") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows((query, document, f"{score:.9g}") for query, document, score in pairs)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file beside `path` that takes its place at the end, or disappears if there was an error."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)  # a temporary file is for its owner alone
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


@contextmanager
def _text(file: IO[bytes], *, packed: bool) -> Iterator[IO[str]]:
    if not packed:
        with io.TextIOWrapper(file, "utf-8", newline="") as text:
            yield text
        return
    # No name and no time in the head of the file, so that equal lists are equal bytes.
    with (
        gzip.GzipFile("", "wb", 6, file, mtime=0) as member,
        io.TextIOWrapper(member, "utf-8", newline="") as text,
    ):
        yield text
