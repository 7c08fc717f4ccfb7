"""`python -m benchmarks.criteria [--json FILE]`: one process, one core, processor time; prints one
JSON object.

`leaves_per_s` and `engines` are of the whole reference policy, `twelve` of twelve of its leaves;
`compiled` says whether ours ran compiled (`make compiled`) or interpreted. Each figure is the best
of several batches of different cases; `engines` evaluate one expression a leaf in one context a
case, `engines_in_one_expression` a list of all leaves. Facts are read (for the engines: converted)
beforehand, and every case gets a fresh context; the collector is off, as in a service. Ours makes
the whole evidence tree.
"""

from __future__ import annotations

import argparse
import gc
import platform
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.criteria import engine, other_engines
from benchmarks.criteria.facts import decoded
from benchmarks.testbed.progress import tell
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.runtime import leaves

CASES, BATCHES = 64, 60
SIZES, LESIONS = (12, 50, 100, 200, 400, 800, 1_600), (0, 4, 8, 16, 32, 64)


def best(work: Callable[[], Any], batches: int = BATCHES) -> float:
    """The seconds of processor time of the quickest batch."""
    quickest = float("inf")
    for _ in range(batches):
        start = time.process_time()
        work()
        quickest = min(quickest, time.process_time() - start)
    return quickest


def beside(edition: Edition, prepared: list[PreparedRequest]) -> dict[str, Any]:
    """Leaves a second, ours and every engine's, on the same cases."""
    count = engine.leaves(prepared)
    own = count / best(lambda: engine.judged(prepared))
    facts = [line for case in prepared for line in decoded(edition, case)]
    apart, together, missing = dict[str, float](), dict[str, float](), list[str]()
    for name, package, runs in other_engines.engines(edition, facts[0]):
        if runs is None:
            missing.append(package)
            continue
        for of, run in zip((apart, together), runs, strict=True):
            of[name] = sum(_leaves(run(one)) for one in facts) / best(
                partial(_all, run, facts), BATCHES // 4
            )
    return {
        "leaves_per_s": round(own),
        "leaves_per_case": round(count / len(prepared), 1),
        "us_per_case": round(count / len(prepared) / own * 1e6, 1),
        "engines": {name: round(of) for name, of in apart.items()},
        "ratio_to_fastest_engine": _ratio(own, apart),
        "engines_in_one_expression": {name: round(of) for name, of in together.items()},
        "ratio_to_fastest_in_one_expression": _ratio(own, together),
        "not_installed": missing,
    }


def _ratio(own: float, engines: dict[str, float]) -> float | None:
    return round(own / max(engines.values()), 2) if engines else None


def _all(run: Callable[[Any], Any], things: Sequence[Any]) -> None:
    for one in things:
        run(one)


def _leaves(result: Any) -> int:
    """How many leaves an engine answered: the yes-no values in its list of lists."""
    plain = result.plain_value() if hasattr(result, "plain_value") else result
    return sum(_leaves(one) for one in plain) if isinstance(plain, list | tuple) else 1


def linear(cases: Sequence[tuple[int, Edition, list[Any]]]) -> list[list[float]]:
    """Microseconds a case against size."""
    found = []
    for n, edition, requests in cases:
        prepared = engine.read(edition, requests)
        seconds = best(
            partial(_all, engine.judged, [prepared] * max(1, 32 // len(prepared))), BATCHES // 2
        )
        found.append([n, round(seconds / max(len(prepared), 32) * 1e6, 1)])
    return found


def measured() -> dict[str, Any]:
    """Everything."""
    reference, requests = engine.reference(), engine.reference_cases(CASES)
    prepared = engine.read(reference, requests)
    twelve = engine.twelve()
    gc.collect()
    gc.freeze()
    gc.disable()
    found = beside(reference, prepared)
    found["twelve"] = beside(twelve, engine.read(twelve, requests))
    found["linear"] = linear([(n, *engine.made_up(n)) for n in SIZES])
    found["linear_lesions"] = linear([(n, reference, engine.with_lesions(n)) for n in LESIONS])
    found["evaluate_event_json_us"] = round(
        best(lambda: engine.published(requests), BATCHES // 4) / len(requests) * 1e6, 1
    )
    found["compiled"] = not leaves.__file__.endswith(".py")
    found["python"], found["machine"] = platform.python_version(), platform.machine()
    return found


def main() -> None:
    """Measures, and writes or prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = measured()
    tell(found, given.json)
    if not found["compiled"]:
        print(
            "the engine ran interpreted; to measure the compiled one: make compiled",
            file=sys.stderr,
        )


if __name__ == "__main__":
    main()
