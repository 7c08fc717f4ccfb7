from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`at_most`",
    keys=("Criterion.at_most",),
    text="The number, or the level, is this or less.",
    criteria="{fact: body.weight, at_most: 80}",
    examples=(
        Example("met", "It is exactly that.", ("body.weight: 80",)),
        Example("not met", "It is more.", ("body.weight: 80.1",)),
        Example(
            "not met",
            "It is more than 80, by however little.",
            ("body.weight: {value: {low: 80, low_open: true}}",),
        ),
        *unusable("body.weight", "70", "90", "heavy"),
        Example(
            "unknown (uncertain)",
            "It may be exactly 80.",
            ("body.weight: {value: {low: 80, high: 85}}",),
        ),
    ),
    refused=(Refused("no order", "{fact: exam.weakness, at_most: 1}"),),
)
