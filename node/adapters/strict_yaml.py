"""YAML read strictly: plain values only, and a key that is there twice is an error instead of a silent choice."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

from node.errors import MappingError


class _StrictLoader(yaml.SafeLoader):
    """PyYAML's safe loader, minus its rule that the last of two equal keys wins, aliases and merge keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            # An alias can make a short file unfold into a huge or endless one.
            raise yaml.constructor.ConstructorError(
                None,
                None,
                "aliases (`*name`) are not allowed; write the value out",
                self.peek_event().start_mark,  # type: ignore[no-untyped-call]  # types-pyyaml leaves it so
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key “{key}” is there twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_strict_yaml(text: str, where: str) -> object:
    """The one document in `text`; `where` names its file in messages.

    Raises: MappingError naming the line, where the text is no valid YAML, repeats a key, uses an alias or a
    tag beyond plain values, or holds more than one document.
    """
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  # a subclass of SafeLoader
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise MappingError(f"{where}{line}: not valid YAML: {problem.problem or problem.context}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise MappingError(f"{where}: not valid YAML: {problem}") from None
