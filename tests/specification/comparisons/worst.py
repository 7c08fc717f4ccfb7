from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`worst`",
    keys=(
        "Criterion.worst",
        "Comparison.at_least",
        "Comparison.at_most",
        "Comparison.above",
        "Comparison.below",
        "Comparison.between",
    ),
    text="Of a fact that the vocabulary calls a range (strength from the weakest to the strongest "
    "muscle group), the low end compares so: `at_least`, `at_most`, `above`, `below` or `between`. "
    "A single number is both ends.",
    criteria="{fact: exam.strength, worst: {below: 5}}",
    examples=(
        Example(
            "met", "The weakest group is below 5.", ("exam.strength: {value: {low: 3, high: 5}}",)
        ),
        Example("met", "One number is said of all groups.", ("exam.strength: 4",)),
        Example(
            "not met", "The weakest group is not.", ("exam.strength: {value: {low: 5, high: 5}}",)
        ),
        *unusable("exam.strength", "4", "5", "weak"),
        Example(
            "unknown (uncertain)",
            "Only the strongest group is documented.",
            ("exam.strength: {value: {high: 4}}",),
        ),
        Example(
            "unknown (conflicting)",
            "Two ranges are not narrowed to what they share: they contradict each other.",
            (
                "exam.strength: {value: {low: 3, high: 5}}",
                "exam.strength: {value: {low: 4, high: 5}}",
            ),
        ),
        *(
            Example(
                "met",
                "Another comparison of the low end.",
                ("exam.strength: {value: {low: 3, high: 5}}",),
                criteria=f"{{fact: exam.strength, worst: {{{comparison}}}}}",
            )
            for comparison in ("at_least: 3", "at_most: 3", "above: 2", "between: [2, 3]")
        ),
    ),
    refused=(
        Refused("exam.strength is a range", "{fact: exam.strength, below: 5}"),
        Refused("body.weight is no range", "{fact: body.weight, worst: {below: 5}}"),
        Refused("exactly one comparison", "{fact: exam.strength, worst: {above: 1, below: 5}}"),
    ),
)
