from tests.specification.entry import Entry, Example, Refused

MEMBERS = """\
- {fact: pain.daily, is: true}
- {fact: therapy.tried, is: true}
- {fact: fracture.present, is: true}
"""
ENTRY = Entry(
    title="`of` with `at_least`",
    keys=("Criterion.of", "Criterion.at_least"),
    text="At least so many members must be met. It is not met as soon as even all the unknown ones "
    "would not make up the number.",
    criteria=f"at_least: 2\nof:\n{MEMBERS}",
    examples=(
        Example("met", "Two are met.", ("pain.daily: true", "therapy.tried: true")),
        Example(
            "not met",
            "Only one could still be met, and two are needed.",
            ("pain.daily: false", "therapy.tried: false"),
        ),
        Example("unknown (absent)", "One is met and two are open.", ("pain.daily: true",)),
        Example(
            "unknown (conflicting)",
            "One is met, one is not, and the third contradicts itself.",
            (
                "pain.daily: true",
                "therapy.tried: false",
                "fracture.present: true",
                "fracture.present: false",
            ),
        ),
    ),
    refused=(
        Refused("of needs at_least", f"of:\n{MEMBERS}"),
        Refused("from 1 to the number", f"at_least: 4\nof:\n{MEMBERS}"),
        Refused("from 1 to the number", f"at_least: 0\nof:\n{MEMBERS}"),
    ),
)
