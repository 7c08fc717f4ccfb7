"""Publication of an edition: refused unless its cases are green, its coverage is full, its impact
is known, and two people approve it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.criteria.authoring.coverage.coverage import measure
from services.criteria.authoring.golden.check import check
from services.criteria.authoring.golden.workspace import Piece
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.policy import Approval
from services.criteria.engine.language.policy_trees import assumed
from shared.errors import Impossible

TWO = 2


class NotPublishable(Impossible):
    """The edition cannot be published yet."""

    def __init__(self, name: str, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__(
            f"{name} is not published: {'; '.join(reasons)}.",
            code="not_publishable",
            remedy="Settle these, then publish again.",
        )


@dataclass(frozen=True, slots=True)
class Publication:
    """The record of a publication, and the policy's text as it is in force from now on."""

    record: dict[str, Any]
    text: str


def publication(
    piece: Piece,
    text: str,
    impact: dict[str, Any] | None,
    approvals: tuple[Approval, ...],
    now: datetime,
) -> Publication:
    """The publication of an edition whose file reads `text`; raises `NotPublishable` with every
    reason against it.
    """
    edition = piece.edition
    results = check(edition, piece.cases, piece.code_sets)
    coverage = measure(edition, piece.cases)
    red = [one.name for one in results if one.wrong]
    reasons = [
        *(["there are no golden cases"] if not results else []),
        *([f"{len(red)} golden cases are red: {', '.join(red)}"] if red else []),
        *([f"{len(coverage.unmet)} obligations are not covered"] if coverage.unmet else []),
        *_impact(edition, impact),
        *(
            ["two different people must approve it"]
            if len({one.name.strip().casefold() for one in approvals}) < TWO
            else []
        ),
    ]
    if reasons:
        raise NotPublishable(piece.name, tuple(reasons))
    return Publication(
        {
            "policy": edition.ref.policy,
            "version": edition.ref.version,
            "sha256_of_draft": edition.ref.sha256,
            "published_at": now.isoformat(),
            "approvals": [one.model_dump(mode="json") for one in approvals],
            "golden_cases": len(results),
            "coverage": coverage.report(),
            "impact": impact,
            "exceptions": list(exceptions(edition)),
        },
        approved(text, approvals),
    )


def _impact(edition: Edition, impact: dict[str, Any] | None) -> list[str]:
    if impact is None:
        return ["there is no impact report"]
    if (
        impact.get("draft") != f"{edition.ref.policy}@{edition.ref.version}"
        or impact.get("draft_sha256") != edition.ref.sha256
    ):
        return ["the impact report is of another text"]
    return [] if impact.get("cases") else ["the impact report looked at no case"]


def exceptions(edition: Edition) -> Iterator[str]:
    """Where knowing less may approve: every declared closed world, and every pend guard that only
    advises when it is unknown.
    """
    yield from assumed(edition.spec)
    yield from (
        f"guard {one.id}: only advises where it is unknown"
        for one in edition.spec.guards
        if one.unknown == "advise"
    )


def approved(text: str, approvals: tuple[Approval, ...]) -> str:
    """The file's text with the status and the approvals of a published edition; everything else
    stays as it was written.
    """
    lines = "\n".join(
        f"- {{name: {_quoted(one.name)}, role: {_quoted(one.role)}, on: {one.on.isoformat()}}}"
        for one in approvals
    )
    without = re.sub(r"^approvals:.*\n(?:[ \-#].*\n|\n)*", "", text, flags=re.MULTILINE)
    active = re.sub(r"^status:.*$", "status: active", without, count=1, flags=re.MULTILINE)
    return f"{active.rstrip()}\napprovals:\n{lines}\n"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def approval(given: str, on: date) -> Approval:
    """An approval written as `name; role`; raises `Impossible` for anything else."""
    name, _, role = (part.strip() for part in given.partition(";"))
    if not name or not role:
        raise Impossible(
            f"{given!r} is no approval.", code="approval", remedy="Write it as 'name; role'."
        )
    return Approval(name=name, role=role, on=on)
