from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="Values that are not exact",
    keys=("PathSpec.range",),
    text="A sender may write a number as an interval (`low`, `high`; an end that is missing is "
    "open-ended, and `low_open`, `high_open` leave the end itself out), and any value as one of "
    "several (`any_of`). A leaf is met if every possible value meets it, not met if none does, and "
    "else unknown. Two intervals leave what both allow, unless the vocabulary calls the fact a "
    "`range`, whose ends mean two things.",
    criteria="{fact: body.weight_before, at_least: 80}",
    examples=(
        Example("met", "80 or more.", ("body.weight_before: {value: {low: 80}}",)),
        Example(
            "met",
            "Both values do.",
            ("body.weight_before: {value: {any_of: [80, 90]}}",),
        ),
        Example(
            "not met",
            "Less than 80.",
            ("body.weight_before: {value: {high: 80, high_open: true}}",),
        ),
        Example("unknown (uncertain)", "80 or less.", ("body.weight_before: {value: {high: 80}}",)),
        Example(
            "unknown (uncertain)",
            "One does, the other does not.",
            ("body.weight_before: {value: {any_of: [70, 90]}}",),
        ),
        Example(
            "met",
            "Together they leave 80 to 85.",
            (
                "body.weight_before: {value: {low: 70, high: 85}}",
                "body.weight_before: {value: {low: 80, high: 95}}",
            ),
        ),
        Example(
            "unknown (conflicting)",
            "Together they leave nothing.",
            (
                "body.weight_before: {value: {low: 70, high: 75}}",
                "body.weight_before: {value: {low: 80, high: 95}}",
            ),
        ),
        Example(
            "unknown (illegible)",
            "No number lies in it.",
            ("body.weight_before: {value: {low: 90, high: 70}}",),
        ),
    ),
)
