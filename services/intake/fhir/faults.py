"""What is wrong with a bundle: everything at once, each with the element that it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, TypeVar

from shared.errors import Fault, Malformed
from shared.json_text import listed, misfit, own

T = TypeVar("T")
Step = int | str


class Faults:
    """Collects what is wrong while the reading goes on, each fault once."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}

    def add(self, *faults: Fault) -> None:
        """Notes faults."""
        self._found.update(dict.fromkeys(faults))

    def tried(self, read: Callable[[], T]) -> T | None:
        """What `read` gives; its refusal is noted, and the reading goes on without it."""
        try:
            return read()
        except Malformed as refused:
            self.add(*refused.faults)
            return None

    def sure(self, value: T | None) -> T:
        """A value that was tried, once nothing is wrong: raises the refusal that tells all."""
        if value is None or self._found:
            raise refusal(tuple(self._found))
        return value


def fault(code: str, text: str, place: str = "") -> Malformed:
    """The refusal for one reason."""
    return refusal((Fault(code, text, place),))


def refusal(faults: tuple[Fault, ...]) -> Malformed:
    """The refusal for these reasons; it has the code of the first one."""
    sentences = [one.text for one in faults]
    text = sentences[0] if len(sentences) == 1 else listed(sentences)
    return Malformed(text, code=faults[0].code, faults=faults)


def misfitting(root: str, errors: Sequence[Mapping[str, Any]]) -> Malformed:
    """The refusal of a resource that does not fit its schema; never a value."""
    return refusal(
        tuple(
            Fault("schema", f"{at} cannot be read: {misfit(one)}.", at)
            for one in own(errors)
            for at in [expression(root, takewhile(_is_element, one["loc"]))]
        )
    )


def expression(root: str, steps: Iterable[Step]) -> str:
    """The FHIRPath of an element, for instance `Claim.item[0].quantity`."""
    return root + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _is_element(step: Step) -> bool:
    """Whether a step of pydantic's leads to an element, and not to a kind of its value."""
    return isinstance(step, int) or (step.isalpha() and step != "str")
