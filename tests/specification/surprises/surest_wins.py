from tests.specification.entry import Entry, Example

YES = "pain.daily: true"
ENTRY = Entry(
    title="5. A less sure contradiction is none, and an equal one is no answer",
    keys=(),
    text="Of several observations the surest count alone, and what is said of the subject itself "
    "before what is said of a group. Two that are equally sure and differ are conflicting: the "
    "later one does not win unless the vocabulary says `latest`.",
    criteria="{fact: pain.daily, is: true}",
    examples=(
        Example("met", "A possible no.", (YES, "pain.daily: {value: false, certainty: possible}")),
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
