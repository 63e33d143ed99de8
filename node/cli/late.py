"""Commands that are loaded when they are named: most need libraries that others do without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module

import click

from node.errors import NodeError


class LateCommands(MutableMapping[str, click.Command]):
    """A group's commands by name. `places`: command to the module that has it under that name."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = dict(places)
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            found = getattr(import_module(self._places[name]), name)
            if not isinstance(found, click.Command):
                raise NodeError(f"{self._places[name]} has no command {name}")
            self._loaded[name] = found
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._places[name] = command.callback.__module__ if command.callback else ""
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._places[name]
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
