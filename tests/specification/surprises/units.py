from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="7. A number without a unit is in the fact's own only if no other is meant",
    keys=(),
    text="180 without a unit are 180 kg, for nobody writes pounds under 250 without their unit "
    "(the vocabulary says so, `bare`); 300 may be either, and is illegible. So is a unit that the "
    "vocabulary does not list, however it is spelt. Conversions are fractions and never rounded; "
    "an interval that touches the threshold is unknown.",
    criteria="{fact: body.weight, at_least: 100}",
    examples=(
        Example("met", "Kilograms.", ("body.weight: 180",)),
        Example("not met", "81.6 kg.", ("body.weight: {value: 180, unit: lb}",)),
        Example(
            "not met",
            "However it is spelt.",
            ("body.weight: 180 Pounds",),
        ),
        Example(
            "unknown (illegible)",
            "Kilograms or pounds?",
            ("body.weight: 300",),
        ),
        Example(
            "met",
            "80.1 is exactly that.",
            ("body.weight: 80.1",),
            criteria="{fact: body.weight, between: [80.1, 80.1]}",
        ),
        Example(
            "unknown (uncertain)",
            "100 itself is possible, 101 is too.",
            ("body.weight: {value: {low: 100}}",),
            criteria="{fact: body.weight, at_most: 100}",
        ),
    ),
)
