"""Frozen bundles of numpy arrays that become bytes and come back: what snapshots and shards are made of.

The bytes of equal arrays are equal on every machine: a JSON head with names, types and shapes, then the raw arrays,
little-endian, each at a multiple of 64 bytes, so that a mapped file is used in place.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, ClassVar, Self

import numpy as np

_ALIGNMENT = 64
_HEAD = 16  # bytes: the magic word, then the length of the JSON head


class NotABundle(ValueError):
    """The bytes are no bundle, or one of another kind."""


class Bundle:
    """Base of frozen dataclasses of arrays; an array field holds arrays only, everything else is JSON."""

    magic: ClassVar[bytes] = b"ZQBUNDL1"
    parts: ClassVar[dict[str, type[Bundle]]] = {}  # fields that are bundles themselves

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value = np.ascontiguousarray(value)
                value.setflags(write=False)
                object.__setattr__(self, field.name, value)

    def to_bytes(self) -> bytes:
        """The bundle as bytes; `from_bytes` is the way back."""
        head: dict[str, Any] = {"kind": type(self).__name__, "arrays": {}, "plain": {}}
        chunks: list[bytes] = []
        offset = 0
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if field.name in self.parts:
                value = np.frombuffer(value.to_bytes(), np.uint8)
            if not isinstance(value, np.ndarray):
                head["plain"][field.name] = self._plain(field.name, value)
                continue
            raw = value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes()
            head["arrays"][field.name] = (value.dtype.str, value.shape, offset)
            padding = -len(raw) % _ALIGNMENT
            chunks += (raw, bytes(padding))
            offset += len(raw) + padding
        text = json.dumps(head, ensure_ascii=False).encode()
        text += b" " * (-(_HEAD + len(text)) % _ALIGNMENT)
        return b"".join((self.magic, len(text).to_bytes(8, "little"), text, *chunks))

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> Self:
        """The bundle of these bytes, its arrays being views of them; raises NotABundle."""
        view = memoryview(data)
        if bytes(view[:8]) != cls.magic:
            raise NotABundle("the bytes are no bundle")
        try:
            return cls._read(view)
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
            raise NotABundle(f"no whole bundle of {cls.__name__}: {error}") from error

    @classmethod
    def _read(cls, view: memoryview) -> Self:
        start = _HEAD + int.from_bytes(view[8:_HEAD], "little")
        head = json.loads(bytes(view[_HEAD:start]))
        if head["kind"] != cls.__name__:
            raise NotABundle(f"it is one of {head['kind']}")
        values: dict[str, Any] = {name: cls._from_plain(name, value) for name, value in head["plain"].items()}
        for name, (kind, shape, offset) in head["arrays"].items():
            dtype = np.dtype(kind)
            count = int(np.prod(shape, dtype=np.int64))
            array = np.frombuffer(view, dtype, count, start + offset).reshape(shape)
            values[name] = cls.parts[name].from_bytes(array.data) if name in cls.parts else array
        return cls(**values)

    @classmethod
    def _plain(cls, name: str, value: Any) -> Any:
        """A field that is no array, as JSON."""
        return value

    @classmethod
    def _from_plain(cls, name: str, value: Any) -> Any:
        return value
