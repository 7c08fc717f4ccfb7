"""What a sender gets back in FHIR: a response bundle with a ClaimResponse, or one
OperationOutcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.intake.fhir import codes, graph
from services.intake.fhir.references import Resource
from services.intake.model import IntakeState, LineStatus
from shared.errors import Fault
from shared.events.criteria import Determination
from shared.ids import derive
from shared.json_text import SHOWN

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
    "required": "required",
    "dangling_reference": "not-found",
    "modifier_extension": "extension",
    "implicit_rules": "not-supported",
    "quantity": "value",
    "schema": "structure",
    "duplicate_sequence": "duplicate",
    "duplicate_member": "duplicate",
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
    claim = found.at.content
    response = {
        "resourceType": "ClaimResponse",
        "id": str(derive(submission_id, "claim-response", found.at.url, at.isoformat())),
        "meta": {"profile": [codes.CLAIM_RESPONSE_PROFILE]},
        **_contained(found),
        **({} if case is None else _reviewer(case.state)),
        "status": "active",
        **{name: claim[name] for name in ECHOED if name in claim},
        "created": at.isoformat(),
        "requestor": claim.get("provider"),
        **({"request": {"reference": found.at.url}} if found.at.url else {}),
        "outcome": "queued" if case is None else "complete",
        **({} if case is None else _items(_statuses(found.claim.item, case.state), case.case_id)),
    }
    parties = _parties(request, found)
    return {
        "resourceType": "Bundle",
        "id": str(derive(submission_id, "response-bundle", found.at.url, at.isoformat())),
        "meta": {"profile": [codes.RESPONSE_PROFILE]},
        "identifier": request.get("identifier") or _identifier(submission_id),
        "type": "collection",
        "timestamp": at.isoformat(),
        "entry": [{"fullUrl": f"urn:uuid:{response['id']}", "resource": response}, *parties],
    }


def operation_outcome(faults: Sequence[Fault]) -> dict[str, Any]:
    """The one OperationOutcome of a refused request: an issue for each fault, with our stable code
    beside FHIR's own kind of issue, and the FHIRPath of the element where there is one.
    """
    issues = [_issue(one) for one in faults[:SHOWN]]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(fault: Fault) -> dict[str, Any]:
    return {
        "severity": "error",
        "code": ISSUES.get(fault.code, INVALID),
        "details": {
            "coding": [{"system": "urn:priorauth:submission-refusal", "code": fault.code}],
            "text": fault.text,
        },
        **({"expression": [fault.place]} if fault.place else {}),
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


def _identifier(submission_id: UUID) -> dict[str, str]:
    """What the answer is called to a request that has no identifier to repeat."""
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{submission_id}"}


def _named(found: graph.Graph) -> list[Resource]:
    """The resources that the answer points at: the patient, the insurer and who asked."""
    claim = found.claim
    pointed = (claim.patient.reference, claim.insurer.reference, claim.provider.reference)
    return [one for text in pointed if text for one in found.references.candidates(text, found.at)]


def _contained(found: graph.Graph) -> dict[str, Any]:
    """What the claim contains of that: it stands in the answer as well."""
    inner = [one.content for one in _named(found) if one.content is not one.entry.resource]
    return {"contained": inner} if inner else {}


def _parties(request: dict[str, Any], found: graph.Graph) -> list[dict[str, Any]]:
    """The request's own entries of that, each once."""
    named = [one.entry for one in _named(found)]
    return [
        entry
        for entry, read in list(zip(request["entry"], found.entries, strict=True))[1:]
        if any(read is one for one in named)
    ]
