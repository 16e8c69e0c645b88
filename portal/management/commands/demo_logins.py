"""Print the demo's logins, one per role, if this installation holds the demo."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts.models import User
from portal.management.demo_users import DEMO_USERS, demo_password


class Command(BaseCommand):
    help = "Print one login per role of the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        addresses = [email for email, _ in DEMO_USERS.values()]
        known = set(User.objects.filter(email__in=addresses).values_list("email", flat=True))
        for part, (email, _name) in DEMO_USERS.items():
            if email in known:
                self.stdout.write(f"  {part:<10} {email}  {demo_password()}")
