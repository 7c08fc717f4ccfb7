from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`unit` and `units`",
    keys=("PathSpec.unit", "PathSpec.units"),
    text="Thresholds are in the fact's own `unit`; so is a number that names none. A number in one "
    "of `units` is multiplied by the factor given there (a decimal, or a fraction such as `5/9`), "
    "exactly. Any other unit is illegible.",
    criteria="{fact: body.weight, at_least: 80}",
    examples=(
        Example("met", "180 lb are 81.6 kg.", ("body.weight: {value: 180, unit: lb}",)),
        Example("not met", "176 lb are 79.8 kg.", ("body.weight: {value: 176, unit: lb}",)),
        Example("met", "80000 g are exactly 80 kg.", ("body.weight: {value: 80000, unit: g}",)),
        Example("not met", "No unit: kilograms.", ("body.weight: 79",)),
        Example(
            "unknown (illegible)",
            "A unit that is not listed.",
            ("body.weight: {value: 13, unit: st}",),
        ),
    ),
)
