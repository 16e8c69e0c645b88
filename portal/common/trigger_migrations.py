"""A migration's step that installs many triggers at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class InstallTriggers(Operation):
    """Install the triggers that the `triggers` option of these models' states names.

    pgtrigger's own AddTrigger is one step a trigger, each of which has Django render the models anew: with a hundred of
    them that is most of the time in which an empty database gets its tables.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_names: Sequence[str]) -> None:
        self.model_names = list(model_names)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_names], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The states have their triggers from the creation of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for trigger in self._triggers(app_label, to_state):
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for trigger in self._triggers(app_label, from_state):
            schema_editor.execute(trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        return f"Install the triggers of {len(self.model_names)} models"

    def _triggers(self, app_label: str, state: ProjectState) -> list[Any]:
        models = (state.models[app_label, name.lower()] for name in self.model_names)
        return [trigger for model in models for trigger in model.options["triggers"]]
