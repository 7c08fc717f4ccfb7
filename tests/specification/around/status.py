from tests.specification import answers
from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`status` and `approvals`",
    keys=(
        "PolicySpec.status",
        "PolicySpec.approvals",
        "Approval.name",
        "Approval.role",
        "Approval.on",
        "PolicySpec.editorial",
        "Editorial.state",
        "Editorial.last_updated",
        "Editorial.board",
        "Editorial.caution",
    ),
    text="Only an `active` edition is ever applied, and two different people must have approved "
    "it. The review of its content stands apart (`editorial`): while it is `submitted` or "
    "`under_review` and not `approved`, the policy carries a caution.",
    criteria="{fact: pain.daily, is: true}",
    policy="""\
status: active
approvals: [{name: One, role: director, on: 2025-01-01}, {name: Two, role: chair, on: 2025-01-01}]
editorial: {state: approved, last_updated: 2025-01-01, board: Board}""",
    examples=(
        Example("example 1.0.0", "Active and approved."),
        Example("no_policy", "A draft is never applied.", policy="status: draft\napprovals: []"),
        Example(
            "example 1.0.0",
            "Its content awaits review, and it says so.",
            policy="editorial: {state: submitted, last_updated: 2025-01-01, board: Board, "
            "caution: Not yet reviewed.}",
        ),
    ),
    refused=(
        Refused(
            "the approval of two people",
            policy="approvals: [{name: One, role: director, on: 2025-01-01}, {name: One, role: "
            "chair, on: 2025-01-02}]",
        ),
        Refused(
            "needs its caution",
            policy="editorial: {state: under_review, last_updated: 2025-01-01, board: Board}",
        ),
    ),
    answer=answers.policy,
    shows="the line is judged by",
)
