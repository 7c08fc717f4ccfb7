from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`one_of`",
    keys=("Criterion.one_of",),
    text="The fact has one of these values. Of a set, which holds several things, one of these is "
    "among them; what a set does not hold is unknown until the request calls the set complete.",
    criteria="{fact: exam.tone, one_of: [reduced, absent]}",
    examples=(
        Example("met", "One of them.", ("exam.tone: absent",)),
        Example(
            "met",
            "Whichever of the two it is.",
            ("exam.tone: {value: {any_of: [reduced, absent]}}",),
        ),
        Example("not met", "Another value.", ("exam.tone: normal",)),
        *unusable("exam.tone", "absent", "normal", "floppy"),
        Example(
            "unknown (uncertain)",
            "It may be normal.",
            ("exam.tone: {value: {any_of: [normal, reduced]}}",),
        ),
    ),
    refused=(
        Refused("exam.tone cannot be floppy", "{fact: exam.tone, one_of: [reduced, floppy]}"),
        Refused("at least 1", "{fact: exam.tone, one_of: []}"),
        Refused("therapy.began cannot be", "{fact: therapy.began, one_of: ['2025-01-01']}"),
    ),
)
