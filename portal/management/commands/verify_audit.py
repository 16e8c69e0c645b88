"""Walk the audit chain and name every event that was changed or is missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit.models import AuditEvent
from portal.audit.services import broken_links


class Command(BaseCommand):
    help = "Verify the audit chain; --head DIGEST also finds a cut tail, given a digest noted down earlier."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", help="digest of an event known to have been there")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(broken_links(expected_head=options["head"]))
        if broken:
            raise CommandError("\n".join(f"event {link.event_id}: {link.reason}" for link in broken))
        last = AuditEvent.objects.order_by("-id").first()
        self.stdout.write(f"{AuditEvent.objects.count()} events, unbroken; head {last.digest if last else '-'}")
