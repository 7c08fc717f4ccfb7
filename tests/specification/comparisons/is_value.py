from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`is`",
    keys=("Criterion.fact", "Criterion.is"),
    text="The fact has this value: yes or no, one of a choice, a number, a level, or a text to the "
    "letter.",
    criteria="{fact: exam.weakness, is: true}",
    examples=(
        Example("met", "It is documented as yes.", ("exam.weakness: true",)),
        Example("not met", "It is documented as no.", ("exam.weakness: false",)),
        *unusable("exam.weakness", "true", "false", "slightly"),
        Example(
            "unknown (uncertain)",
            "The sender says it is one of the two.",
            ("exam.weakness: {value: {any_of: [true, false]}}",),
        ),
    ),
    refused=(
        Refused("has no path exam.weak", "{fact: exam.weak, is: true}"),
        Refused("exam.weakness cannot be 1", "{fact: exam.weakness, is: 1}"),
        Refused("exam.tone cannot be floppy", "{fact: exam.tone, is: floppy}"),
        Refused("one operator", "{fact: exam.weakness}"),
        Refused("one operator", "{fact: body.weight, is: 80, at_least: 70}"),
        Refused("belongs to a visit", "{fact: visit.attended, is: true}"),
    ),
)
