"""Makes a failing seed smaller: fewer cases, steps, kinds of faults and faults, as long as the same
invariant breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.reliability.simulator.faults import EVERY, Plan
from tests.reliability.simulator.run import Ran, run

TRIES = 150


def shrink(failed: Ran) -> Ran:
    """The smallest run that was found; deterministic, and bounded in tries."""
    best, tries = failed, 0
    while tries < TRIES:
        for plan in _smaller(best):
            tries += 1
            ran = run(plan)
            if ran.invariant == failed.invariant:
                best = ran
                break
            if tries >= TRIES:
                break
        else:
            break
    return best


def _smaller(ran: Ran) -> Iterator[Plan]:
    """Plans to try, the boldest first."""
    plan = ran.plan
    yield from (replace(plan, cases=cases) for cases in _less(plan.cases, plan.cases))
    yield from (replace(plan, steps=steps) for steps in _less(ran.steps, plan.steps))
    yield from (
        replace(plan, without=plan.without | {kind}) for kind in EVERY if kind in ran.faults
    )
    yield from (replace(plan, most=most) for most in _less(sum(ran.faults.values()), plan.most))


def _less(used: int, allowed: int) -> list[int]:
    """Smaller numbers than the one used, of at least 1, and than the one allowed."""
    return [number for number in (used // 4, used // 2, used - 1) if 0 < number < allowed]


def command(plan: Plan) -> str:
    """How to see a run again."""
    usual = Plan(plan.seed)
    words = ["python -m tests.reliability.simulator", f"--from {plan.seed} --seeds 1"]
    words += [
        f"--{name} {getattr(plan, name)}"
        for name in ("cases", "steps", "most")
        if getattr(plan, name) != getattr(usual, name)
    ]
    words += [f"--without {','.join(sorted(plan.without))}"] if plan.without else []
    return " ".join(words)
