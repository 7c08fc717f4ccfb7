"""The desk on a terminal: the answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType

from cli.screen.clocks import LAW, case_clocks
from cli.screen.display import determination_of, table_of
from cli.screen.safe import marked, safe
from cli.screen.trees import observed

Json = dict[str, Any]
STATES = {
    "not_met": "[yellow]not met[/]",
    "not_documented": "[magenta]not documented[/]",
}

NEXT = {
    "unknown_case": "find the case: priorauth desk list, priorauth clocks",
    "not_running": "nothing is owed any more: priorauth case {case}",
    "never_extended": "decide it in its time: priorauth desk show {case}",
    "extended_before": "decide it in its time: priorauth desk show {case}",
    "reason_not_allowed": "give a reason that its rule names: priorauth desk extend --help",
    "too_late": "the clock has run out; decide now: priorauth desk show {case}",
    "physician_asked": "a physician's word binds; decide it in time: priorauth desk show {case}",
    "not_expedited": "it runs as a standard request: priorauth case {case}",
    "unknown_letter": "find the letter: priorauth letters show {case}",
    "not_earlier": "a receipt is only ever corrected to an earlier instant",
    "in_the_future": "give an instant that has passed, with its offset",
    "not_decided": "decide first: priorauth desk show {case}",
    "contradicted": "say what was decided then: priorauth case {case}",
    "nothing_asked": "ask first: priorauth desk ask {case}",
    "key_used": "send it again under a key of its own",
    "unknown_version": "name the version that began the clock, or none: priorauth case {case}",
}
"""What to do where an act was not taken, by its code."""
SEE = "look at the line as it is now, and decide again: priorauth desk show {case}"
SIGN = "give the command to the desk again: priorauth desk show {case}"
DECIDE_NEXT = {
    "unknown_case": "find the case: priorauth desk list",
    "unknown_line": "find the lines that wait: priorauth desk list",
    "not_attested": SIGN,
    "wrong_signature": SIGN,
    "key_retired": SIGN,
    "attestation_differs": SIGN,
    "reviewer_incomplete": "have the registry of clinicians mended: docs/operations/desk.md",
    "licence_expired": "somebody with a valid licence decides: priorauth desk show {case}",
    "stale_content": SEE,
    "stale_evaluation": SEE,
    "already_determined": "see what was decided: priorauth case {case}",
    "no_basis": "say what it rests on: --criterion NAME, or --external FILE",
    "unknown_criterion": "name a criterion of the line: priorauth desk show {case}",
    "edition_overdue": "rest it on another criterion (--external FILE), or approve",
    "forbidden_sole_reason": "rest it on another criterion, or approve",
    "approved_by_law": "approve it as it was asked: priorauth desk approve {case} --reason WHY",
    "grant_unstated": "say what is granted: granted_units or granted_until",
    "not_less": "grant less than was asked, or approve: priorauth desk show {case}",
    "not_pended": "nothing holds the line: priorauth case {case}",
    "in_the_past": "name a last day for the answer that has not passed",
    "in_the_future": "give an instant that has passed, with its offset",
    "too_many_questions": "settle the questions that are open: priorauth desk show {case}",
    "key_used": "give the command a key of its own: leave --key out",
}
"""What to do where a decision or a question was not taken, by its code."""


def worklist_picture(work: list[Json]) -> RenderableType:
    """What waits, by due time."""
    if not work:
        return "Nothing waits."
    rows = [
        (
            one["due_at"][:16].replace("T", " "),
            one["kind"],
            one["case_id"],
            one.get("sequence") or ", ".join(map(str, one.get("lines", ()))),
            one.get("urgency", "late" if one.get("breached") else ""),
            one.get("reason") or one.get("item", ""),
            missed(one),
        )
        for one in work
    ]
    return table_of(("due (UTC)", "what", "case", "line", "urgency", "why", "clock"), rows)


def missed(one: Json) -> str:
    """That the line's clock was missed, and what the law made of it; empty where it was not."""
    if not one.get("clock_missed"):
        return ""
    by_law = LAW.get(one.get("by_law") or "", "")
    return f"clock missed: {by_law}" if by_law else "clock missed"


def item_picture(item: Json) -> RenderableType:
    """A line that waits."""
    return Group(*_item(item))


def _item(item: Json) -> Iterator[RenderableType]:
    asked = ", ".join((*item["services"], *item["codes"]))
    where = f" at {item['segment']}" if item.get("segment") else ""
    yield marked(f"[bold]line {item['sequence']}: {safe(asked)}{safe(where)}[/]")
    yield marked(
        f"waits for a clinician ({safe(item['reason'])}), urgency {safe(item['urgency'])}, due "
        f"{safe(item['due_at'][:16].replace('T', ' '))} UTC"
    )
    if late := missed(item):
        yield marked(f"[bold red]{safe(late)}[/]")
    if policy := item["policy"]:
        yield marked(
            f"by {safe(policy['policy'])} {safe(policy['version'])}: {safe(policy['title'])}"
        )
    for node in item["unsettled"]:
        yield from _criterion(node)
    for one in item["questions"]:
        yield marked(f"  [magenta]{_whose(one)}[/] {safe(one['text'])}")
    for one in item["advisories"]:
        yield marked(f"  [cyan]advisory[/] {safe(one['text'])}")
    yield marked(f"[dim]content    {safe(item['content_digest'])}[/]")
    yield marked(f"[dim]evaluation {safe(item['evaluation_id'])}[/]")


def _whose(question: Json) -> str:
    """Whether the engine asks, or who asked whom, and until when."""
    asked = question.get("asked")
    if not asked:
        return "would settle it"
    of = asked["of"].replace("_", " ")
    return f"{safe(asked['name'])} asked the {safe(of)}, until {safe(asked['until'])}"


def _criterion(node: Json) -> Iterator[RenderableType]:
    name = node.get("id") or ""
    label = node.get("label") or ""
    words = "" if label == name else f"  {safe(label)}"
    yield marked(f"  {STATES[node['state']]} [bold]{safe(name)}[/]{words}")
    for line in observed(node.get("evidence", ())):
        yield marked(f"    [dim]{safe(line)}[/]")


def signing_picture(item: Json, command: Json, determination: str) -> RenderableType:
    """What will be signed."""
    basis = command.get("basis")
    rests = ", ".join(f"{name} {value}" for name, value in (basis or {}).items())
    return Group(
        marked(
            f"[bold]{safe(determination_of(determination))}[/]: case {safe(item['case_id'])}, line "
            f"{item['sequence']}"
        ),
        *_granted(command),
        marked(f"reason  {safe(command['reason'])}"),
        marked(f"basis   {safe(rests or 'clinical judgement')}"),
        marked(f"[dim]content {safe(command['content_digest'])}[/]"),
        marked(f"[dim]evaluation {safe(command['evaluation_id'])}[/]"),
    )


def _granted(command: Json) -> Iterator[RenderableType]:
    """What a modification grants; nothing is said where a decision is about the whole."""
    parts = []
    if units := command.get("granted_units"):
        parts.append(f"{units} units")
    if until := command.get("granted_until"):
        parts.append(f"until {until}")
    if parts:
        yield marked(f"grants  {safe(', '.join(parts))}")


def asking_picture(item: Json, command: Json) -> RenderableType:
    """What will be asked."""
    return Group(
        marked(
            f"[bold]ask the {safe(command['asked_of'].replace('_', ' '))}[/]: case "
            f"{safe(item['case_id'])}, line {item['sequence']}, until {safe(command['until'])}"
        ),
        marked(f"question  {safe(command['what'])}"),
        *([marked(f"asked at  {safe(command['asked_at'])}")] if "asked_at" in command else []),
        marked(
            f"[dim]the line stays pended, and due {safe(item['due_at'][:16])} unless the rule of "
            "its clock waits for the answer[/]"
        ),
        marked(f"[dim]content {safe(command['content_digest'])}[/]"),
    )


def result_picture(answer: Json, case_id: str) -> RenderableType:
    """What came of a command, with what to do next where it was not taken, or not worked yet."""
    signed = answer.get("signed")
    by = f", signed as {safe(_signer(signed))}" if signed else ""
    if answer["status"] != "settled":
        key = safe(answer["idempotency_key"])
        again = f"next: the same command again with --key {key} is the same one, and has its answer"
        return Group(marked(f"[yellow]not worked yet[/]{by}"), marked(again))
    detail = f": {safe(answer['detail'])}" if answer["detail"] else ""
    if answer["outcome"] == "recorded":
        return marked(f"[green]recorded[/]{detail}{by}")
    first = marked(f"[red]{safe(answer['outcome'])}[/]{detail}{by}")
    return Group(first, marked(f"next: {safe(next_of(answer['outcome'], case_id))}"))


def next_of(code: str, case_id: str) -> str:
    """What to do where a decision or a question was not taken."""
    return DECIDE_NEXT.get(code, "look at the case: priorauth case {case}").format(case=case_id)


def act_picture(answer: Json) -> RenderableType:
    """What came of an act on a clock, with what to do next where it was not taken, and the clocks
    of the case.
    """
    outcome, case_id = answer["outcome"], answer["case_id"]
    if outcome == "pending":
        first = "[yellow]not worked yet[/]: the act is on the log, and waits for its lane"
        key = answer["idempotency_key"]
        after = f"the same command again with --key {key} is the same act, and has its answer"
    elif outcome == "recorded":
        first, after = "[green]recorded[/]", ""
    else:
        first = f"[red]not taken: {safe(outcome)}[/]: {safe(answer['detail'])}"
        after = NEXT.get(outcome, "look at the case: priorauth case {case}").format(case=case_id)
    parts: list[RenderableType] = [marked(first)]
    if after:
        parts.append(marked(f"next: {safe(after)}"))
    return Group(*parts, *case_clocks(answer["clocks"]))


def _signer(signed: Json) -> str:
    """Who decided, by which licence; or who asked, in which role."""
    if "reviewer" not in signed:
        return f"{signed['by']['name']}, {signed['by']['role']}"
    who = signed["reviewer"]
    return f"{who['name']}, {who['specialty']}, licence {who['licence_state']} {who['licence']}"
