"""The AsyncAPI 3 document: FastStream describes the catalogue's channels from a broker made for
documentation only, and the headers are added.
"""

from __future__ import annotations

import json
from typing import Any

import yaml
from faststream.confluent import KafkaBroker
from faststream.specification import AsyncAPI

from shared.events.catalogue import EVENTS, EXTERNAL
from shared.events.submissions import FHIR_BUNDLE, SUBMISSIONS
from tools.catalogue import version
from tools.catalogue.prose import flat, flatten

Json = dict[str, Any]
DESCRIPTION = (
    "Prior authorization on Kafka: CloudEvents 1.0 in binary mode, so that headers carry the "
    "envelope and the value is the data alone, in JSON.\n"
    "Outsiders write to pa.submissions.v1 and pa.reviews.v1; everything else is written by the "
    "services. Keys and headers hold no health information."
)
OWN_HEADERS = {
    "ce_specversion": "always 1.0",
    "ce_id": "derived from the cause (UUIDv5): a repeat has the same id",
    "ce_source": "/priorauth/ and the producing service",
    "ce_type": "the event's type, with its version",
    "ce_time": "the instant of the decision, UTC",
    "ce_subject": "the case id",
    "content-type": "application/json",
    "ce_caseclock": (
        "how many events of the case each producer had written when this one was decided, its own "
        "first: criteria=2;intake=1"
    ),
    "ce_prev": "the id of the producer's event before this one in the case",
    "ce_causationid": "the id of what caused it",
    "ce_correlationid": "the case id",
    "traceparent": "W3C trace context, one trace a case",
}
OUTSIDE_HEADERS = {
    "ce_type": "the submission's type; without it a record is read by its content",
    "pa_sender": "who sends, where the content does not say (FHIR)",
}


def document() -> str:
    """The document as YAML."""
    broker = KafkaBroker("127.0.0.1:9092")
    for event in EVENTS:
        broker.publisher(
            event.TOPIC, title=event.TYPE, description=flat(event.__doc__), schema=event
        )
    broker.publisher(
        SUBMISSIONS,
        title=FHIR_BUNDLE,
        description="A FHIR PAS request bundle (Da Vinci PAS 2.2), taken as it is.",
        schema=Json,
    )
    found = (
        AsyncAPI(
            broker,
            title="priorauth",
            version=version.present(),
            description=DESCRIPTION,
            schema_version="3.0.0",
        )
        .to_specification()
        .to_jsonable()
    )
    return yaml.safe_dump(_completed(found), sort_keys=False, allow_unicode=True, width=140)


def _completed(found: Json) -> Json:
    """Names that AsyncAPI allows, headers at every message, and receiving where outsiders write."""
    found = json.loads(json.dumps(found).replace(":Message", "").replace(":Payload", ".payload"))
    schemas = found["components"]["schemas"]
    flatten(schemas)
    schemas["EventHeaders"] = _headers(OWN_HEADERS, required=list(OWN_HEADERS))
    schemas["SubmissionHeaders"] = _headers(OUTSIDE_HEADERS, required=[])
    for name, channel in found["channels"].items():
        outside = channel["address"] in EXTERNAL
        message = found["components"]["messages"][name]
        message["name"] = name
        message["headers"] = {
            "$ref": f"#/components/schemas/{'SubmissionHeaders' if outside else 'EventHeaders'}"
        }
        message["correlationId"] = {"location": "$message.header#/ce_correlationid"}
        found["operations"][name]["action"] = "receive" if outside else "send"
    for holder, name in (
        (found, "channels"),
        (found, "operations"),
        (found["components"], "messages"),
        (found["components"], "schemas"),
    ):
        holder[name] = dict(sorted(holder[name].items()))
    return found


def _headers(names: dict[str, str], required: list[str]) -> Json:
    return {
        "type": "object",
        "properties": {
            name: {"type": "string", "description": text} for name, text in names.items()
        },
        "required": required,
    }
