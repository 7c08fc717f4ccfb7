"""What an evaluation answers, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterator

from services.criteria.engine.answer.evaluate import Evaluation
from shared.events.evaluation import Node, State


def state(found: Evaluation) -> str:
    """The state of the criteria: of an unknown the node's reason, else those of the unknown leaves
    below it.
    """
    root = found.lines[0].tree
    assert root is not None, "no policy judged the line"
    words = root.state.value.replace("not_documented", "unknown").replace("_", " ")
    reasons = sorted(set(_reasons(root))) if root.state is State.NOT_DOCUMENTED else [root.reason]
    said = [one for one in reasons if one]
    return f"{words} ({', '.join(said)})" if said else words


def _reasons(node: Node) -> Iterator[str]:
    unknown = [below for below in node.children if below.state is State.NOT_DOCUMENTED]
    if node.reason or (not unknown and (node.evidence or node.children)):
        yield node.reason or "uncertain"
        return
    for below in unknown:
        yield from _reasons(below)


def outcome(found: Evaluation) -> str:
    """The outcome of the line with its reason, and the advisories."""
    line = found.lines[0]
    told = f"{line.outcome} ({line.reason})"
    said = ", ".join(one.id for one in found.advisories)
    return f"{told}, advises {said}" if said else told


def questions(found: Evaluation) -> str:
    """The outcome, what is asked for, and the other ways."""
    asked = ", ".join(one.id for one in found.questions)
    others = "".join(
        f"; or for {', '.join(one.id for one in way.questions)} instead of "
        f"{', '.join(way.instead_of)}"
        for way in found.other_ways
    )
    return f"{found.lines[0].outcome}, asks for {asked or 'nothing'}{others}"


def advisory(found: Evaluation) -> str:
    """The id and the text of every advisory, and within how many minutes somebody calls."""
    return "; ".join(
        f"{one.id}: {one.text}"
        + (f" (call within {one.call_within_minutes} minutes)" if one.call_within_minutes else "")
        for one in found.advisories
    )


def urgency(found: Evaluation) -> str:
    """The request's urgency after the policy looked at it."""
    return found.urgency.value


def review(found: Evaluation) -> str:
    """Whether a clinician looks at the line at once."""
    if found.review_within_minutes is None:
        return "no hurry"
    return f"within {found.review_within_minutes} minutes ({found.review_reason})"


def policy(found: Evaluation) -> str:
    """The edition that judged the line, or why none did."""
    ref = found.lines[0].policy
    return found.lines[0].reason if ref is None else f"{ref.policy} {ref.version}"


def citation(found: Evaluation) -> str:
    """Whether the population of the first reference includes the patient, and why (not)."""
    one = found.citations[0]
    applies = {True: "applies", False: "does not apply", None: "cannot be told"}[one.applies]
    return f"{applies}: {one.why}"


def statement(found: Evaluation) -> str:
    """The sentences that a notice may make."""
    return " ".join(one.text for one in found.statements) or "no statement"


def validity(found: Evaluation) -> str:
    """For how many days an approval holds, or why the line pends and what is told of it."""
    line = found.lines[0]
    why = "" if line.outcome == "approve" else f" ({line.reason})"
    texts = " ".join(one.text for one in found.advisories)
    told = f": {texts}" if texts else ""
    return f"{line.outcome}{why} for {found.valid_days[1]} days{told}"


def score(found: Evaluation) -> str:
    """What the first score can still become, and what would settle its band."""
    one = found.scores[0]
    settled = ", ".join(one.settled_by)
    return f"{', '.join(map(str, one.reachable))}" + (f"; settled by {settled}" if settled else "")
