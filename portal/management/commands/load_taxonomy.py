"""Load the shipped code lists: `manage.py load_taxonomy [--force] [--folder FOLDER]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.taxonomy import readers
from portal.taxonomy.loading import load_code_lists
from portal.taxonomy.tables import CodeListError


class Command(BaseCommand):
    help = "Bring regions, industries, occupations, majors, skills … to the state of the shipped lists."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="compare every row although the lists are known")
        parser.add_argument("--folder", type=Path, default=readers.DATA, help="the folder with the lists")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            counts = load_code_lists(at=timezone.now(), folder=folder, force=options["force"])
        except (CodeListError, FileNotFoundError) as error:
            raise CommandError(str(error)) from error
        if not counts:
            self.stdout.write("Code lists: up to date.")
        for name, count in counts.items():
            self.stdout.write(
                f"{name}: {count.created} new, {count.changed} changed, "
                f"{count.unchanged} unchanged, {count.retired} retired"
            )
