from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`below`",
    keys=("Criterion.below",),
    text="The number, or the level, is less than this.",
    criteria="{fact: body.weight, below: 80}",
    examples=(
        Example("met", "It is less.", ("body.weight: 79.9",)),
        Example("not met", "It is exactly that.", ("body.weight: 80",)),
        *unusable("body.weight", "70", "90", "heavy"),
        Example(
            "unknown (uncertain)",
            "It may be exactly 80.",
            ("body.weight: {value: {high: 80}}",),
        ),
    ),
    refused=(Refused("no order", "{fact: therapy.began, below: 1}"),),
)
