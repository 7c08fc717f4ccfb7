"""Requests that are full of what identifies a person: native and FHIR, sound ones and broken
ones.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from shared.examples import bariatric_without_bmi, pas, reference_case
from tests.stories.privacy.planted import Person

Json = dict[str, Any]
SENDER = "planted-clearinghouse"
NO_CASE = "6cbfb0bb-8c96-5dff-beb4-0a1e8d7f1456"


def native(who: Person, example: Json | None = None, **changes: Any) -> bytes:
    """An example as the request of a person, with everything that identifies them."""
    asked = example or bariatric_without_bmi()
    facts = [
        {
            **fact,
            "asserted_by": who.provider,
            "source": {"document": who.document, "page": 1, "span": who.note},
        }
        for fact in asked["facts"]
    ]
    planted = {
        "sender": SENDER,
        "reference": who.reference,
        "member": {
            **asked["member"],
            "id": who.member_id,
            "name": who.name,
            "birth_date": who.birth_date,
            "medicare_number": who.medicare_number,
            "address": {"lines": [who.address], "city": who.city, "county": who.county},
            "primary_care": {"name": who.treating, "phone": who.telephone},
        },
        "requester": {"npi": who.npi, "name": who.provider, "phone": who.callback},
        "performer": {"npi": who.npi, "name": who.provider},
        "documents": [{"id": who.document, "kind": "scan", "title": who.note}],
        "facts": facts,
        "note": who.note,
    }
    return json.dumps({**asked, **planted, **changes}).encode()


def determinable(who: Person) -> bytes:
    """A request that is approved, with letters to person and provider."""
    return native(who, reference_case())


def bundle(who: Person, name: pas.Name) -> Json:
    """A FHIR bundle as the request of a person: in resources, narratives and attachments."""
    found = pas.bundle(name)
    found["identifier"]["value"] = who.reference
    for entry in found["entry"]:
        resource = entry["resource"]
        resource["text"] = {"status": "additional", "div": f"<div>{who.note}</div>"}
        resource |= PLANTED.get(resource["resourceType"], nothing)(who)
    return found


def nothing(_who: Person) -> Json:
    return {}


def _named(who: Person) -> Json:
    return {"name": [{"family": who.family, "given": [who.given], "text": who.name}]}


def _patient(who: Person) -> Json:
    return {
        **_named(who),
        "identifier": [
            {"system": "http://example.org/MIN", "value": who.member_id},
            {"system": "http://example.org/MRN", "value": who.record_number},
            {"system": "http://hl7.org/fhir/sid/us-mbi", "value": who.medicare_number},
        ],
        "birthDate": who.birth_date,
        "address": [
            {"line": [who.address], "city": who.city, "district": who.county, "text": who.address}
        ],
        "telecom": [{"system": "phone", "value": who.telephone}],
        "generalPractitioner": [{"display": who.treating}],
    }


def _organization(who: Person) -> Json:
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": who.npi}
    called = {"system": "phone", "value": who.callback, "use": "work"}
    return {"name": who.provider, "identifier": [npi], "telecom": [called]}


def _claim(who: Person) -> Json:
    return {"identifier": [{"system": "urn:trnorg:9012345678", "value": who.reference}]}


PLANTED = {
    "Patient": _patient,
    "Practitioner": _named,
    "Organization": _organization,
    "Claim": _claim,
    "Coverage": lambda who: {"subscriberId": who.member_id},
    "DocumentReference": lambda who: {"id": who.document, "description": who.note},
}


def broken(who: Person) -> dict[str, bytes]:
    """Requests that nobody can take, each broken in its way, with what is planted where it is
    broken.
    """
    whole = json.loads(native(who))
    text = json.dumps(list(who.identifiers.values()), ensure_ascii=False)
    return {
        "values": native(
            who,
            lines=[{"sequence": who.member_id, "services": who.note, "service_date": who.name}],
            urgency=who.note,
            language=who.given,
            amends=who.reference,
        ),
        "names": json.dumps({**whole, **dict.fromkeys(who.identifiers.values(), 1)}).encode(),
        "nested": native(who, member={who.member_id: {who.name: who.note}, "id": [who.family]}),
        "text": text.encode()[1:],
        "twice": native(who)[:-1]
        + f', "member": {text}, "{who.name}": 1, "{who.name}": 2}}'.encode(),
        "latin": native(who)[:-1] + b', "' + who.given.encode() + b'\xe9": 1}',
        "deep": b'{"' + who.given.encode() + b'":' + b"[" * 500 + text.encode() + b"]" * 500 + b"}",
        "vocabulary": native(who, facts=[{"path": who.diary, "value": who.note, "unit": who.npi}]),
    }


def broken_bundles(who: Person) -> dict[str, bytes]:
    """The same in FHIR."""
    whole = bundle(who, "referral")
    first = whole["entry"][0]["resource"]
    found = {
        "type": {**whole, "entry": [{"resource": {**first, "resourceType": who.name}}]},
        "reference": _with_claim(whole, patient={"reference": f"Patient/{who.member_id}"}),
        "values": _with_claim(whole, created=who.birth_date + who.note, use=who.diary),
        "urls": {**whole, "entry": [{**one, "fullUrl": who.note} for one in whole["entry"]]},
        "patient": _with(whole, "Patient", birthDate=who.note, name=who.name, gender=who.diary),
        "extension": _with_claim(whole, extension=[{"url": who.address, "valueCode": who.npi}]),
    }
    return {name: json.dumps(content).encode() for name, content in found.items()}


def _with_claim(whole: Json, **changes: Any) -> Json:
    return _with(whole, "Claim", **changes)


def _with(whole: Json, kind: str, **changes: Any) -> Json:
    """A bundle whose resource of a kind is another."""
    entries = [
        {**one, "resource": {**one["resource"], **changes}}
        if one["resource"]["resourceType"] == kind
        else one
        for one in whole["entry"]
    ]
    return {**whole, "entry": entries}


def of_ours(who: Person, value: bytes) -> list[bytes]:
    """What somebody who can write to an internal topic makes of one of our events: content that
    does not fit, or that is another person's.
    """
    event = json.loads(value)
    return [
        json.dumps({**event, "request": who.identifiers, "lines": who.name}).encode(),
        json.dumps({**event, "member": who.note, who.name: who.birth_date, "line": 1}).encode(),
        json.dumps({**event, "sequence": who.note, "urgency": who.provider}).encode(),
        json.dumps(list(who.identifiers.values())).encode(),
        json.dumps(who.identifiers)[:-1].encode(),
    ]


def following(headers: dict[str, str], number: int, kind: str) -> dict[str, bytes]:
    """The headers of the event that comes next in the case of one of ours."""
    producer, _, count = headers["ce_caseclock"].partition(";")[0].partition("=")
    changed = {
        "ce_id": str(UUID(int=number)),
        "ce_type": kind,
        "ce_caseclock": f"{producer}={int(count) + 1}",
        "ce_prev": UUID(headers["ce_id"]).hex,
    }
    return {name: text.encode() for name, text in {**headers, **changed}.items()}


def reviews(who: Person, case_id: str) -> list[bytes]:
    """Decisions that a reviewer's client writes wrongly, about a case and about none."""
    sound = {
        "case_id": case_id,
        "idempotency_key": who.reference,
        "evaluation_id": NO_CASE,
        "sequence": 1,
        "content_digest": "0" * 64,
        "determination": "A3",
        "reviewer": {"name": who.name, "license": who.record_number, "role": "physician"},
        "reason": who.note,
        "criterion": who.diary,
    }
    wrong: list[Json] = [
        sound,
        {**sound, "case_id": NO_CASE},
        {**sound, "case_id": who.member_id, "sequence": who.name, who.address: who.telephone},
        {**sound, "determination": who.note, "reviewer": who.identifiers},
    ]
    return [json.dumps(one).encode() for one in wrong]
