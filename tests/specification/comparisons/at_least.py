from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`at_least`",
    keys=("Criterion.at_least",),
    text="The number, or the level, is this or more. A level counts as more the "
    "further down it lies.",
    criteria="{fact: body.weight, at_least: 80}",
    examples=(
        Example("met", "It is exactly that.", ("body.weight: 80",)),
        Example("met", "Every possible value is.", ("body.weight: {value: {low: 80}}",)),
        Example("not met", "It is less.", ("body.weight: 79.9",)),
        *unusable("body.weight", "90", "70", "heavy"),
        Example(
            "unknown (uncertain)",
            "Some possible values are, others are not.",
            ("body.weight: {value: {low: 75, high: 85}}",),
        ),
    ),
    refused=(
        Refused("no order", "{fact: exam.tone, at_least: 1}"),
        Refused("no threshold", "{fact: body.weight, at_least: much}"),
        Refused("no threshold", "{fact: exam.sensory_level, at_least: T13}"),
    ),
)
