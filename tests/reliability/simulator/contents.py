"""To which content of a line each determination belongs, as the events alone tell: kept apart from
the digests that the services compute.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.reliability.simulator.violated import must

if TYPE_CHECKING:
    from tests.reliability.simulator.invariants import Durable

FINAL = frozenset({"A1", "A3", "A6"})
ADVERSE = frozenset({"A3", "A6"})
GRANTED = frozenset({"A1", "A6"})
CLINICAL = ("services", "codes", "segment", "site", "start_of_care")

Place = tuple[UUID, int]


class Contents:
    """What was asked, decided and granted, by case and line."""

    def __init__(self) -> None:
        self._asked: dict[tuple[UUID, int, int], str] = {}
        self._determined: dict[tuple[UUID, int, str], str] = {}
        self._newest: dict[Place, str] = {}
        self._granted: dict[str, str] = {}
        self._valid: dict[Place, str] = {}
        self._reviewed: set[tuple[UUID, int, str]] = set()

    def accepted(self, said: Durable) -> None:
        """A version is accepted: what each of its lines asks for, without what may change by an
        administrative amendment.
        """
        request = said.data["request"]
        for line in request["lines"]:
            asked = [request["member"]["id"], *(line.get(name) for name in CLINICAL)]
            key = (said.envelope.case_id, said.data["version"], line["sequence"])
            self._asked[key] = json.dumps(asked, sort_keys=True)

    def reviewed(self, case_id: UUID, sequence: int, digest: str) -> None:
        """A clinician wrote a review of this content."""
        self._reviewed.add((case_id, sequence, digest))

    def review_recorded(self, said: Durable) -> None:
        """A review is in force: of a content that its clinician had seen."""
        seen = (said.envelope.case_id, said.data["sequence"], said.data["digest"])
        must(seen in self._reviewed, "a review is of the content that it names", seen[1:])

    def line_determined(self, said: Durable) -> None:
        """One terminal determination a content; after it only its return, a clinician who lifts a
        refusal, or its sender's withdrawal.
        """
        case_id, sequence = said.envelope.case_id, said.data["sequence"]
        content = (case_id, sequence, said.data["digest"])
        must(
            said.data["determination"] not in ADVERSE or self._stands(content, said.data),
            "a refusal stands on a clinician",
            f"line {sequence} of {case_id}",
        )
        before, now = self._determined.get(content, "A4"), said.data["determination"]
        lifted = before == "A3" and now == "A1" and said.data["basis"] == "clinician"
        must(
            before in ("A4", now, "C") or (before in FINAL and now == "C") or lifted,
            "one determination a content",
            f"line {sequence} is {now} after {before}",
        )
        self._determined[content] = self._newest[case_id, sequence] = now
        self._authorized((case_id, sequence), said.data)

    def _stands(self, content: tuple[UUID, int, str], line: dict[str, Any]) -> bool:
        """Whether a clinician decided this content, or one that an administrative change made of
        it.
        """
        who = line.get("reviewer") or {}
        kept = line.get("change") == "administrative" and any(
            one[:2] == content[:2] for one in self._reviewed
        )
        return bool(
            line["basis"] == "clinician" and who.get("id") and (kept or content in self._reviewed)
        )

    def refused(self, case_id: UUID) -> bool:
        """Whether any content of any line of the case was refused in whole or in part."""
        return any(
            case == case_id and found in ADVERSE for (case, *_), found in self._determined.items()
        )

    def _authorized(self, place: Place, line: dict[str, Any]) -> None:
        """What was granted stays until it is withdrawn or something is granted in its place."""
        now, grant = line["determination"], line.get("authorization")
        if now in GRANTED:
            must(grant, "an approval has an authorization", place[1])
            self._valid[place] = (grant or {})["number"]
        elif now == "C":
            self._valid.pop(place, None)
        elif place in self._valid:
            must(
                self._valid[place] in {one["number"] for one in line.get("former", ())},
                "a former authorization stays",
                place[1],
            )

    def case_determined(self, said: Durable) -> None:
        """A case sums up its lines, and a number belongs to what was asked when it was given."""
        case_id, version = said.envelope.case_id, said.data["request_version"]
        for line in said.data["lines"]:
            place = (case_id, line["sequence"])
            must(
                self._newest.get(place) == line["determination"],
                "a case sums up its lines",
                line["sequence"],
            )
            asked = self._asked.get((case_id, version, line["sequence"]))
            grant = line.get("authorization")
            if grant and asked is not None:
                must(
                    self._granted.setdefault(grant["number"], asked) == asked,
                    "an authorization covers what was asked",
                    line["sequence"],
                )
