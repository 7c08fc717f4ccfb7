"""What must hold of every determination of a case, told from the requests and the events alone.

It shares no code with the services: contents are compared here as a clerk would compare two
requests lying side by side.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Json = dict[str, Any]
GRANTED = frozenset({"A1", "A6"})
ADVERSE = frozenset({"A3", "A6"})


class Content(NamedTuple):
    """What a line asks for: `essence` is what an authorization is for, `whole` everything that may
    be told apart.
    """

    essence: tuple[Any, ...]
    whole: tuple[Any, ...]
    units: int


class Told(NamedTuple):
    """What was told of a line: its code, its authorization's number, who decided."""

    determination: str
    number: str | None
    basis: str
    reviewer: str | None


class Truth:
    """The requests and what was told of them, in the order in which criteria decided."""

    def __init__(self) -> None:
        self.contents: dict[tuple[int, int], Content] = {}
        self.given: dict[str, Content] = {}
        self._valid: dict[int, frozenset[str]] = {}
        self._told: dict[int, Told] = {}
        self._decided: dict[tuple[int, tuple[Any, ...]], Told] = {}
        self._seen: set[tuple[int, tuple[Any, ...], str]] = set()

    def asked(self, version: int, request: Json) -> None:
        """A version of the request is accepted."""
        for line in request["lines"]:
            self.contents[version, line["sequence"]] = content_of(request, line)

    def looked_at(self, sequence: int, version: int, determination: str) -> None:
        """A clinician decided the line as they saw it in this version."""
        seen = self.contents[version, sequence]
        self._seen.add((sequence, seen.whole, determination))

    def decided(self, events: list[tuple[str, Json]], *, version: int, review: bool) -> None:
        """Criteria decided something, at this version of the request, and told these events."""
        known = set(self.given)
        for kind, data in events:
            if kind == "LineDetermined":
                self._line(data, version, review=review)
        self._once(version, set(self.given) - known)
        for kind, data in events:
            if kind == "CaseDetermined":
                self._case(data, review=review)

    def _line(self, data: Json, version: int, *, review: bool) -> None:
        sequence, now = data["sequence"], data["determination"]
        content = self.contents[version, sequence]
        numbers = frozenset(one["number"] for one in data["former"])
        told = Told(now, number_of(data), data["basis"], (data["reviewer"] or {}).get("id"))
        self._by_whom(told, sequence, content, review=review)
        if now in GRANTED:
            assert not numbers, "an approval ends what was granted before it"
            self._granted(told, sequence, content, data["authorization"])
        else:
            assert told.number is None, "nothing is granted without an approval"
        if now == "C":
            self._forget(sequence)
        elif now not in GRANTED:
            assert numbers == self._valid.get(sequence, frozenset()), "what is valid stays so"
        self._told[sequence] = told
        self._comes_back(sequence, content, review=review)
        if now in GRANTED or now in ADVERSE:
            self._decided[sequence, content.whole] = told

    def _by_whom(self, told: Told, sequence: int, content: Content, *, review: bool) -> None:
        """Software approves or pends; everything else is a clinician's, of what they saw, or the
        sender's.
        """
        allowed = {"engine": {"A1", "A4"}, "clinician": {"A1", "A3", "A6"}, "sender": {"C"}}
        assert told.determination in allowed[told.basis], "software never decides adversely"
        if told.basis != "clinician":
            return
        assert told.reviewer, "a clinician's decision names the clinician"
        ofs = {
            whole[: len(content.essence)]
            for line, whole, determination in self._seen
            if (line, determination) == (sequence, told.determination)
        }
        assert content.essence in ofs, "a review is of what its clinician saw"
        if review:
            seen = (sequence, content.whole, told.determination)
            assert seen in self._seen, "a review is of the newest content"

    def _granted(self, told: Told, sequence: int, content: Content, grant: Json) -> None:
        assert told.number, "an approval has a number"
        known = self.given.setdefault(told.number, content)
        assert known.essence == content.essence, "no number for two contents"
        assert grant["units"] == content.units, "as many units as were asked for"
        self._valid[sequence] = frozenset({told.number})

    def _once(self, version: int, new: set[str]) -> None:
        """What was granted now is granted by no other number to a line that asks for the same."""
        granted = {
            (self.contents[version, line].whole, told.number)
            for line, told in self._told.items()
            if told.number is not None
        }
        for whole, number in granted:
            same = {one for other, one in granted if other == whole}
            assert number not in new or same == {number}, "what is asked twice is granted once"

    def _forget(self, sequence: int) -> None:
        """The line is withdrawn, with whatever was decided on it."""
        self._valid[sequence] = frozenset()
        self._decided = {key: one for key, one in self._decided.items() if key[0] != sequence}

    def _case(self, data: Json, *, review: bool) -> None:
        version = data["request_version"]
        for line in data["lines"]:
            sequence, number = line["sequence"], number_of(line)
            told = self._told[sequence]
            assert (line["determination"], number) == told[:2], "a case sums up its lines"
            former = {one["number"] for one in line["former"]}
            self.covers(sequence, version, number, former)
            self._comes_back(sequence, self.contents[version, sequence], review=review)

    def _comes_back(self, sequence: int, content: Content, *, review: bool) -> None:
        """What was decided on this content before is what is told now, unless a clinician lifts it
        or the sender withdraws it.
        """
        told, before = self._told[sequence], self._decided.get((sequence, content.whole))
        if before is not None and not review and told.determination != "C":
            assert told == before, "a determination comes back with its content"

    def covers(self, sequence: int, version: int, number: str | None, former: set[str]) -> None:
        """The authorization of a line is for what the line asks for; former ones were given for
        something that it asked for once.
        """
        essence = self.contents[version, sequence].essence
        if number is not None:
            assert self.given[number].essence == essence, "a number covers what was decided"
        asked = {one.essence for (_, line), one in self.contents.items() if line == sequence}
        for one in former:
            assert self.given[one].essence in asked, "a former number covers what was decided"


def number_of(data: Json) -> str | None:
    """The number of the authorization, if there is one."""
    return data["authorization"]["number"] if data["authorization"] else None


def content_of(request: Json, line: Json) -> Content:
    """A line as it is asked for in a request, spelling aside."""
    codes = sorted((one["system"], one["code"], one.get("units", 1)) for one in line["codes"])
    essence = (
        request["member"]["id"],
        tuple(sorted(line["services"])),
        tuple(codes),
        (line.get("segment") or "").strip().upper(),
        line.get("site") or "",
    )
    further = (
        tuple(sorted({one.replace(".", "") for one in line["diagnoses"]})),
        line.get("service_date"),
        line.get("start_of_care"),
        (request.get("performer") or {}).get("npi"),
        (request.get("performer") or {}).get("name"),
    )
    return Content(essence, (*essence, *further), sum(units for *_, units in codes) or 1)
