from tests.specification import answers
from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`review`",
    keys=(
        "PolicySpec.review",
        "ReviewRule.when",
        "ReviewRule.within_minutes",
        "ReviewRule.reason",
    ),
    text="When a line that pends needs a clinician within minutes. Unknown counts as met.",
    criteria="{fact: pain.daily, is: true}",
    policy="review: {when: {fact: exam.weakness, is: true}, within_minutes: 60, reason: weakness}",
    examples=(
        Example("within 60 minutes (weakness)", "It is met.", ("exam.weakness: true",)),
        Example("within 60 minutes (weakness)", "It is unknown."),
        Example("no hurry", "It is not met.", ("exam.weakness: false",)),
        Example("no hurry", "The line is approved.", ("pain.daily: true", "exam.weakness: true")),
    ),
    answer=answers.review,
    shows="a clinician looks",
)
