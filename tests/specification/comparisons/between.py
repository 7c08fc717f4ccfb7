from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`between`",
    keys=("Criterion.between",),
    text="The number, or the level, is one of these two or lies between them.",
    criteria="{fact: body.weight, between: [60, 80]}",
    examples=(
        Example("met", "Both ends belong to it.", ("body.weight: 80",)),
        Example(
            "met", "Every possible value does.", ("body.weight: {value: {low: 60, high: 80}}",)
        ),
        Example("not met", "It lies outside.", ("body.weight: 80.1",)),
        *unusable("body.weight", "70", "90", "heavy"),
        Example(
            "unknown (uncertain)",
            "Some possible values lie inside, others do not.",
            ("body.weight: {value: {low: 75, high: 85}}",),
        ),
    ),
    refused=(
        Refused("no threshold", "{fact: body.weight, between: [80, 60]}"),
        Refused("between", "{fact: body.weight, between: [60]}"),
    ),
)
