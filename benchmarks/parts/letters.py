"""How many letters one core makes, warm: `python benchmarks/parts/letters.py [letters] [--pools]`
prints one JSON object.

Half of the letters are for members, half for providers; each has its own names and ids.
`letters_per_second_core` counts PDF and HTML by processor time, `render_per_second_core` the whole
effect with its files, and `--pools` compares two threads with two processes by wall time.
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

from services.letters.content.compose import compose
from services.letters.decide import decide
from services.letters.model import LetterSpec, LettersState
from services.letters.reference import catalogues, plan
from services.letters.render.documents import page
from services.letters.render.typst import pdf
from services.letters.rendering import render, stationery
from shared.events.criteria import Authorization, CaseDetermined, Determination, LineSummary
from shared.events.evaluation import PolicyRef, Statement
from shared.events.intake import Channel, RequestReceived
from shared.events.model import EventData
from shared.events.request import AuthorizationRequest, Member, ServiceLine, Source, Urgency
from shared.ids import derive
from shared.lanes.outcome import Received

ROOT = UUID("5a1f0d3e-77aa-5d3b-9a55-7f3b0b8a9c22")
NOW = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
WARM = 10


def request(n: int) -> RequestReceived:
    """The nth request: two lines of spine surgery."""
    lines = tuple(
        ServiceLine(
            sequence=at, segment=segment, services=("spinal_decompression", "spinal_fusion")
        )
        for at, segment in ((1, "L4-S1"), (2, "T4-T8"))
    )
    return RequestReceived(
        submission_id=derive(ROOT, str(n)),
        version=1,
        sender="bench",
        channel=Channel.NATIVE,
        received_at=NOW,
        content_sha256="0" * 64,
        request=AuthorizationRequest(
            member=Member(id=f"M-{n}", name=f"Member Number {n}"), lines=lines
        ),
    )


def determination(n: int) -> CaseDetermined:
    """Its approval, with a statement from two places in the chart."""
    policy = PolicyRef(
        policy="metastatic-spine",
        version="2026.1",
        sha256="0" * 64,
        title="Surgery for metastatic spine disease",
    )
    grants = [
        Authorization(
            number=f"A{n}-{at}", valid_from=date(2026, 1, 5), valid_to=date(2026, 4, 5), units=1
        )
        for at in (1, 2)
    ]
    approved, codes = Determination.APPROVED, ("22612",)
    lines = tuple(
        LineSummary(
            sequence=at,
            services=("spinal_decompression", "spinal_fusion"),
            codes=codes,
            determination=approved,
            reason="criteria_met",
            authorization=grant,
            policy=policy,
        )
        for at, grant in enumerate(grants, 1)
    )
    sources = (Source(document="exam", page=2), Source(document="imaging", page=1))
    said = (Statement(text="Cord compression is documented.", lines=(2,), sources=sources),)
    return CaseDetermined(
        evaluation_id=derive(ROOT, str(n)),
        request_version=1,
        determination=approved,
        urgency=Urgency.EXPEDITED,
        lines=lines,
        statements=said,
    )


def received(n: int, event: EventData) -> Received:
    """An event of the nth case."""
    case_id = derive(ROOT, "case", str(n))
    return Received(derive(case_id, event.TYPE), case_id, event.TYPE, event, NOW, NOW)


def cases(count: int) -> Iterator[tuple[LettersState | None, Received]]:
    """Cases on the point of being told."""
    for n in range(count):
        yield (
            decide(stationery(), None, received(n, request(n)), NOW).state,
            received(n, determination(n)),
        )


def timed(work: Callable[[Any], object], things: list[Any]) -> float:
    """Processor seconds for one thing, after a few to warm up."""
    for thing in things[:WARM]:
        work(thing)
    start = time.process_time()
    for thing in things:
        work(thing)
    return (time.process_time() - start) / len(things)


def pooled(pool: Executor, payloads: list[dict[str, Any]], folder: Path) -> float:
    """Letters per second of wall time through a pool of two."""
    with pool:
        list(pool.map(partial(render, folder=folder), payloads[: 4 * WARM]))
        start = time.perf_counter()
        list(pool.map(partial(render, folder=folder), payloads))
        return len(payloads) / (time.perf_counter() - start)


def main() -> None:
    """Measures and prints."""
    count = int(next((argument for argument in sys.argv[1:] if argument.isdigit()), "200"))
    ready = list(cases(count // 2))
    payloads = [
        task.payload
        for state, event in ready
        for task in decide(stationery(), state, event, NOW).tasks
    ]
    letters = [LetterSpec.model_validate_json(payload["content"]) for payload in payloads]
    wordings = [compose(letter, catalogues()[letter.language], plan()) for letter in letters]
    with tempfile.TemporaryDirectory() as folder:
        figures = {
            "letters": len(payloads),
            "decide_us_two_letters": timed(
                lambda one: decide(stationery(), one[0], one[1], NOW), ready
            )
            * 1e6,
            "pdf_ms": timed(pdf, wordings) * 1e3,
            "html_ms": timed(page, wordings) * 1e3,
            "letters_per_second_core": 1 / timed(lambda one: (pdf(one), page(one)), wordings),
            "render_per_second_core": 1 / timed(partial(render, folder=Path(folder)), payloads),
        }
        if "--pools" in sys.argv:
            figures["two_threads_per_second"] = pooled(
                ThreadPoolExecutor(2), payloads, Path(folder)
            )
            figures["two_processes_per_second"] = pooled(
                ProcessPoolExecutor(2, mp_context=get_context("spawn")), payloads, Path(folder)
            )
    print(
        json.dumps(
            {
                **{name: round(value, 2) for name, value in figures.items()},
                "python": platform.python_version(),
                "machine": platform.machine(),
            }
        )
    )


if __name__ == "__main__":
    main()
