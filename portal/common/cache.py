"""A cache that may be lost at any moment: without its server it forgets, and nobody's page breaks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as TooSlow

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
PATIENCE = 0.5  # seconds for one answer: a cache slower than the database is of no use
SILENCE = 5.0  # seconds without another try, so that a page does not wait PATIENCE for each of its questions


class ForgivingRedisClient(RedisCacheClient):
    """Django's client, answering as an empty cache does while the server is away."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **{"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE} | options)
        self._silent_until = 0.0

    def _ask(self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        if time.monotonic() < self._silent_until:
            return otherwise
        try:
            return question()
        except (Unreachable, TooSlow) as error:
            self._silent_until = time.monotonic() + SILENCE
            logger.warning("the cache is away: %s", error)
            return otherwise

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return self._ask(lambda: super(ForgivingRedisClient, self).add(key, value, timeout), True)

    def get(self, key: Any, default: Any) -> Any:
        return self._ask(lambda: super(ForgivingRedisClient, self).get(key, default), default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._ask(lambda: super(ForgivingRedisClient, self).set(key, value, timeout), None)

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._ask(lambda: super(ForgivingRedisClient, self).touch(key, timeout), False)

    def delete(self, key: Any) -> bool:
        return self._ask(lambda: super(ForgivingRedisClient, self).delete(key), False)

    def get_many(self, keys: Any) -> dict[Any, Any]:
        return self._ask(lambda: super(ForgivingRedisClient, self).get_many(keys), {})

    def has_key(self, key: Any) -> bool:
        return self._ask(lambda: super(ForgivingRedisClient, self).has_key(key), False)

    def incr(self, key: Any, delta: int) -> int:
        """Raises ValueError while the server is away, as for a key that is not there."""
        found = self._ask(lambda: super(ForgivingRedisClient, self).incr(key, delta), None)
        if found is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(found)

    def set_many(self, data: Any, timeout: Any) -> None:
        self._ask(lambda: super(ForgivingRedisClient, self).set_many(data, timeout), None)

    def delete_many(self, keys: Any) -> None:
        self._ask(lambda: super(ForgivingRedisClient, self).delete_many(keys), None)

    def clear(self) -> bool:
        return self._ask(lambda: super(ForgivingRedisClient, self).clear(), False)


class ForgivingRedisCache(RedisCache):
    """`CACHES` backend over ForgivingRedisClient."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingRedisClient
