from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="7. A number without a unit is in the fact's own, and exact",
    keys=(),
    text="180 without a unit are 180 kg, not pounds. A unit that the vocabulary does not list is "
    "illegible, also where it would be easy to guess. Conversions are fractions and never rounded; "
    "an interval that touches the threshold is unknown.",
    criteria="{fact: body.weight, at_least: 100}",
    examples=(
        Example("met", "Kilograms.", ("body.weight: 180",)),
        Example("not met", "81.6 kg.", ("body.weight: {value: 180, unit: lb}",)),
        Example(
            "unknown (illegible)",
            "Not the way it is listed.",
            ("body.weight: {value: 180, unit: LB}",),
        ),
        Example(
            "met",
            "0.1 is one tenth.",
            ("body.weight: 0.1",),
            criteria="{fact: body.weight, between: [0.1, 0.1]}",
        ),
        Example(
            "unknown (uncertain)",
            "100 itself is possible, 101 is too.",
            ("body.weight: {value: {low: 100}}",),
            criteria="{fact: body.weight, at_most: 100}",
        ),
    ),
)
