"""The signed link of a letter: who holds it answers for one organization at one fair, without an account."""

from __future__ import annotations

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from events.fairs.models import Participation

_signer = Signer(salt="fairs.reply", sep=".")


class LinkVoid(Exception):
    """Not a link of ours, or one given out before its serial was raised."""


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Whoever opened the signed link of a letter: may answer for this one participation while the serial counts."""

    participation_id: int
    serial: int


def token_of(public_id: uuid.UUID, serial: int) -> str:
    """About 70 characters that stand in an address as they are."""
    name = urlsafe_b64encode(public_id.bytes).decode().rstrip("=")
    return _signer.sign(f"{name}~{serial}")


def reply_path(participation: Participation) -> str:
    """Where the organization answers."""
    return reverse("fairs:reply", args=[token_of(participation.public_id, participation.reply_serial)])


def opened(token: str) -> tuple[Participation, LinkHolder]:
    """The participation, with fair and organization, and what the holder of the link acts as; raises LinkVoid."""
    try:
        name, serial = _signer.unsign(token).split("~")
        public_id = uuid.UUID(bytes=urlsafe_b64decode(name + "=="))
        row = Participation.objects.select_related("fair__organizer", "organization").get(
            public_id=public_id, reply_serial=int(serial)
        )
    except (BadSignature, ValueError, Participation.DoesNotExist) as error:
        raise LinkVoid from error
    return row, LinkHolder(row.pk, row.reply_serial)
