"""A happened below: what demands and programmes do about it. A lost signal is found by the beat's `settle_names`."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from portal.demands.tasks import settle_names
from portal.taxonomy.queue.signals import name_decided


@receiver(name_decided, dispatch_uid="settle the decided name")
def on_name_decided(sender: object, name_id: int, **_kwargs: Any) -> None:
    settle_names.apply_async(kwargs={"name_id": name_id}, retry=False)
