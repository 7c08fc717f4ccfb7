from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`assume_absent`",
    keys=("Criterion.assume_absent",),
    text="A closed world for one yes-no fact: where nobody documented it, it is taken as no, and "
    "the evidence says `assumed`. It covers silence alone: a contradiction or an unclear value "
    "stays unknown. An approval that would not stand without it goes to a person, unless the "
    "policy says `assumed_may_approve`.",
    criteria="{fact: infection.active, is: false, assume_absent: true}",
    examples=(
        Example("met (assumed)", "Nobody documented an infection."),
        Example("met", "It is documented as no.", ("infection.active: false",)),
        Example("not met", "It is documented as yes.", ("infection.active: true",)),
        Example(
            "not met (assumed)",
            "A leaf that wants a yes is not met by silence.",
            criteria="{fact: infection.active, is: true, assume_absent: true}",
        ),
        Example(
            "unknown (conflicting)",
            "A contradiction is not silence.",
            ("infection.active: true", "infection.active: false"),
        ),
        Example(
            "unknown (below_confidence)",
            "Nor is a suspicion.",
            ("infection.active: {value: true, certainty: possible}",),
        ),
    ),
    refused=(
        Refused("yes-no", "{fact: body.weight, at_least: 80, assume_absent: true}"),
        Refused("belong to a fact", "{all: [{ref: x}], assume_absent: true}"),
    ),
)
