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
Path = tuple[Any, ...]
"""The way to an element, from its end: `(way to what holds it, step)`, `()` for the resource."""
NOT_PAST = "an extension that may turn the meaning round, and that is not understood here"


def objects(resource: Json) -> Iterator[tuple[Path, Json]]:
    """Every object in a resource, itself included, in the order of the document."""
    waiting: list[tuple[Path, Any]] = [((), resource)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            yield path, value
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        waiting += reversed(
            [((path, step), inner) for step, inner in steps if isinstance(inner, dict | list)]
        )


def place(root: str, path: Path) -> str:
    """The FHIRPath of an element."""
    steps = []
    while path:
        path, step = path
        steps.append(step)
    return expression(root, reversed(steps))


def not_understood(resource: Resource) -> Iterator[Fault]:
    """What a reader that does not understand it must not read past (FHIR R4, extensibility):
    modifier extensions and implicit rules, at any depth.
    """
    for path, element in objects(resource.content):
        if element.get("modifierExtension"):
            yield from _modifiers(resource, path, element["modifierExtension"])
        if element.get("implicitRules"):
            yield implicit_rules(place(resource.kind, path))


def implicit_rules(at: str) -> Fault:
    """The fault of a resource that was made by rules which we do not know."""
    at = f"{at}.implicitRules"
    return Fault("implicit_rules", f"{at} names rules that are not understood here.", at)


def _modifiers(resource: Resource, path: Path, modifiers: Any) -> Iterator[Fault]:
    for at, one in enumerate(modifiers if isinstance(modifiers, list) else [modifiers]):
        if not (_of_item(resource, path) and _is_known(one)):
            where = place(resource.kind, ((path, "modifierExtension"), at))
            yield Fault("modifier_extension", f"{where} is {NOT_PAST}.", where)


def _of_item(resource: Resource, path: Path) -> bool:
    """Whether an element is an item of the claim, where a modifier is read."""
    return resource.kind == "Claim" and bool(path) and path[0] == ((), "item")


def _is_known(modifier: Any) -> bool:
    return (
        isinstance(modifier, dict)
        and modifier.get("url") == codes.INFO_CANCELLED
        and isinstance(modifier.get("valueBoolean"), bool)
    )


def pointers(resource: Resource) -> Iterator[tuple[str, str]]:
    """Every reference that a resource makes, with the element that makes it."""
    for path, element in objects(resource.content):
        reference = element.get("reference")
        if isinstance(reference, str):
            yield place(resource.kind, path), reference
