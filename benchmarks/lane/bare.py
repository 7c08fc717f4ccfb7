"""`python -m benchmarks.lane.bare BROKER DATABASE EVENTS [CORE]`: the ceiling's loop over the same
events and answers; prints events a second, and a CPU second.
"""

from __future__ import annotations

import gc
import os
import sys

from benchmarks.lane.trivial import AT, events
from benchmarks.pipeline.ceiling.hop import Ground, Hop
from benchmarks.pipeline.ceiling.recording import Output
from shared.events.criteria import ReviewRequested
from shared.events.envelope import headers_of, pack, unpack
from shared.events.intake import INTAKE, RequestCancelled
from shared.events.request import Urgency
from shared.ids import derive

SCRATCH = "bench.lane.scratch"


def recording(count: int) -> dict[bytes, list[Output]]:
    """What the trivial service answers each event, made beforehand."""
    found = {}
    for event in events(count):
        cause = unpack(
            tuple(
                (name, bytes(value or b""))
                for name, value in event.headers
                if not isinstance(value, str)
            )
        )
        answer = ReviewRequested(
            evaluation_id=cause.id,
            lines=(1,),
            reason="counted",
            urgency=Urgency.STANDARD,
            due_at=AT,
        )
        packed = pack(
            cause._replace(
                id=derive(cause.id, ReviewRequested.TYPE),
                type=ReviewRequested.TYPE,
                producer="criteria",
                clock={"criteria": 1},
            )
        )
        value = answer.model_dump_json().encode()
        found[str(cause.id).encode()] = [
            Output(SCRATCH, event.partition, event.key, headers_of(packed), packed, value)
        ]
    return found


def main() -> None:
    """Runs until all events are through."""
    broker, database, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    answers = recording(count)
    if len(sys.argv) > 4:
        os.sched_setaffinity(0, {int(sys.argv[4])})
    hop = Hop(
        Ground(broker, database, (INTAKE,), {RequestCancelled.TYPE.encode(): RequestCancelled}),
        answers,
        "bench-lane-bare",
    )
    gc.freeze()
    gc.disable()
    while hop.pace.records < count:
        hop.step()
    hop.close()
    wall, cpu = hop.pace.per_second()
    sys.stdout.write(f"{wall:.0f} {cpu:.0f}\n")


if __name__ == "__main__":
    main()
