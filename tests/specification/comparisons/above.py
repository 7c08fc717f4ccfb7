from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`above`",
    keys=("Criterion.above",),
    text="The number, or the level, is more than this.",
    criteria="{fact: body.weight, above: 80}",
    examples=(
        Example("met", "It is more.", ("body.weight: 80.1",)),
        Example("not met", "It is exactly that.", ("body.weight: 80",)),
        *unusable("body.weight", "90", "70", "heavy"),
        Example(
            "unknown (uncertain)",
            "It may be exactly 80.",
            ("body.weight: {value: {low: 80}}",),
        ),
    ),
    refused=(Refused("no order", "{fact: device.name, above: 1}"),),
)
