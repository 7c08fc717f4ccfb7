from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`best`",
    keys=("Criterion.best",),
    text="Of a range, the high end compares so; everything else is as with `worst`.",
    criteria="{fact: exam.strength, best: {at_least: 4}}",
    examples=(
        Example(
            "met",
            "The strongest group has 4 or more.",
            ("exam.strength: {value: {low: 1, high: 5}}",),
        ),
        Example("not met", "It has less.", ("exam.strength: {value: {low: 1, high: 3}}",)),
        *unusable("exam.strength", "4", "3", "strong"),
        Example(
            "unknown (uncertain)",
            "Only the weakest group is documented.",
            ("exam.strength: {value: {low: 1}}",),
        ),
    ),
    refused=(Refused("body.weight is no range", "{fact: body.weight, best: {below: 5}}"),),
)
