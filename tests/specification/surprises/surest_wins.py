from tests.specification.entry import Entry, Example

YES = "pain.daily: true"
ENTRY = Entry(
    title="5. A contradiction is no answer, however unsure it is",
    keys=(),
    text="What is said of the subject itself counts before what is said of a group. Two "
    "observations that differ are conflicting, also where one is less sure: only one that is "
    "later and surer stands in the place of another. The later of two that are "
    "equally sure does not, unless the "
    "vocabulary says `latest`; and one without a date never does.",
    criteria="{fact: pain.daily, is: true}",
    examples=(
        Example(
            "unknown (conflicting)",
            "A possible no.",
            (YES, "pain.daily: {value: false, certainty: possible}"),
        ),
        Example(
            "met",
            "A possible no, and later a confirmed yes.",
            (
                "pain.daily: {value: false, certainty: possible, observed_at: 2025-11-01}",
                "pain.daily: {value: true, observed_at: 2025-11-08}",
            ),
        ),
        Example(
            "unknown (conflicting)",
            "A confirmed yes, and later a possible no.",
            (
                "pain.daily: {value: true, observed_at: 2025-11-01}",
                "pain.daily: {value: false, certainty: possible, observed_at: 2025-11-08}",
            ),
        ),
        Example("met", "A no of a group.", (YES, "pain.daily: {value: false, scope: group}")),
        Example("unknown (conflicting)", "A confirmed no.", (YES, "pain.daily: false")),
        Example(
            "unknown (below_confidence)",
            "Its own observation comes first, although that of the group is surer.",
            (
                "pain.daily: {value: true, scope: group}",
                "pain.daily: {value: true, certainty: possible}",
            ),
        ),
    ),
)
