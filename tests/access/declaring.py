"""How the matrix is written down: addresses, who may do what with them, and what everybody else is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests.access.world import ROLES, Tenant, World

SIGNED_IN = frozenset(ROLES) - {"anonymous"}
EVERYBODY = frozenset(ROLES)
NOBODY: frozenset[str] = frozenset()
OWN, FOREIGN = "own", "foreign"
Body = Callable[[Tenant], Any]
Args = Callable[[Tenant], dict[str, Any]]


def roles(names: str) -> frozenset[str]:
    """A set of roles; the staff is always among them, because it may do what any owner may."""
    chosen = frozenset(names.split()) | {"staff"}
    assert chosen <= EVERYBODY, names
    return chosen


MEMBERS = roles("hr reader")
PAIR = roles("school hr organizer")  # both sides and the organizer may write
PAIR_READERS = roles("school hr reader organizer")
PART = {"HX-Request": "true"}  # asked for by a script, for a part of a page
SENT_BY_SCRIPT = {"anonymous": 200}  # an empty answer whose header sends the whole page to the sign-in


@dataclass(frozen=True)
class May:
    """Who may use one method, what they are answered, and what everybody else who is signed in is answered."""

    who: frozenset[str]
    status: int = 200
    denied: int = 404
    body: Body | None = None
    but: Mapping[str, int] = field(default_factory=dict)  # role or "role variant" → status, where it differs


@dataclass(frozen=True)
class Address:
    """One URL name with objects of one kind; without `args` there is nothing to own."""

    name: str
    methods: Mapping[str, May]
    args: Args | None = None
    label: str = ""  # tells apart two declarations of the same name
    searches: tuple[str, ...] = ()  # query strings under which a list is looked at too
    headers: Mapping[str, str] = field(default_factory=dict)
    budget: int = 12  # queries of a page

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    @property
    def is_public(self) -> bool:
        return any("anonymous" in may.who for may in self.methods.values())

    @property
    def variants(self) -> tuple[str, ...]:
        return (OWN, FOREIGN) if self.args else (OWN,)

    def path(self, world: World, variant: str) -> str:
        return reverse(self.name, kwargs=self.args(world.variant(variant)) if self.args else None)

    def expected(self, method: str, variant: str, role: str) -> int:
        """The status that a cell of the matrix declares."""
        may = self.methods.get(method)
        if may is None:
            return 405 if self.is_public else self._refused(role) or 405
        for exception in (f"{role} {variant}", role):
            if exception in may.but:
                return may.but[exception]
        who = may.who if variant == OWN or "stranger" in may.who else may.who & {"staff"}
        if role in who:
            return may.status
        return self._refused(role) or may.denied

    def _refused(self, role: str) -> int:
        """What an anonymous visitor gets: the sign-in, or 403 from the API."""
        return (403 if self.is_api else 302) if role == "anonymous" else 0


def page(name: str, args: Args | None = None, *, see: frozenset[str] = SIGNED_IN, **options: Any) -> Address:
    """A page that is only looked at."""
    get = May(see, **{key: options.pop(key) for key in ("status", "denied", "but") if key in options})
    return Address(name, {"GET": get}, args, **options)


def button(name: str, args: Args | None, who: frozenset[str], **options: Any) -> Address:
    """A page that is only posted to; answers with a redirection."""
    keys = ("status", "denied", "but", "body")
    given = {"status": 302} | {key: options.pop(key) for key in keys if key in options}
    return Address(name, {"POST": May(who, **given)}, args, **options)


def form(name: str, args: Args | None, who: frozenset[str], **options: Any) -> Address:
    """A form: shown, and when it is posted empty shown again with its errors."""
    keys = ("status", "denied", "but")
    given = {key: options.pop(key) for key in keys if key in options}
    posted = {key: options.pop(f"post_{key}") for key in (*keys, "body") if f"post_{key}" in options}
    post = May(who, **given | posted)
    return Address(name, {"GET": May(who, **given), "POST": post}, args, **options)
