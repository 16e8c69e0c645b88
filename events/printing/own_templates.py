"""Word templates that the platform's staff bring themselves: checked before they are kept, filled where they can harm
nothing.

A template is a program. So the file passes the gate of all Word files, every tag is judged before anything runs, and
both checking and filling happen in a process of their own with little time, little memory and no file to write.

    problems = check_template(content, sample)        # sample: AgreementDocument(...).as_dict(); [] is a good template
    word = render_template(content, document.as_dict())
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from events.printing.plain_text import printable
from events.printing.template_problems import Reason, TemplateProblem, TemplateRefused
from portal.common.file_flaws import FileRefused, Flaw
from portal.common.office_files import check_office_file
from portal.common.zip_files import read_directory

TEMPLATE_MOST = 4 * 1024 * 1024
UNPACKED_MOST = 16 * 1024 * 1024
CPU_SECONDS = 5  # for one template
WALL_SECONDS = 10  # for one template; each further one of the same process has as much again
ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-E", "-s", "-B", "-m", "events.printing.template_worker")

__all__ = ["TemplateProblem", "TemplateRefused", "check_template", "check_templates", "render_template"]


@dataclass
class _Answer:
    """What became of a template; `loops` is the paragraph to blame if it never came to an end."""

    problems: list[TemplateProblem] = field(default_factory=list)
    loops: list[TemplateProblem] = field(default_factory=list)
    docx: bytes = b""
    done: bool = False


def check_template(content: bytes, sample: Mapping[str, Any]) -> list[TemplateProblem]:
    """What is wrong with a template, in the file's order; empty if it can be used for documents like the sample."""
    return check_templates([content], sample)[0]


def check_templates(contents: Sequence[bytes], sample: Mapping[str, Any]) -> list[list[TemplateProblem]]:
    """As check_template, for many at the price of one process: after an upgrade that changed the words."""
    answers = [_Answer(_gate(content)) for content in contents]
    waiting = [(content, answer) for content, answer in zip(contents, answers, strict=True) if not answer.problems]
    _run("check", waiting, sample)
    return [answer.problems for answer in answers]


def render_template(content: bytes, words: Mapping[str, Any]) -> bytes:
    """The Word file of a template filled with a document's `as_dict()`; the same bytes for the same data.

    Values come out as they are, markup and tags included. Raises TemplateRefused with all that is wrong.
    """
    answer = _Answer(_gate(content))
    if not answer.problems:
        _run("render", [(content, answer)], words)
    if answer.problems:
        raise TemplateRefused(answer.problems)
    return answer.docx


def _gate(content: bytes) -> list[TemplateProblem]:
    """What is wrong with the file as such."""
    try:
        if len(content) > TEMPLATE_MOST or sum(part.size for part in read_directory(content)) > UNPACKED_MOST:
            raise FileRefused(Flaw.OFFICE_TOO_LARGE)
        check_office_file(content, "docx")
    except FileRefused as refused:
        return [TemplateProblem(0, "", refused.flaw.value, refused.facts)]
    return []


def _run(task: str, waiting: list[tuple[bytes, _Answer]], words: Mapping[str, Any]) -> None:
    """Answer all that wait; who brings the process down is answered so, and the others go on in another one."""
    while waiting:
        request = {
            "task": task,
            "seconds": CPU_SECONDS,
            "words": printable(dict(words)),
            "templates": [base64.b64encode(content).decode() for content, _answer in waiting],
        }
        for line in _lines(json.dumps(request).encode(), len(waiting)):
            told = json.loads(line)
            answer = waiting[told["number"]][1]
            found = [TemplateProblem(**problem) for problem in told["problems"]]
            answer.done = told["step"] == "done"
            if answer.done:
                answer.problems, answer.docx = found, base64.b64decode(told["docx"])
            else:
                answer.loops = found
        waiting = [(content, answer) for content, answer in waiting if not answer.done]
        if waiting:
            first = waiting.pop(0)[1]
            first.problems = first.loops or [TemplateProblem(0, "", Reason.TOO_MUCH.value)]


def _lines(request: bytes, templates: int) -> Iterator[bytes]:
    """The whole lines that the process wrote before it ended or was ended; RuntimeError if it failed by itself."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            COMMAND,
            input=request,
            capture_output=True,
            cwd=ROOT,
            env={"LANG": "C.UTF-8"},
            timeout=WALL_SECONDS * templates,
            check=False,
        )
    except subprocess.TimeoutExpired as ended:
        written = ended.stdout or b""
    else:
        written = done.stdout
        if done.returncode > 0:
            raise RuntimeError(
                f"the process that fills templates failed: {done.stderr.decode(errors='replace')[-2000:]}"
            )
    return iter(line for line in written.splitlines(keepends=True) if line.endswith(b"\n"))
