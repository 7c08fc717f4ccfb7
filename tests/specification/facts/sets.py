from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="Sets",
    keys=("PathSpec.type",),
    text="A fact of type `set` holds all the things that are documented, from all observations "
    "together. That it does not hold another thing is known only if the request calls the set "
    "complete, under the fact's own name.",
    criteria="{fact: exam.signs, one_of: [retention, incontinence]}",
    examples=(
        Example("met", "One of the two is among them.", ("exam.signs: [numbness, retention]",)),
        Example(
            "met",
            "Two observations are put together.",
            ("exam.signs: [numbness]", "exam.signs: [retention]"),
        ),
        Example(
            "not met", "There is nothing else.", ("exam.signs: [numbness]",), closed=("exam.signs",)
        ),
        Example("unknown (uncertain)", "There may be others.", ("exam.signs: [numbness]",)),
        Example("unknown (illegible)", "Fever is not allowed.", ("exam.signs: [fever]",)),
        Example(
            "unknown (absent)",
            "A complete set of which nothing is said is still absent.",
            closed=("exam.signs",),
        ),
        Example("not met", "Documented as empty.", ("exam.signs: []",), closed=("exam.signs",)),
    ),
)
