"""Safe YAML: no aliases, anchors, tags or duplicate keys, bounded size and depth, exact numbers,
and the line of everything for error messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from shared.errors import Malformed

MAX_BYTES = 512 * 1024
MAX_DEPTH = 40
LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Written in C where PyYAML was built with it, which is ten times as quick."""
SourcePlace = tuple[str | int, ...]


class PolicyInvalid(Malformed):
    """A policy, vocabulary or score table cannot be loaded."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        super().__init__(f"{file}:{line}: {reason}", code="policy_invalid")


@dataclass(frozen=True)
class SourceDocument:
    """A file's content and on which line each part of it stands."""

    file: str
    content: Any
    lines: dict[SourcePlace, int] = field(repr=False)

    def error(self, place: SourcePlace, reason: str) -> PolicyInvalid:
        """The error that `reason` applies at `place`, with the nearest known line."""
        at = place
        while at and at not in self.lines:
            at = at[:-1]
        where = ".".join(str(part) for part in place)
        return PolicyInvalid(
            self.file, self.lines.get(at, 1), f"{where}: {reason}" if where else reason
        )


def read(text: str, file: str) -> SourceDocument:
    """The document in `text`; raises `PolicyInvalid` with file, line and reason."""
    if len(text.encode()) > MAX_BYTES:
        raise PolicyInvalid(file, 1, f"larger than {MAX_BYTES} bytes")
    try:
        _refuse_aliases(text, file)
        root = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyInvalid(file, line, error.problem or "not YAML") from None
    except yaml.YAMLError:
        raise PolicyInvalid(file, 1, "not YAML") from None
    lines: dict[SourcePlace, int] = {}
    content = None if root is None else _Reading(file, lines).value(root, ())
    return SourceDocument(file, content, lines)


def _refuse_aliases(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise PolicyInvalid(file, line, "anchors and aliases are not allowed")
        if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) is not None:
            raise PolicyInvalid(file, line, "tags are not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(
            event, yaml.CollectionEndEvent
        )
        if depth > MAX_DEPTH:
            raise PolicyInvalid(file, line, f"nested deeper than {MAX_DEPTH}")


class _Reading:
    def __init__(self, file: str, lines: dict[SourcePlace, int]) -> None:
        self.file, self.lines = file, lines
        self.scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node, place: SourcePlace) -> Any:
        self.lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*place, at)) for at, child in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode, place: SourcePlace) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, child in node.value:
            key = self.key(key_node)
            if key in out:
                raise PolicyInvalid(
                    self.file, key_node.start_mark.line + 1, f"the key {key} stands twice"
                )
            out[key] = self.value(child, (*place, key))
        return out

    def key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.value == "<<":
            raise PolicyInvalid(self.file, node.start_mark.line + 1, "a key must be plain text")
        return str(node.value)

    def scalar(self, node: yaml.Node) -> Any:
        if node.tag == "tag:yaml.org,2002:float":
            try:
                number = Decimal(node.value.replace("_", ""))
            except ArithmeticError:
                number = Decimal("NaN")
            if not number.is_finite():
                raise PolicyInvalid(
                    self.file, node.start_mark.line + 1, "a number must be finite and decimal"
                )
            return number
        try:
            return self.scalars.construct_object(node)
        except (ValueError, yaml.YAMLError):
            raise PolicyInvalid(
                self.file, node.start_mark.line + 1, "the value cannot be read"
            ) from None
