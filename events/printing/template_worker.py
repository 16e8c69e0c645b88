"""The process in which templates of other people run: python -m events.printing.template_worker, by own_templates.

Reads one JSON object from standard input: `task` (check or render), `words`, `templates` (base64), `seconds`. Writes a
line of JSON for each step of each template. It can write no file, has `seconds` of CPU for each template and
MEMORY_MOST in all; beyond that it is killed, and own_templates tells which template it was.
"""

from __future__ import annotations

import base64
import json
import math
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from events.printing.template_filling import fill, static_problems
from events.printing.template_problems import Reason, TemplateProblem, TemplateRefused

MEMORY_MOST = 768 * 1024 * 1024  # of addresses; the imports alone map 110 million bytes
FILES_MOST = 32


def main() -> int:
    """Answer every template; the exit code is 0 if all were answered."""
    request = json.load(sys.stdin.buffer)
    limit_process()
    for number, template in enumerate(request["templates"]):
        used = math.ceil(time.process_time())
        _limit(resource.RLIMIT_CPU, used + request["seconds"], hard=False)
        _answer(number, request["task"], base64.b64decode(template), request["words"])
    return 0


def limit_process() -> None:
    """From here on: no file written, no memory beyond MEMORY_MOST, no new process unless run by root."""
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, FILES_MOST)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_AS, MEMORY_MOST)


def _limit(what: int, most: int, *, hard: bool = True) -> None:
    """Set a limit as far as the system knows it and lets it be set."""
    try:
        before = resource.getrlimit(what)[1]
        within = most if before == resource.RLIM_INFINITY else min(most, before)
        resource.setrlimit(what, (within, within if hard else before))
    except (OSError, ValueError):  # macOS has no limit of addresses
        pass


def _answer(number: int, task: str, content: bytes, words: Mapping[str, Any]) -> None:
    docx = b""
    try:
        problems, deepest = static_problems(content, words)
        _tell(number, "started", deepest)
        if not problems:
            docx = fill(content, words)
    except TemplateRefused as refused:
        problems = [*refused.problems]
    except MemoryError:
        problems = [TemplateProblem(0, "", Reason.TOO_MUCH.value)]
    except Exception:  # whatever a library says of a strange file: it is no template, and the next one may be
        problems = [TemplateProblem(0, "", Reason.NOT_WORD.value)]
    _tell(number, "done", problems, docx if task == "render" else b"")


def _tell(number: int, step: str, problems: Sequence[TemplateProblem], docx: bytes = b"") -> None:
    facts = [asdict(problem) for problem in problems]
    line = {"number": number, "step": step, "problems": facts, "docx": base64.b64encode(docx).decode()}
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
