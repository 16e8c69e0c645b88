"""Results as a table for people and as JSON for the page of the staff."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from matching.engine.evaluation.measures import DRAWS, TOP
from matching.engine.evaluation.tasks import Result
from matching.engine.profiles import Weights

# What decides an order; the rest of the engine only makes it quick.
_DECIDING = ("catalogue", "families", "fits", "formula", "profiles", "summing", "supply")


def engine_version() -> str:
    """Of the text of the files that decide an order: another one may rank otherwise."""
    texts = (Path(__file__).parent.parent / f"{name}.py" for name in _DECIDING)
    return hashlib.sha256(b"".join(text.read_bytes() for text in texts)).hexdigest()[:12]


def as_table(results: Sequence[Result]) -> str:
    """Markdown, one line a task; the peers in the order in which they first appear."""
    names = list(dict.fromkeys(name for result in results for name in result.peers))
    head = ["task", "n", "ours", *names, "best peer, difference [95 %]", "specified", "target"]
    lines = [_line(head), _line(["---"] * len(head))]
    for result in results:
        peers = [f"{result.peers[name]:.3f}" if name in result.peers else "–" for name in names]
        mean, low, high = result.difference
        against = f"{result.peer} {mean:+.3f} [{low:+.3f}, {high:+.3f}]"
        plain = "–" if result.specified is None else f"{result.specified:.3f}"
        ours = [result.task, str(result.n), f"**{result.ours:.3f}**"]
        lines.append(_line([*ours, *peers, against, plain, f"{result.target:g}"]))
    return "\n".join([*lines, ""])


def as_json(results: Sequence[Result], half: str, command: str, *, on: date) -> str:
    """The same figures, with where they come from."""
    plain = {
        "measured": f"{on.isoformat()}: nDCG@{TOP}, {half} half of the reference data",
        "date": on.isoformat(),
        "half": half,
        "command": command,
        "engine": {"version": engine_version(), "weights": asdict(Weights())},
        "draws": DRAWS,
        "tasks": [_plain(result) for result in results],
    }
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _plain(result: Result) -> dict[str, object]:
    return {
        "task": result.task,
        "n": result.n,
        "ours": round(result.ours, 4),
        "peers": {name: round(value, 4) for name, value in result.peers.items()},
        "peer": result.peer,
        "best_peer": round(result.best_peer, 4),
        "difference": round(result.difference.mean, 4),
        "low": round(result.difference.low, 4),
        "high": round(result.difference.high, 4),
        "specified": None if result.specified is None else round(result.specified, 4),
        "target": result.target,
    }


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
