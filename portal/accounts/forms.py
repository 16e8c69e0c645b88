"""What people may change of themselves."""

from __future__ import annotations

from django import forms

from portal.accounts.models import User


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name and language of the person who is signed in."""

    class Meta:
        model = User
        fields = ["name", "language"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"}), "language": forms.RadioSelect}
