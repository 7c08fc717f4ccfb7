from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`bmi`",
    keys=("Derived.bmi", "BodyMassIndex.weight", "BodyMassIndex.height"),
    text="Kilograms by the square of the height in metres, exactly, in whatever units the "
    "vocabulary has weight (kg, g, lb) and height (m, cm, in). What is uncertain of either makes "
    "it uncertain, and each that is missing is asked for.",
    criteria="{fact: body.bmi, at_least: 35}",
    policy="derived: {body.bmi: {bmi: {weight: body.weight, height: body.height}}}",
    examples=(
        Example("met", "140 kg and 2 m: 35.", ("body.weight: 140", "body.height: 200")),
        Example("not met", "139.9 kg.", ("body.weight: 139.9", "body.height: 200")),
        Example(
            "met",
            "140 kg in grams and 2 m in metres.",
            ("body.weight: {value: 140000, unit: g}", "body.height: {value: 2, unit: m}"),
        ),
        Example("unknown (absent)", "How tall is not documented.", ("body.weight: 140",)),
        Example(
            "unknown (uncertain)",
            "From 33.9 to 36.",
            ("body.weight: 140", "body.height: {value: {low: 197, high: 203}}"),
        ),
        Example(
            "met",
            "At least 36.",
            ("body.weight: {value: {low: 144}}", "body.height: {value: {low: 190, high: 200}}"),
        ),
    ),
    refused=(
        Refused(
            "measured in none of",
            policy="derived: {body.bmi: {bmi: {weight: oxygen.saturation, height: body.height}}}",
        ),
        Refused(
            "step below 1",
            criteria="{fact: pain.daily, is: true}",
            policy="derived: {body.weight_lost: {bmi: {weight: body.weight, height: body.height}}}",
        ),
    ),
)
