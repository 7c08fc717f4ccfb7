"""The elements of a resource as they came, known and unknown: what must not be ignored among them,
and whom they point at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.intake.fhir import codes
from services.intake.fhir.faults import expression
from services.intake.fhir.references import Resource
from shared.errors import Fault

Json = dict[str, Any]
Path = tuple[int | str, ...]
MARKED = frozenset({"modifierExtension", "implicitRules", "reference"})
NOT_PAST = "an extension that may turn the meaning round, and that is not understood here"


def marked(value: Any) -> list[tuple[Path, Json]]:
    """Every object below a value, itself included, that points elsewhere or must not be read past,
    with the way to it: few of many, and only their ways are written down.
    """
    found: list[tuple[Path, Json]] = []
    steps = value.items() if type(value) is dict else enumerate(value)
    if type(value) is dict and not MARKED.isdisjoint(value):
        found.append(((), value))
    for step, inner in steps:
        if type(inner) is dict or type(inner) is list:
            found += [((step, *path), one) for path, one in marked(inner)]
    return found


def not_understood(resource: Resource, elements: list[tuple[Path, Json]]) -> Iterator[Fault]:
    """What a reader that does not understand it must not read past (FHIR R4, extensibility):
    modifier extensions and implicit rules, at any depth.
    """
    for path, element in elements:
        if element.get("modifierExtension"):
            yield from _modifiers(resource, path, element["modifierExtension"])
        if element.get("implicitRules"):
            yield implicit_rules(expression(resource.kind, path))


def pointers(resource: Resource, elements: list[tuple[Path, Json]]) -> Iterator[tuple[str, str]]:
    """Every reference that a resource makes, with the element that makes it."""
    for path, element in elements:
        reference = element.get("reference")
        if isinstance(reference, str):
            yield expression(resource.kind, path), reference


def implicit_rules(at: str) -> Fault:
    """The fault of a resource that was made by rules which we do not know."""
    at = f"{at}.implicitRules"
    return Fault("implicit_rules", f"{at} names rules that are not understood here.", at)


def _modifiers(resource: Resource, path: Path, modifiers: Any) -> Iterator[Fault]:
    for at, one in enumerate(modifiers if isinstance(modifiers, list) else [modifiers]):
        if not (_of_item(resource, path) and _is_known(one)):
            where = expression(resource.kind, (*path, "modifierExtension", at))
            yield Fault("modifier_extension", f"{where} is {NOT_PAST}.", where)


def _of_item(resource: Resource, path: Path) -> bool:
    """Whether an element is an item of the claim, where a modifier is read."""
    return resource.kind == "Claim" and path[:1] == ("item",) and len(path) == len(("item", 0))


def _is_known(modifier: Any) -> bool:
    return (
        isinstance(modifier, dict)
        and modifier.get("url") == codes.INFO_CANCELLED
        and isinstance(modifier.get("valueBoolean"), bool)
    )
