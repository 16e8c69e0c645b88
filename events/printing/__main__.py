"""Prints a document from a JSON file, without the site.

python -m events.printing agreement data.json -o agreement.pdf
python -m events.printing agreement data.json -o agreement.docx

Ends with 0 and one file written, or with 2, the reasons on standard error and nothing written.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from events.printing import DocumentDataError, as_docx, as_pdf, missing_in
from events.printing.context import DOCUMENTS, Document
from events.printing.reading import read_document

WRITERS: dict[str, Callable[[Document], bytes]] = {".pdf": as_pdf, ".docx": as_docx}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code, 0 or 2 (argparse exits with 2 by itself)."""
    parser = argparse.ArgumentParser(prog="python -m events.printing", description=__doc__.partition("\n")[0])
    parser.add_argument("template", choices=sorted(DOCUMENTS), help="the kind of document")
    parser.add_argument("data", type=Path, help="the document's data as JSON (UTF-8)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file to write, .pdf or .docx")
    options = parser.parse_args(arguments)
    try:
        document = read_document(options.template, options.data.read_text(encoding="utf-8-sig"))
        _write(options.output, _writer(options.output)(document))
    except DocumentDataError as error:
        return _refuse(f"{options.data}: {problem}" for problem in error.problems)
    except UnicodeDecodeError as error:
        return _refuse([f"{options.data}: is not UTF-8: {error}"])
    except OSError as error:
        return _refuse([f"{error.filename or options.output}: {error.strerror}"])
    except ValueError as error:
        return _refuse([str(error)])
    for character in missing_in(document):
        print(f"warning: no font shows {character!r} (U+{ord(character):04X})", file=sys.stderr)
    return 0


def _writer(output: Path) -> Callable[[Document], bytes]:
    writer = WRITERS.get(output.suffix.lower())
    if writer is None:
        raise ValueError(f"{output}: the name must end in {' or '.join(WRITERS)}")
    return writer


def _write(output: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)  # mkstemp's files are their owner's alone
        os.replace(name, output)
    except BaseException:
        os.unlink(name)
        raise


def _refuse(reasons: Iterable[str]) -> int:
    for reason in reasons:
        print(reason, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
