"""What a sender gets back in FHIR: a response bundle with a ClaimResponse, or one
OperationOutcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.intake.fhir import codes, graph
from services.intake.fhir.resources import Reference
from services.intake.model import IntakeState, LineStatus
from shared.events.criteria import Determination
from shared.ids import derive

ECHOED = ("identifier", "type", "use", "patient", "insurer")
ISSUES = {
    "too_large": "too-long",
    "too_complex": "too-costly",
    "too_slow": "timeout",
    "busy": "transient",
    "not_acknowledged": "transient",
    "unavailable": "transient",
    "media_type": "not-supported",
    "content_encoding": "not-supported",
    "method_not_allowed": "not-supported",
    "not_found": "not-supported",
    "internal_error": "exception",
    "unknown_case": "not-found",
    "duplicate_sequence": "duplicate",
    "duplicate_entry": "duplicate",
    "not_latest": "conflict",
    "claim_known": "conflict",
    "other_member": "conflict",
}
INVALID = "invalid"
UNDECIDED = frozenset({Determination.PENDED, Determination.NO_ACTION})
"""Items without a number of an authorization, which are asked for by our own."""


class HeldCase(NamedTuple):
    """The case that holds a submission, as it stands."""

    case_id: UUID
    state: IntakeState


def held(case_id: UUID | None, state: IntakeState | None) -> HeldCase | None:
    """The case, if both are known."""
    return None if case_id is None or state is None else HeldCase(case_id, state)


def response_bundle(
    request: dict[str, Any], submission_id: UUID, case: HeldCase | None, at: datetime
) -> dict[str, Any]:
    """The answer to a request bundle that was taken: every item with its code by its original
    sequence; what has no determination yet is pended (A4).

    `outcome` is complete once a case holds the submission: in PAS 2.2 pended is an answer. Before
    that it is queued, and nothing is said of any item or of a case. `at` is the instant of the
    answer.
    """
    found = graph.read(request)
    claim = request["entry"][0]["resource"]
    response = {
        "resourceType": "ClaimResponse",
        "id": str(derive(submission_id, "claim-response", found.claim_url, at.isoformat())),
        "meta": {"profile": [codes.CLAIM_RESPONSE_PROFILE]},
        **({} if case is None else _reviewer(case.state)),
        "status": "active",
        **{name: claim[name] for name in ECHOED if name in claim},
        "created": at.isoformat(),
        "requestor": claim.get("provider"),
        "request": {"reference": found.claim_url},
        "outcome": "queued" if case is None else "complete",
        **({} if case is None else _items(_statuses(found.claim.item, case.state), case.case_id)),
    }
    parties = _parties(request, found, claim)
    return {
        "resourceType": "Bundle",
        "id": str(derive(submission_id, "response-bundle", found.claim_url, at.isoformat())),
        "meta": {"profile": [codes.RESPONSE_PROFILE]},
        **({"identifier": request["identifier"]} if "identifier" in request else {}),
        "type": "collection",
        "timestamp": at.isoformat(),
        "entry": [{"fullUrl": f"urn:uuid:{response['id']}", "resource": response}, *parties],
    }


def operation_outcome(code: str, detail: str) -> dict[str, Any]:
    """The one OperationOutcome of a refused request, with our stable code beside FHIR's own kind of
    issue.
    """
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": ISSUES.get(code, INVALID),
                "details": {
                    "coding": [{"system": "urn:priorauth:submission-refusal", "code": code}],
                    "text": detail,
                },
            }
        ],
    }


def _statuses(items: tuple[Any, ...], state: IntakeState) -> dict[int, LineStatus | None]:
    """What is known of every line of the case, and of every item of the request, by sequence."""
    known: dict[int, LineStatus | None] = {one.line.sequence: one for one in state.lines}
    return {item.sequence: None for item in items} | known


def _items(statuses: dict[int, LineStatus | None], case_id: UUID) -> dict[str, Any]:
    """The answered items with their notes, numbered through the whole answer."""
    items, notes = list[dict[str, Any]](), list[dict[str, Any]]()
    for sequence, status in sorted(statuses.items()):
        texts = list(_notes(status))
        numbers = range(len(notes) + 1, len(notes) + len(texts) + 1)
        items.append(_item(sequence, status, case_id, tuple(numbers)))
        notes += [
            {"number": number, "text": text} for number, text in zip(numbers, texts, strict=True)
        ]
    return {"item": items} | ({"processNote": notes} if notes else {})


def _notes(status: LineStatus | None) -> Iterator[str]:
    """What the codes cannot say of an item: why a clinician refused or changed it, and which
    authorizations its present determination leaves as they are.
    """
    if status is None:
        return
    if status.determination in (Determination.NOT_CERTIFIED, Determination.MODIFIED):
        yield f"Reason: {status.reason}."
    for grant in status.former:
        yield (
            f"Authorization {grant.number} stays valid until {grant.valid_to} for the former "
            "content of this item, unless it is withdrawn."
        )


def _item(
    sequence: int, status: LineStatus | None, case_id: UUID, notes: tuple[int, ...]
) -> dict[str, Any]:
    """One item: its review action code (X12 306), the authorization number if it has one, else our
    own number to ask by.
    """
    determination = (
        status.determination
        if status is not None and status.determination is not None
        else Determination.PENDED
    )
    number = status.authorization_number if status is not None else None
    action: list[dict[str, Any]] = [{"url": "number", "valueString": number}] if number else []
    action.append(
        {
            "url": codes.REVIEW_ACTION_CODE,
            "valueCodeableConcept": {
                "coding": [{"system": codes.X12_306, "code": determination.value}]
            },
        }
    )
    adjudication = {
        "extension": [{"url": codes.REVIEW_ACTION, "extension": action}],
        "category": {"coding": [{"system": codes.ADJUDICATION, "code": "submitted"}]},
    }
    own_number = {"url": codes.ADMINISTRATION_NUMBER, "valueString": str(case_id)}
    return {
        **({"extension": [own_number]} if determination in UNDECIDED else {}),
        "itemSequence": sequence,
        **({"noteNumber": list(notes)} if notes else {}),
        "adjudication": [adjudication],
    }


def _reviewer(state: IntakeState) -> dict[str, Any]:
    """Whether a person decided any line; said only where it is so."""
    if not any(line.human_reviewed for line in state.lines):
        return {}
    return {
        "extension": [
            {
                "url": codes.REVIEWER,
                "extension": [{"url": "wasHumanReviewedFlag", "valueBoolean": True}],
            }
        ]
    }


def _parties(
    request: dict[str, Any], found: graph.Graph, claim: dict[str, Any]
) -> list[dict[str, Any]]:
    """The request's own entries for the patient, the insurer and who asked, each once."""
    named = [found.claim.patient, found.claim.insurer, found.claim.provider, Reference()]
    urls = {address for one in named if (address := found.address(one))}
    return [
        entry
        for entry in request["entry"]
        if entry["resource"] is not claim and entry.get("fullUrl") in urls
    ]
