"""Which `manage.py` commands need the embedded servers, and their use for the time of one command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from portal.embedded.errors import EmbeddedError
from portal.embedded.paths import Paths
from portal.embedded.postgres import ensure_database
from portal.embedded.servers import running

WITHOUT = frozenset(  # neither read nor write a row
    {"check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "spectacular"}
    | {"startapp", "startproject", "version"}
)
BY_ITSELF = frozenset({"up"})  # starts them when and how it likes
BETTER_WITH = frozenset({"makemigrations"})  # checks the history of the database if there is one
TALKING_TO_DATABASE = ("--database", "--deploy")  # `check --database default` does


def embedded_servers(paths: Paths, *, database_host: str, redis_urls: Sequence[str]) -> tuple[str, ...]:
    """The servers that settings with these addresses expect us to run."""
    names = ["postgres"] if database_host == str(paths.socket_dir) else []
    if any(str(paths.redis_sock) in url for url in redis_urls):
        names.append("valkey")
    return tuple(names)


@contextmanager
def servers_for(argv: Sequence[str], paths: Paths, *, names: Sequence[str], database: str) -> Iterator[None]:
    """Run the body, a management command, with the servers and the database it needs.

    Raises EmbeddedError when a needed server cannot be started.
    """
    command = argv[1] if len(argv) > 1 else "help"
    with ExitStack() as stack:
        if names and needs_servers(command, argv[2:]):
            try:
                stack.enter_context(running(paths, names=names))
                if "postgres" in names:
                    ensure_database(paths, database)
            except EmbeddedError:
                if command not in BETTER_WITH:
                    raise
        yield


def needs_servers(command: str, options: Sequence[str]) -> bool:
    """Is the command one that works on rows, called so that it will?"""
    if command in BY_ITSELF or command.startswith("-") or {"-h", "--help"} & set(options):
        return False
    return command not in WITHOUT or any(option.startswith(TALKING_TO_DATABASE) for option in options)
