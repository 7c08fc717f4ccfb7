"""Answers a gap with a concrete case: looks among the neighbours of the golden cases for one that
would close it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.criteria.authoring.coverage.influence import InfluenceGraph
from services.criteria.authoring.coverage.obligations import Obligation, Owed, pay, shown
from services.criteria.authoring.golden.answer import behaviour, differing, judged
from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.authoring.golden.neighbours import Edit, Neighbour, draws, edited, edits
from services.criteria.engine.edition.edition import Edition

SINGLES, TOGETHER = 6_000, 3_000
"""How many neighbours are tried: with one edit, and with several at once."""


def neighbours(
    edition: Edition, cases: Sequence[GoldenCase], singles: int, together: int
) -> Iterator[Neighbour]:
    """Neighbours of the cases: all single edits, then two to five edits at once, drawn the same way
    every time.
    """
    pool = [(case, case.request, edits(edition, case)) for case in cases]
    count = 0
    for case, request, own in pool:
        for one in own:
            if count < singles:
                count += 1
                yield edited(case, request, (one,))
    for n, (which, size) in enumerate(
        zip(draws(together, max(len(pool), 1), "case"), draws(together, 4, "size"), strict=True)
    ):
        if pool:
            case, request, own = pool[which]
            yield edited(case, request, [own[at] for at in draws(size + 2, len(own), str(n))])


def for_obligations(
    edition: Edition, cases: Sequence[GoldenCase], sofar: Owed
) -> dict[tuple[str, Obligation], Neighbour]:
    """For every obligation that `sofar` leaves open, the first neighbour that would meet it;
    nothing where none was found.
    """
    found: dict[tuple[str, Obligation], Neighbour] = {}
    wanted = Owed(_still_open(sofar.three_state), _still_open(sofar.mcdc))
    for neighbour in neighbours(edition, cases, SINGLES, TOGETHER):
        if not wanted.three_state and not wanted.mcdc:
            break
        with judged(edition, neighbour.request, neighbour.at) as lines:
            for line in lines:
                pay(InfluenceGraph(line), wanted)
        for kind, of in (("three_state", wanted.three_state), ("mcdc", wanted.mcdc)):
            for one in [key for key, met in of.items() if met]:
                found[kind, one] = neighbour
                del of[one]
    return found


def _still_open(of: dict[Obligation, bool]) -> dict[Obligation, bool]:
    return {one: False for one, met in of.items() if not met}


def worded(obligation: Obligation, found: Neighbour | None) -> str:
    """What to add: the neighbour that was found, else what the case has to bring about."""
    if found is not None:
        return str(found)
    if obligation.shape:
        return f"a case in which the list of {shown(obligation.member)} is {obligation.want}"
    rest = (
        ""
        if obligation.group is None
        else f", and everything else such that {shown(obligation.group)} and the answer turn on it"
    )
    return f"a case in which {shown(obligation.member)} is {obligation.want}{rest}"


def for_mutant(
    edition: Edition, wrong: Edition, cases: Sequence[GoldenCase], paths: frozenset[str]
) -> Neighbour | None:
    """The first neighbour that the mutant treats otherwise than the original; only facts of these
    paths (or all, if none) are edited.
    """
    for case in cases:
        request = case.request
        near = [one for one in edits(edition, case) if not paths or _touches(one, paths)]
        for one in near:
            neighbour = edited(case, request, (one,))
            if differing(
                behaviour(edition, neighbour.request, case.at),
                behaviour(wrong, neighbour.request, case.at),
            ):
                return neighbour
    return None


def _touches(one: Edit, paths: frozenset[str]) -> bool:
    return one.what in paths or " " in one.what or ":" in one.of
