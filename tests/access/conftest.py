"""One world for all tests of the package: laid out once, every test's own changes are undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from tests.access.crawling import Answer, People, Tables, contents_of_the_tables, crawl
from tests.access.world import World, lay_world


@dataclass
class Stage:
    """The world, its people with their clients, and what they were answered once somebody has looked."""

    world: World
    people: People
    answers: list[Answer] = field(default_factory=list)
    tables: list[Tables] = field(default_factory=list)  # before and after they looked


@pytest.fixture(scope="package")
def _stage(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    media: Path = tmp_path_factory.mktemp("media")
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media, PASSWORD_HASHERS=quick),
        transaction.atomic(),
    ):
        cache.clear()  # the limits of the sign-in pages count there
        world = lay_world()
        yield Stage(world, People(world))
        transaction.set_rollback(True)


@pytest.fixture
def stage(_stage: Stage, db: None) -> Stage:
    """The laid-out world for one test; what the test writes is undone."""
    return _stage


@pytest.fixture
def world(stage: Stage) -> World:
    return stage.world


@pytest.fixture
def people(stage: Stage) -> People:
    return stage.people


@pytest.fixture
def answers(stage: Stage) -> list[Answer]:
    """What everybody was answered everywhere; the first test that asks for it has them look."""
    if not stage.answers:
        stage.tables.append(contents_of_the_tables())
        stage.answers.extend(crawl(stage.world, stage.people))
        stage.tables.append(contents_of_the_tables())
    return stage.answers
