from tests.specification import answers
from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`outcomes` and `decision`",
    keys=(
        "PolicySpec.outcomes",
        "OutcomesSpec.valid_days",
        "PolicySpec.decision",
        "Decision.approve_when",
        "Decision.otherwise",
    ),
    text="For how many days an approval holds, and the one thing that a policy cannot say "
    "otherwise: met criteria approve, and everything else goes to a person.",
    criteria="{fact: pain.daily, is: true}",
    policy="outcomes: {valid_days: 30}\ndecision: {approve_when: root_met, otherwise: pend}",
    examples=(
        Example("approve for 30 days", "Met.", ("pain.daily: true",)),
        Example(
            "approve for 90 days", "Nothing said.", ("pain.daily: true",), policy="precedence: 0"
        ),
    ),
    refused=(
        Refused("pend", policy="decision: {approve_when: root_met, otherwise: deny}"),
        Refused("greater than or equal to 1", policy="outcomes: {valid_days: 0}"),
    ),
    answer=answers.validity,
    shows="the line",
)
