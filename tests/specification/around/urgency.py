from tests.specification import answers
from tests.specification.entry import Entry, Example

RULE = "urgency: {expedited_if: {fact: exam.weakness, is: true}, unknown: %s}"
ENTRY = Entry(
    title="`urgency`",
    keys=("PolicySpec.urgency", "UrgencyRule.expedited_if", "UrgencyRule.unknown"),
    text="When a finding makes the request expedited. Unknown counts as met, unless the rule says "
    "`unknown: as_requested`. Urgency rises and never falls.",
    criteria="{fact: pain.daily, is: true}",
    policy=RULE % "expedited",
    examples=(
        Example("expedited", "It is met.", ("exam.weakness: true",)),
        Example("standard", "It is not met.", ("exam.weakness: false",)),
        Example("expedited", "It is unknown: the default."),
        Example("standard", "It is unknown.", policy=RULE % "as_requested"),
    ),
    answer=answers.urgency,
    shows="the request is",
)
