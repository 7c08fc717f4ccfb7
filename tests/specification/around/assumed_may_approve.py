from tests.specification import answers
from tests.specification.entry import Entry, Example

DECLARED = "assumed_may_approve: true"
ENTRY = Entry(
    title="`assumed_may_approve`",
    keys=("PolicySpec.assumed_may_approve",),
    text="Whether an approval may rest on what was only assumed (`assume_absent`, "
    "`assume_closed`). Without it such a line goes to a person.",
    criteria="""\
all:
- {fact: pain.daily, is: true}
- {fact: infection.active, is: false, assume_absent: true}
""",
    policy="assumed_may_approve: false",
    examples=(
        Example(
            "pend (rests_on_assumption)", "Nobody spoke of an infection.", ("pain.daily: true",)
        ),
        Example(
            "approve (criteria_met)",
            "Somebody did.",
            ("pain.daily: true", "infection.active: false"),
        ),
        Example(
            "approve (criteria_met)",
            "The policy allows it.",
            ("pain.daily: true",),
            policy=DECLARED,
        ),
        Example(
            "pend (not_documented)",
            "An assumption never closes a contradiction.",
            ("pain.daily: true", "infection.active: true", "infection.active: false"),
            policy=DECLARED,
        ),
    ),
    answer=answers.outcome,
    shows="the line",
)
