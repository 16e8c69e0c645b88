"""A form's field for a file from people: it gives a CheckedFile, or says beside itself what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext

from portal.common.uploads import MEGABYTE, FileKind, UploadRefused, check_upload, kinds_told


class UploadField(forms.FileField):
    """Takes one file of the allowed kinds, of at most `most_bytes`; its cleaned value is a CheckedFile or None."""

    def __init__(self, *, allowed: Collection[FileKind], most_bytes: int, **options: Any) -> None:
        self.allowed = frozenset(allowed)
        self.most_bytes = most_bytes
        options.setdefault("help_text", lazystr(_Help(self.allowed, most_bytes)))
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the browser offer only files of these kinds."""
        endings = [ending for kind in FileKind if kind in self.allowed for ending in kind.endings]
        return {**super().widget_attrs(widget), "accept": ",".join(endings)}

    def to_python(self, data: Any) -> Any:
        """The CheckedFile of an upload; None for none."""
        if data in self.empty_values:
            return None
        try:
            return check_upload(data, allowed=self.allowed, most_bytes=self.most_bytes)
        except UploadRefused as refused:
            raise forms.ValidationError(str(refused), code=refused.flaw.name.lower()) from refused


class _Help:
    """Which files are taken, in the language of whoever reads it."""

    def __init__(self, allowed: Collection[FileKind], most_bytes: int) -> None:
        self._allowed, self._most = allowed, most_bytes

    def __str__(self) -> str:
        facts = {"kinds": kinds_told(self._allowed), "most": f"{self._most / MEGABYTE:g}"}
        return gettext("%(kinds)s, at most %(most)s MB.") % facts
