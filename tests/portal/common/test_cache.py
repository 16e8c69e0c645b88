from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from portal.common import cache as forgiving
from portal.common.cache import ForgivingRedisCache
from portal.embedded.paths import Paths
from portal.embedded.valkey import Valkey


@pytest.fixture
def server(tmp_path) -> Iterator[Valkey]:
    """A server of this test's own, that it may stop."""
    paths = Paths(tmp_path)
    paths.ensure()
    valkey = Valkey(paths, durable=False)
    started(valkey)
    yield valkey
    valkey.stop()


def started(valkey: Valkey) -> None:
    valkey.start()
    deadline = time.monotonic() + 10
    while not valkey.is_ready():
        assert time.monotonic() < deadline, valkey.failure()
        time.sleep(0.02)


def cache_of(valkey: Valkey) -> ForgivingRedisCache:
    return ForgivingRedisCache(f"unix://{valkey.paths.redis_sock}", {})


def test_cache_keeps_values_while_its_server_runs(server):
    cache = cache_of(server)
    cache.set("n", 1)
    assert cache.get("n") == 1
    assert cache.add("n", 2) is False
    assert cache.incr("n") == 2
    assert cache.get_many(["n", "none"]) == {"n": 2}
    assert cache.delete("n") is True


def test_cache_forgets_when_its_server_is_stopped(server):
    cache = cache_of(server)
    cache.set("n", 1)
    server.stop()
    assert cache.get("n", "gone") == "gone"
    assert cache.add("n", 1) is True
    cache.set("n", 1)
    cache.set_many({"n": 1})
    cache.delete_many(["n"])
    assert cache.get_many(["n"]) == {}
    assert (cache.has_key("n"), cache.touch("n"), cache.delete("n"), cache.clear()) == (False,) * 4
    with pytest.raises(ValueError, match="not found"):
        cache.incr("n")


def test_cache_does_not_wait_for_a_server_that_never_answers(tmp_path, monkeypatch):
    """A socket that is listened on and never served, as of a frozen host."""
    monkeypatch.setattr(forgiving, "PATIENCE", 0.1)
    with socket.socket(socket.AF_INET) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        cache = ForgivingRedisCache(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", {})
        began = time.monotonic()
        assert [cache.get(str(n)) for n in range(20)] == [None] * 20
        assert time.monotonic() - began < 1.0


def test_cache_asks_again_after_a_silence(server, monkeypatch):
    monkeypatch.setattr(forgiving, "SILENCE", 0.2)
    cache = cache_of(server)
    server.stop()
    assert cache.get("n", "gone") == "gone"
    started(server)
    cache.set("n", 1)
    assert cache.get("n", "still silent") == "still silent"
    time.sleep(0.2)
    cache.set("n", 1)
    assert cache.get("n") == 1
