"""`python -m tests.reliability.simulator`: seeds, one or a hundred thousand; what fails is named,
shrunk and told step by step.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.reliability.simulator.campaign import CHUNK, Tally, campaign
from tests.reliability.simulator.faults import Plan
from tests.reliability.simulator.run import run
from tests.reliability.simulator.shrink import command, shrink

TOLD, DETAIL = 60, 300
HASTE = 4
"""Seeds in a row before somebody who waits for the first violation looks."""


def main() -> int:
    """0 if no seed violated anything."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.simulator")
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first of them")
    parser.add_argument(
        "--json",
        type=Path,
        help="adds the result to this file; seeds that are in it already are not run again",
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--cases", type=int, help="requests in the seed (with one seed)")
    parser.add_argument("--steps", type=int, help="disturbed steps (with one seed)")
    parser.add_argument(
        "--most", type=int, help="faults, after which there are no more (with one seed)"
    )
    parser.add_argument(
        "--without", default="", help="kinds of faults to leave out, with commas (with one seed)"
    )
    parser.add_argument(
        "--halt", action="store_true", help="stop at the first violation, and do not shrink it"
    )
    given = parser.parse_args()
    return _one(given) if given.seeds == 1 and given.json is None else _many(given)


def _one(given: argparse.Namespace) -> int:
    """One seed, with the end of its story if it fails."""
    sizes = {
        name: value
        for name in ("cases", "steps", "most")
        if (value := getattr(given, name)) is not None
    }
    ran = run(
        Plan(given.first, without=frozenset(filter(None, given.without.split(","))), **sizes),
        tell=True,
    )
    if ran.invariant:
        _say("\n".join(ran.story[-TOLD:]))
    _say(
        f"seed {ran.plan.seed}: {ran.steps} steps, faults {ran.faults}, trace {ran.trace:08x}: "
        f"{ran.detail or 'nothing is violated'}"
    )
    return 1 if ran.invariant else 0


def _many(given: argparse.Namespace) -> int:
    """A campaign; the first failure of this run is shrunk at the end."""
    tally, failed = Tally.load(given.json), []
    for seeds, ran, cpu_s in campaign(
        tally.missing(given.first, given.seeds, HASTE if given.halt else CHUNK), given.workers
    ):
        tally.add(seeds, ran, cpu_s)
        failed += [one for one in ran if one.invariant]
        sys.stderr.write(
            f"\r{tally.seeds:,} seeds, {tally.steps:,} steps, {len(tally.failures)} violations"
        )
        if given.json:
            tally.save(given.json)
        if failed and given.halt:
            break
    sys.stderr.write("\n")
    for one in failed:
        _say(f"seed {one.plan.seed}: {one.detail[:DETAIL]}\n  {command(one.plan)}")
    if failed and not given.halt:
        _say(f"shrunk: {command(shrink(failed[0]).plan)}")
    return 1 if failed else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
