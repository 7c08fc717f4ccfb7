"""Whether the running version can read a held record: whether trying it again has a chance."""

from __future__ import annotations

from shared.errors import Impossible, Malformed
from shared.lanes.applying import instant
from shared.lanes.casework import refusal
from shared.lanes.ports import Service
from shared.lanes.reading import Reader
from shared.lanes.record import Record
from shared.lanes.service import CaseService


def illegible(service: Service, record: Record) -> str:
    """The reason for which the record would be parked or rejected at reading; empty if it can be read."""
    if not isinstance(service, CaseService):
        return ""
    try:
        item = Reader(service, b"", lambda _: "", broker_time=True).read(record, instant(0))
    except (Malformed, Impossible) as error:
        return refusal(error)[0]
    except Exception as error:  # noqa: BLE001 - a bug in reading is what an operator looks for here
        return f"bug ({type(error).__name__})"
    if item.failure is not None:
        return refusal(item.failure)[0]
    return item.rejection.code if item.rejection is not None else ""
