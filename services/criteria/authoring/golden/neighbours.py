"""Cases that differ from a golden case in one or a few facts: where a missing golden case is looked
for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.criteria.authoring.golden.boundary_values import ABSENT, fact, thresholds, values
from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.authoring.golden.request_edits import saying
from services.criteria.engine.edition.edition import Edition
from shared.body.spine import LEVELS
from shared.events.request import AuthorizationRequest, Fact, ListStatement

SERVICES, SEGMENT, LIST, SUBJECT = "services of line", "segment of line", "list", "subject"
SAID = "the request itself"
"""Whose fact it is that the request says with a field of its own."""
PLACES = ("T6", "L1", "L3", "L5")


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference: a fact (`ABSENT`: not documented), a line's segment or services, a list said
    to be complete or not, a subject left out.
    """

    what: str
    of: str
    value: Any

    def __str__(self) -> str:
        """The edit as a golden case writes it, or nearly so."""
        if self.of == SAID:
            return f"{self.what} of the request: {_yaml(self.value)}"
        if self.what == SUBJECT:
            return f"without_subjects: [{self.of}]"
        if self.what == LIST:
            return f"lists: [{{name: {self.of}, closed: {str(self.value).lower()}}}]"
        if self.what in {SERVICES, SEGMENT}:
            return (
                f"{self.what.split()[0]}{'s' if self.what == SEGMENT else ''}: {{{self.of}: "
                f"{_yaml(self.value)}}}"
            )
        subject = f', subject: "{self.of}"' if self.of != "member" else ""
        without = f"without: [{{path: {self.what}{subject}}}]"
        return (
            without
            if self.value is ABSENT
            else f"{without}, with: [{{path: {self.what}{subject}, value: {_yaml(self.value)}}}]"
        )


def _yaml(value: Any) -> str:
    plain = (
        value.model_dump(exclude_defaults=True)
        if hasattr(value, "model_dump")
        else list(value)
        if isinstance(value, tuple)
        else value
    )
    return json.dumps(plain)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A golden case with some edits."""

    case: str
    edits: tuple[Edit, ...]
    request: AuthorizationRequest
    at: datetime

    def __str__(self) -> str:
        """How to write it: the case that it starts from, and the edits."""
        return f"{self.case!r}" + "".join(f"; {one}" for one in self.edits)


def edits(edition: Edition, case: GoldenCase) -> list[Edit]:
    """Every single edit of a case that the edition could notice."""
    compared = thresholds(edition)
    request = case.request
    subjects = sorted({one.subject for one in request.facts if ":" in one.subject})
    found = [Edit(SUBJECT, one, ABSENT) for one in subjects]
    for path, entry in edition.entries.items():
        kind = entry.spec.of
        of = (
            ["member"]
            if kind == "member"
            else [one for one in subjects if one.startswith(f"{kind}:")] or [f"{kind}:{PLACES[0]}"]
        )
        choices = (ABSENT, *values(entry, compared.get(path, set()), case.at.date()))
        found += [Edit(path, one, value) for one in of for value in choices]
    for path, _ in edition.of_request:
        entry = edition.vocabulary.entries[path]
        choices = (ABSENT, *values(entry, compared.get(path, set()), case.at.date()))
        found += [Edit(path, SAID, value) for value in choices]
    closed = sorted(
        {spec.closed_by for spec in edition.vocabulary.lists.values()}
        | {p for p, one in edition.entries.items() if one.spec.type == "set"}
    )
    found += [Edit(LIST, name, value) for name in closed for value in (True, False)]
    for line in request.lines:
        found += [
            Edit(SERVICES, str(line.sequence), tuple(one for one in line.services if one != gone))
            for gone in line.services
            if len(line.services) > 1
        ]
        found += [Edit(SEGMENT, str(line.sequence), value) for value in _segments(line.segment)]
    return found


def _segments(segment: str | None) -> Iterator[str | None]:
    if segment is None or any(end not in LEVELS for end in segment.split("-")):
        return
    ends = [LEVELS.index(end) for end in segment.split("-")]
    yield None
    for top, bottom in (
        (ends[0] + 1, ends[-1]),
        (ends[0] - 1, ends[-1]),
        (ends[0], ends[-1] - 1),
        (ends[0], ends[-1] + 1),
    ):
        if 0 <= top <= bottom < len(LEVELS):
            yield f"{LEVELS[top]}-{LEVELS[bottom]}"


def edited(case: GoldenCase, request: AuthorizationRequest, chosen: Iterable[Edit]) -> Neighbour:
    """The case with these edits; `request` is the case's own."""
    made = tuple(chosen)
    for one in made:
        request = _apply(request, one, case.at.date())
    return Neighbour(case.name, made, request, case.at)


def _apply(request: AuthorizationRequest, one: Edit, day: date) -> AuthorizationRequest:
    if one.of == SAID:
        return saying(request, one.what, one.value, day)
    if one.what == SUBJECT:
        return request.model_copy(
            update={"facts": tuple(each for each in request.facts if each.subject != one.of)}
        )
    if one.what == LIST:
        kept = tuple(each for each in request.lists if each.name != one.of)
        return request.model_copy(
            update={"lists": (*kept, ListStatement(name=one.of, closed=one.value))}
        )
    if one.what in {SERVICES, SEGMENT}:
        field = "services" if one.what == SERVICES else "segment"
        lines = [
            line.model_copy(update={field: one.value}) if str(line.sequence) == one.of else line
            for line in request.lines
        ]
        return request.model_copy(update={"lines": tuple(lines)})
    others: list[Fact] = [
        each for each in request.facts if (each.path, each.subject) != (one.what, one.of)
    ]
    return request.model_copy(
        update={
            "facts": (
                *others,
                *(() if one.value is ABSENT else (fact(one.what, one.of, one.value),)),
            )
        }
    )


def draws(n: int, of: int, seed: str) -> Iterator[int]:
    """`n` numbers below `of`, the same every time."""
    for at in range(n):
        yield (
            int.from_bytes(hashlib.blake2b(f"{seed}/{at}".encode(), digest_size=6).digest(), "big")
            % of
        )
