"""python manage.py brief FAIR: the figures of a fair, read from its rows now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from events.fairs.models import Fair
from events.printing import as_pdf
from events.statistics.brief import Brief, brief
from events.statistics.figures import FIGURES
from events.statistics.papers import paper_of
from events.statistics.summary import paragraphs


class Command(BaseCommand):
    help = "Print the brief of a fair: as JSON, as text, or as a PDF file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fair", help="the fair's short address, such as baoan")
        parser.add_argument("--format", choices=["json", "text", "pdf"], default="text")
        parser.add_argument("--language", choices=dict(settings.LANGUAGES), default=settings.LANGUAGE_CODE)
        parser.add_argument("--output", type=Path, help="the file to write; needed for pdf")

    def handle(self, *_args: Any, **options: Any) -> None:
        fair = Fair.objects.select_related("organizer").filter(slug=options["fair"]).first()
        if fair is None:
            raise CommandError(f"There is no fair with the short address “{options['fair']}”.{_known()}")
        figures, output = brief(fair), options["output"]
        if options["format"] == "pdf":
            if output is None:
                raise CommandError("Say where to write the PDF: --output FILE.")
            paper = paper_of(fair, figures, language=options["language"], issued_on=timezone.localdate())
            _write(output, as_pdf(paper))
            return
        text = _json(figures) if options["format"] == "json" else _text(fair, figures, options["language"])
        if output is None:
            self.stdout.write(text)
        else:
            _write(output, f"{text}\n".encode())


def _known() -> str:
    slugs = list(Fair.objects.order_by("-starts_on", "-pk").values_list("slug", flat=True)[:10])
    return f" There are: {', '.join(slugs)}." if slugs else " There is none yet."


def _json(figures: Brief) -> str:
    return json.dumps(figures.as_dict(), ensure_ascii=False, indent=2)


def _text(fair: Fair, figures: Brief, language: str) -> str:
    with translation.override(language):
        rows = [f"{figure.label}: {getattr(figures, figure.key):,}" for figure in FIGURES]
        return "\n".join([fair.name, "", *paragraphs(fair, figures), "", *rows])


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
