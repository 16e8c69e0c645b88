from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Fairs and agreements")

    def ready(self) -> None:
        from events.agreements import actions as agreements
        from events.agreements import drafting, receivers, rendering  # noqa: F401 — they register themselves
        from events.agreements.relations import history_url, partners_of
        from events.fairs import actions as fairs
        from events.fairs import (
            admission,
            letters_work,  # noqa: F401 — registers the kinds of job
        )
        from events.fairs.views.public import next_fairs
        from events.meetings import actions as meetings
        from events.meetings import tasks  # noqa: F401 — registers the kind of job
        from events.prints import packing  # noqa: F401 — registers the kind of job
        from events.review import actions as review
        from events.review import notices as review_notices  # noqa: F401 — they register themselves
        from events.review import receivers as review_receivers  # noqa: F401 — they register themselves
        from events.review.services import check_not_barred
        from events.statistics import papers  # noqa: F401 — registers the kind of job
        from matching import relations
        from portal.pages import registry

        registry.register_next_actions(fairs.next_actions)
        registry.register_next_actions(fairs.organizer_actions)
        registry.register_next_actions(meetings.next_actions)
        registry.register_next_actions(agreements.next_actions)
        registry.register_next_actions(review.next_actions)
        admission.register_check(check_not_barred)
        registry.register_numbers(fairs.numbers)
        registry.register_public_section("fairs/public_section.html", next_fairs)
        relations.register(relations.Relations(partners_of=partners_of, history_url=history_url))
