from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`none`",
    keys=("Criterion.none",),
    text="No member may be met: the language's `not`. It is met only when every member is known "
    "not to be met.",
    criteria="""\
none:
- {fact: infection.active, is: true}
- {fact: fracture.present, is: true}
""",
    examples=(
        Example(
            "met", "Both are ruled out.", ("infection.active: false", "fracture.present: false")
        ),
        Example("not met", "One is met.", ("infection.active: true",)),
        Example(
            "unknown (absent)", "Nobody ruled the other one out.", ("infection.active: false",)
        ),
        Example(
            "unknown (conflicting)",
            "A contradiction rules nothing out.",
            ("infection.active: false", "fracture.present: true", "fracture.present: false"),
        ),
    ),
    refused=(Refused("at least 1", "none: []"),),
)
