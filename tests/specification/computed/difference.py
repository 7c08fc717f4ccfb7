from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`difference`",
    keys=("Derived.difference", "Difference.of", "Difference.less"),
    text="The first fact (`of`) less the second (`less`): of two numbers in the vocabulary's unit, "
    "exactly, or of two dates in days. What is uncertain of either makes the difference uncertain, "
    "and each fact that is missing is asked for.",
    criteria="{fact: body.weight_lost, at_least: 10}",
    policy="derived: {body.weight_lost: {difference: {of: body.weight_before, less: body.weight}}}",
    examples=(
        Example("met", "90 less 80.", ("body.weight_before: 90", "body.weight: 80")),
        Example("not met", "90 less 81.", ("body.weight_before: 90", "body.weight: 81")),
        Example("unknown (absent)", "The weight before is missing.", ("body.weight: 80",)),
        Example(
            "unknown (illegible)",
            "One of the two cannot be read.",
            ("body.weight_before: heavy", "body.weight: 80"),
        ),
        Example(
            "unknown (conflicting)",
            "One of the two contradicts itself.",
            ("body.weight_before: 90", "body.weight_before: 95", "body.weight: 80"),
        ),
        Example(
            "unknown (stale)",
            "One of the two is too old.",
            ("body.weight_before: 90", "body.weight: {value: 80, observed_at: 2025-03-01}"),
        ),
        Example(
            "unknown (below_confidence)",
            "One of the two is not confirmed, or said of a group.",
            ("body.weight_before: {value: 90, certainty: probable}", "body.weight: 80"),
        ),
        Example(
            "unknown (uncertain)",
            "Between 5 and 15.",
            ("body.weight_before: {value: {low: 85, high: 95}}", "body.weight: 80"),
        ),
        Example(
            "met",
            "From 1 September to 1 October there are 30 days.",
            ("therapy.began: 2025-09-01", "therapy.ended: 2025-10-01"),
            criteria="{fact: therapy.length, at_least: 30}",
            policy="derived: {therapy.length: {difference: {of: therapy.ended, less: "
            "therapy.began}}}",
        ),
    ),
)
