"""Segments that were not written as they were read, told to the sender."""

from __future__ import annotations

from shared.body.spine import read_segment
from shared.events.evaluation import Advisory
from shared.events.request import AuthorizationRequest


def turned(request: AuthorizationRequest) -> tuple[Advisory, ...]:
    """Segments that were written from below (`T8-T4`)."""
    advisories = []
    for line in request.lines:
        found = read_segment(line.segment) if line.segment and not line.cancelled else None
        if found is not None and found.reversed:
            read = found.span.name
            text = f"The segment {line.segment} was read as {read}: it was written from below."
            advisories.append(Advisory(id="segment-reversed", text=text, lines=(line.sequence,)))
    return tuple(advisories)
