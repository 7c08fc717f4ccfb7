from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`scope`",
    keys=("Criterion.scope",),
    text="Whether a fact may be said of several subjects together (`scope: group`: “weakness of "
    "T4 to T8”). Unless the leaf says `group`, it must be said of its `own` subject alone. An "
    "observation of the subject itself comes before one of a group.",
    criteria="{fact: pain.daily, is: true, scope: group}",
    examples=(
        Example("met", "Said of a group.", ("pain.daily: {value: true, scope: group}",)),
        Example("met", "Said of the subject alone.", ("pain.daily: true",)),
        Example("not met", "A no of the group.", ("pain.daily: {value: false, scope: group}",)),
        Example(
            "not met",
            "What is said of the subject itself counts.",
            ("pain.daily: false", "pain.daily: {value: true, scope: group}"),
        ),
        Example("unknown (absent)", "Nobody said anything."),
        Example(
            "unknown (group_scope)",
            "This leaf wants the subject's own, as every leaf that says nothing.",
            ("pain.daily: {value: true, scope: group}",),
            criteria="{fact: pain.daily, is: true, scope: own}",
        ),
    ),
    refused=(Refused("belong to a fact", "{all: [{ref: x}], scope: group}"),),
)
