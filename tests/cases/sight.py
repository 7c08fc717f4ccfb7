"""What can be seen of a conversation when all is done: the last answer, the cases, the newest
one's request, determinations, questions and letters, in the words of the tables.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from httpx import Response

from shared.events.criteria import CRITERIA, ReviewRequested
from shared.events.intake import INTAKE, RequestAmended, RequestReceived
from shared.events.reviews import ReviewRecorded
from tests.cases.conversation import cases
from tests.cases.matching import Seen, flat
from tests.cases.platform import Platform
from tests.cases.table import RECEIVED
from tests.unit.letters.pdf_text import text_of

Json = dict[str, Any]
NUMBER = r"administrationReferenceNumber\n.*valueString=(.*)$"
NO_CASE: Seen = {
    "urgency": "",
    "rule": "",
    "hours": 0,
    "lines": {},
    "authorized": 0,
    "advises": [],
    "asks": [],
    "request": [],
    "letters": [],
    "pdf": [],
    "marks": 0,
    "review_minutes": [],
    "reviews": 0,
}
"""`hours` until the clock runs out; `review_minutes` until a clinician should have looked; `marks`
is the longest row of combining marks in any document.
"""


def seen(platform: Platform, answer: Response) -> Seen:
    """Everything that the tables have words for."""
    opened = cases(platform)
    body = answer.json() if answer.content else {}
    told = [str(body.get("detail", "")), *_diagnostics(body)]
    found = _case(platform, opened[-1]) if opened else NO_CASE
    names = {f"case {at}": str(case_id) for at, case_id in enumerate(opened, 1)}
    return found | {
        "status": int(answer.status_code),
        "code": body.get("code") or next(iter(_codes(body)), ""),
        "issues": len(body.get("issue", ())),
        "answer": [_named(one, names) for one in flat(body)],
        "items": _items(body, r"coding\.0\.code=(A\d|NA|C)$"),
        "references": {at: _named(one, names) for at, one in _items(body, NUMBER).items()},
        "told": [*told, *found["advises"], *found["asks"], *found["lines"].values()],
        "cases": len(opened),
        "parked": platform.parked(),
    }


def _named(text: str, names: dict[str, str]) -> str:
    """A text with each case's id as "case 1", "case 2"."""
    for name, case_id in names.items():
        text = text.replace(case_id, name)
    return text


def _items(body: Json, pattern: str) -> dict[str, str]:
    """The part of every item of a ClaimResponse that a pattern finds, by the item's sequence."""
    response = body.get("entry", [{}])[0].get("resource", {})
    found = {
        str(item["itemSequence"]): re.search(pattern, "\n".join(flat(item)), re.MULTILINE)
        for item in response.get("item", ())
    }
    return {at: one[1] for at, one in found.items() if one}


def _codes(body: Json) -> list[str]:
    return [
        coding["code"]
        for issue in body.get("issue", ())
        for coding in issue.get("details", {}).get("coding", ())
    ]


def _diagnostics(body: Json) -> list[str]:
    return [
        f"{issue.get('diagnostics', '')} {issue.get('details', {}).get('text', '')}"
        for issue in body.get("issue", ())
    ]


def _case(platform: Platform, case_id: UUID) -> Seen:
    case = platform.get("intake", f"/v1/cases/{case_id}").json()
    due = datetime.fromisoformat(case["clock"]["due_at"])
    letters = _letters(platform, case_id)
    documents = [one for forms in letters for one in forms]
    return NO_CASE | {
        "urgency": case["urgency"],
        "rule": case["clock"]["rule"],
        "hours": round((due - RECEIVED).total_seconds() / 3600),
        "lines": {
            str(one["sequence"]): f"{one['determination']} {one['reason']}" for one in case["lines"]
        },
        "authorized": len({one["authorization_number"] for one in case["lines"]} - {None}),
        "advises": [f"{one['id']} | {one['text']}" for one in case["advisories"]],
        "asks": [f"{one['id']} | {one['text']}" for one in case["questions"]],
        "request": _request(platform, case_id),
        "letters": [one for forms in letters for one in forms[:2]],
        "pdf": [forms[2] for forms in letters],
        "marks": max(map(_marks, documents), default=0),
        "review_minutes": _reviews(platform, case_id),
        "reviews": _count(platform, case_id, ReviewRecorded.TYPE),
    }


def _request(platform: Platform, case_id: UUID) -> list[str]:
    """The newest version of the request as intake published it."""
    versions = [
        json.loads(value)
        for envelope, value in platform.events(INTAKE)
        if envelope.case_id == case_id
        and envelope.type in {RequestReceived.TYPE, RequestAmended.TYPE}
    ]
    return list(flat(max(versions, key=lambda one: one["version"])["request"]))


def _reviews(platform: Platform, case_id: UUID) -> list[str]:
    """In how many minutes a clinician should look, for every time that one was asked to."""
    asked = [
        (datetime.fromisoformat(envelope.time), json.loads(value)["due_at"])
        for envelope, value in platform.events(CRITERIA)
        if (envelope.type, envelope.case_id) == (ReviewRequested.TYPE, case_id)
    ]
    return [f"{(datetime.fromisoformat(due) - at).total_seconds() / 60:.0f}" for at, due in asked]


def _count(platform: Platform, case_id: UUID, kind: str) -> int:
    return sum(
        (envelope.type, envelope.case_id) == (kind, case_id)
        for envelope, _ in platform.events(CRITERIA)
    )


def _letters(platform: Platform, case_id: UUID) -> list[tuple[str, str, str]]:
    """Every letter as text, HTML and the text of its PDF file, below a line that says what it
    is.
    """
    listed = platform.get("letters", f"/v1/cases/{case_id}/letters").json()
    return [
        tuple(
            f"{one['kind']} {one['audience']} {one['language']}\n{_document(platform, one, form)}"
            for form in ("txt", "html", "pdf")
        )
        for one in listed
        if one["documents"]
    ]


def _document(platform: Platform, letter: Json, form: str) -> str:
    answer = platform.get("letters", f"/v1/letters/{letter['letter_id']}.{form}")
    answer.raise_for_status()
    return text_of(answer.content) if form == "pdf" else answer.text


def _marks(text: str) -> int:
    rows = groupby(text, key=lambda one: unicodedata.combining(one) > 0)
    return max((len(list(row)) for mark, row in rows if mark), default=0)
