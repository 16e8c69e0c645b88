"""Load a demo scene through the real services; twice is as good as once."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.seeding.baoan import SeedingFailed, seed_baoan
from portal.taxonomy.models import Major


class Command(BaseCommand):
    help = "Load a demo scene: sample data, marked as such, run through the real services."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scene", choices=["baoan"], default="baoan")
        parser.add_argument("--seed", type=int, default=1, help="draws wishes and outcomes (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not Major.objects.exists():
            raise CommandError("the code lists are not loaded yet: manage.py load_taxonomy")
        self.began = time.monotonic()
        try:
            seed_baoan(seed=options["seed"], say=self._say)
        except SeedingFailed as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stdout.write(f"  [{time.monotonic() - self.began:5.1f} s] {text}")
        self.stdout.flush()
